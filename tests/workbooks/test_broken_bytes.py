"""Files cut, flipped and filled with strange numbers: each is understood or refused with a reason."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from random import Random

import pytest
from python_calamine import CalamineError

from tongzhou.workbooks.cells import sheets_from_json
from tongzhou.workbooks.child import read
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.understanding import understand
from workbooks.sample_books import complaint, launch, membership, write

ROUNDS = 100
STRANGE = (b"-1", b"0", b"99999999999", b"1e308", b"NaN", b"-45000", b"\xff\xfe", b"<", b'"')


@pytest.mark.parametrize("build", [complaint, membership, launch])
def test_broken_parts_of_a_workbook(build: object, tmp_path: Path) -> None:
    assert callable(build)
    whole = write(tmp_path / "book.xlsx", build()).read_bytes()
    random = Random(20260301)
    for round_ in range(ROUNDS):
        path = tmp_path / f"{round_}.xlsx"
        path.write_bytes(_broken(whole, random) if round_ % 3 == 0 else _with_a_broken_part(whole, random))
        _read_or_refused(path)


def test_broken_text_files(tmp_path: Path) -> None:
    rows = ["编号,任务名称,负责人,开始时间,完成时间,前置任务,完成度"]
    rows += [
        f"1.{row},任务{row},人员{row % 5},2026-03-0{row % 9 + 1},3/2{row % 9},1.{row - 1}FS+2d,{row}%" for row in range(40)
    ]
    whole = "\n".join(rows).encode()
    random = Random(20260302)
    for round_ in range(ROUNDS):
        path = tmp_path / f"{round_}.csv"
        path.write_bytes(_broken(whole, random))
        _read_or_refused(path)


def _read_or_refused(path: Path) -> None:
    try:
        cells = read(path, "表")
    except (WorkbookRefused, MemoryError, CalamineError):
        return
    except BaseException as problem:  # the library's own panic ends the reading process, which is told as damage
        assert type(problem).__name__ == "PanicException"
        return
    understand(sheets_from_json(json.loads(json.dumps(cells).encode("utf-8", "surrogatepass"))))


def _with_a_broken_part(whole: bytes, random: Random) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        chosen = random.choice([name for name in names if name.startswith("xl/")])
        for name in names:
            content = source.read(name)
            target.writestr(name, _broken(content, random) if name == chosen else content)
    return packed.getvalue()


def _broken(content: bytes, random: Random) -> bytes:
    """The content cut off, with bits turned over, with a piece doubled, or with a strange number in it."""
    how = random.randrange(4)
    place = random.randrange(max(1, len(content)))
    if how == 0:
        return content[:place]
    if how == 1:
        return content[:place] + content[max(0, place - 50) : place] + content[place:]
    if how == 2:
        return content[:place] + random.choice(STRANGE) + content[place + 1 :]
    turned = bytearray(content)
    for _ in range(random.choice((1, 3, 10)) if turned else 0):
        turned[random.randrange(len(turned))] ^= 1 << random.randrange(8)
    return bytes(turned)
