"""Seven kinds of tampering with the database of a stopped product, on both: `tongzhou verify` fails and names the entry."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from support.cluster import own_cluster
from support.place import Place, on_cluster
from tongzhou.engine.canonical import canonical
from tongzhou.engine.chain import linked

ACTS = Path(__file__).parent / "stopped.py"


@dataclass(frozen=True)
class Stopped:
    """A place where nothing runs, with a sheet that two of three have signed."""

    place: Place
    project: int
    kinds: list[str]

    def number(self, kind: str, at: int = 0) -> int:
        """The number of an act by its kind."""
        return [number for number, known in enumerate(self.kinds, 1) if known == kind][at]

    def copy(self, data: Path) -> Stopped:
        """Return the same once more: files and database."""
        shutil.copytree(self.place.data, data)
        if not self.place.url:
            return Stopped(Place(data), self.project, self.kinds)
        server, _slash, base = self.place.url.rpartition("/")
        _on_server(server, f"CREATE DATABASE copy_{data.name} TEMPLATE {base}")
        return Stopped(Place(data, f"{server}/copy_{data.name}"), self.project, self.kinds)

    def tamper(self, *statements: Any) -> None:
        """Write past the product, as somebody who may do anything with the database."""
        if self.place.url:
            self.place.write("SET session_replication_role = replica", *statements)
            return
        guards = [row[0] for row in self.place.ask("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        self.place.write(*[f"DROP TRIGGER {name}" for name in guards], *statements)

    def put_back(self, old: Stopped) -> None:
        """Put the whole database of an older copy in the place of this one."""
        if not self.place.url:
            for path in self.place.data.glob("tongzhou.sqlite3*"):
                path.unlink()
            for path in old.place.data.glob("tongzhou.sqlite3*"):
                shutil.copy(path, self.place.data)
            return
        server, _slash, base = self.place.url.rpartition("/")
        _on_server(server, f"DROP DATABASE {base}", f"ALTER DATABASE {old.place.url.rpartition('/')[2]} RENAME TO {base}")

    def acts(self) -> list[tuple[int, bytes, bytes, bytes]]:
        """Number, body, hash and seal of each act."""
        rows = self.place.ask(
            f"SELECT number, body, hash, seal FROM signoffs_act WHERE project_id = {self.project} ORDER BY number"
        )
        return [(row[0], bytes(row[1]), bytes(row[2]), bytes(row[3])) for row in rows]

    def found(self) -> tuple[int, str] | None:
        """What `tongzhou verify` names: the number of the first bad entry, and the fault."""
        answer = self.place.run("verify", "--json")
        told = json.loads(answer.stdout)
        [finding] = [chain["finding"] for chain in told["chains"] if chain["project"] == "S-1"]
        assert answer.returncode == (0 if finding is None else 1), answer.stderr
        assert told["ok"] == (finding is None)
        if finding is None:
            return None
        assert str(finding["entry"]) in finding["text"]
        return finding["entry"], finding["fault"]


def _on_server(server: str, *statements: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as found:
        for statement in statements:
            found.execute(statement)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pristine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stopped]:
    data = tmp_path_factory.mktemp("pristine")
    if request.param == "sqlite":
        yield _begun(Place(data))
    else:
        with own_cluster() as cluster:
            yield _begun(on_cluster(cluster.url, data))


def _begun(place: Place) -> Stopped:
    place.lay()
    laid = place.script(ACTS, "begin")
    return Stopped(place, laid["project"], laid["kinds"])


def _flipped(data: bytes) -> bytes:
    return data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]


def byte_of_a_signed_text(stopped: Stopped) -> tuple[int, str]:
    [(text,)] = stopped.place.ask("SELECT snapshot FROM signoffs_sheet")
    stopped.tamper(("UPDATE signoffs_sheet SET snapshot = ?", [_flipped(bytes(text))]))
    return stopped.number("sheet-opened"), "text"


def byte_of_a_signature(stopped: Stopped) -> tuple[int, str]:
    stopped.tamper(("UPDATE signoffs_signature SET opinion = ? WHERE opinion <> ''", ["五月开始"]))
    return stopped.number("signed"), "row"


def row_removed(stopped: Stopped) -> tuple[int, str]:
    number = stopped.number("signed")
    stopped.tamper(("DELETE FROM signoffs_act WHERE project_id = ? AND number = ?", [stopped.project, number]))
    return number, "missing"


def two_swapped(stopped: Stopped) -> tuple[int, str]:
    one, other = stopped.number("signed"), stopped.number("signed", 1)
    kept = {number: rest for number, *rest in stopped.acts()}
    write = f"UPDATE signoffs_act SET body = ?, hash = ?, seal = ? WHERE project_id = {stopped.project} AND number = ?"
    stopped.tamper((write, [*kept[other], one]), (write, [*kept[one], other]))
    return one, "changed"


def tail_cut(stopped: Stopped) -> tuple[int, str]:
    last = stopped.number("signed", 1)
    stopped.tamper(("DELETE FROM signoffs_act WHERE project_id = ? AND number >= ?", [stopped.project, last]))
    return last, "cut"


def forged_with_a_right_hash(stopped: Stopped) -> tuple[int, str]:
    """Somebody else signed, says an entry that is hashed as it should be."""
    *_rest, before, (number, body, _hash, _seal) = stopped.acts()
    forged = canonical(json.loads(body) | {"by": {"id": 1, "name": "别人", "department": ""}})
    write = f"UPDATE signoffs_act SET body = ?, hash = ? WHERE project_id = {stopped.project} AND number = ?"
    stopped.tamper((write, [forged, linked(before[2], forged), number]))
    return number, "anchor"


def old_file_restored(stopped: Stopped) -> tuple[int, str]:
    """All is as it was before the last signature: every hash is right, every row fits, but the anchor knows more."""
    old = stopped.copy(stopped.place.data.with_name(f"{stopped.place.data.name}_before"))
    after = stopped.place.script(ACTS, "go-on")["kinds"]
    assert len(after) > len(stopped.kinds) and stopped.found() is None
    stopped.put_back(old)
    return len(stopped.kinds) + 1, "cut"


KINDS = [
    byte_of_a_signed_text,
    byte_of_a_signature,
    row_removed,
    two_swapped,
    tail_cut,
    forged_with_a_right_hash,
    old_file_restored,
]


@pytest.mark.parametrize("tampering", KINDS, ids=lambda kind: kind.__name__)
def test_tampering_with_a_stopped_database_is_named(
    pristine: Stopped, tmp_path: Path, tampering: Callable[[Stopped], tuple[int, str]]
) -> None:
    stopped = pristine.copy(tmp_path / tampering.__name__)
    expected = tampering(stopped)
    assert stopped.found() == expected


def test_what_was_not_touched_verifies_when_it_is_stopped(pristine: Stopped, tmp_path: Path) -> None:
    assert pristine.copy(tmp_path / "untouched").found() is None
