"""What is taken along is checked by Python alone; `tongzhou verify` says the same."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from signoffs.sheets import LEAD, heads, opened, sign
from support.cast import NOW, Cast, small_project
from tongzhou.config.cli import main
from tongzhou.signoffs.actions import withdraw_signature
from tongzhou.signoffs.models import Act, Sheet
from tongzhou.signoffs.queries.evidence import SCRIPT, evidence_of
from tongzhou.timeline.actions import lifted


@pytest.fixture
def signed(cast: Cast) -> Sheet:
    """A second version in force: one signature was withdrawn and given again, one carried over."""
    small_project(cast)
    one, two = heads(cast)
    first = opened(cast)
    withdraw_signature(by=cast.head, signature=sign(cast.head, first, one), now=NOW)
    sign(cast.head, first, one, "condition", "四月开始")
    second = opened(cast, parts={one: {"people": 4}, two: {"people": 5}, LEAD: {"people": 4}})
    sign(cast.other_head, second, two)
    sign(cast.general_lead, second, LEAD)
    return Sheet.objects.select_related("ending").get(pk=second.pk)


def unpacked(sheet: Sheet, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(evidence_of(sheet))) as archive:
        archive.extractall(folder)
    return folder


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script as somebody without this product would."""
    command = [sys.executable, "-I", "check.py"]
    return subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, timeout=60, env={"PYTHONUTF8": "1"})


def test_the_evidence_verifies_with_python_alone(signed: Sheet, tmp_path: Path) -> None:
    folder = unpacked(signed, tmp_path)
    done = checked(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("相符")
    assert [name in done.stdout for name in ("李四", "吴八", "褚十六")] == [True] * 3
    assert json.loads((folder / "sheet.json").read_bytes())["version"] == 2


@pytest.mark.parametrize("name", ["sheet.json", "page.html", "signatures.json", "chain.json"])
def test_a_changed_byte_of_the_evidence_shows(signed: Sheet, tmp_path: Path, name: str) -> None:
    path = unpacked(signed, tmp_path) / name
    data = path.read_bytes()
    middle = len(data) // 2
    changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    if name == "signatures.json":
        changed = data.replace(b'"approve"', b'"refusee"', 1)
    assert changed != data
    path.write_bytes(changed)
    assert checked(tmp_path).returncode != 0


def test_every_entry_is_in_it_and_only_what_concerns_the_sheet_can_be_read(signed: Sheet, tmp_path: Path) -> None:
    folder = unpacked(signed, tmp_path)
    chain = json.loads((folder / "chain.json").read_bytes())
    assert len(chain["entries"]) == Act.objects.filter(project_id=signed.project_id).count()
    kinds = {json.loads(entry["body"])["act"] for entry in chain["entries"] if "body" in entry}
    assert kinds == {"sheet-opened", "signed", "sheet-ended"}
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 45


def test_the_same_state_gives_the_same_bytes(signed: Sheet) -> None:
    assert evidence_of(signed) == evidence_of(signed)


@pytest.mark.django_db(transaction=True)
class TestCommand:
    """`tongzhou verify`."""

    @pytest.fixture(autouse=True)
    def data(self, tmp_path: Path, settings: Any) -> None:
        settings.DATA_DIR = tmp_path

    @pytest.fixture
    def sheet(self, transactional_db: None) -> Sheet:
        from support.cast import make_cast

        cast = make_cast()
        small_project(cast)
        sheet = opened(cast, seats=(LEAD,))
        sign(cast.general_lead, sheet, LEAD)
        return sheet

    def test_it_says_that_all_is_well(self, sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["verify"]) == 0
        assert "全部相符" in capsys.readouterr().out
        assert main(["verify", "--project", "S-1", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["ok"], told["chains"][0]["project"], told["chains"][0]["finding"]) == (True, "S-1", None)
        assert told["entries"] == told["chains"][0]["anchored"] == Act.objects.count()

    def test_it_names_the_first_bad_entry(self, sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
        from django.db import connection

        with lifted(connection):
            Sheet.objects.update(html=b"<article>other</article>")
        assert main(["verify"]) == 1
        assert f"✗ S-1：当时显示的页面与第 {sheet.act_number} 条记载的不符。" in capsys.readouterr().out
        assert main(["verify", "--json"]) == 1
        finding = json.loads(capsys.readouterr().out)["chains"][0]["finding"]
        assert (finding["entry"], finding["fault"]) == (sheet.act_number, "page")

    def test_a_project_that_is_not_there(self, sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["verify", "--project", "S-9"]) == 2
        assert "没有这个项目：S-9" in capsys.readouterr().err
