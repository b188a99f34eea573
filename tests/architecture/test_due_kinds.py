"""Each kind of due row has an end-to-end test under a simulated clock, marked with its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from architecture.rules.house import ROOT
from tongzhou.lib.registry import DUES


def driven(folder: Path) -> Iterator[tuple[str, bool]]:
    """Yield the kind of each mark due_kind below `folder`, and whether the marked test lets the rhythm run (settle)."""
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                runs = any(isinstance(call, ast.Call) and ast.unparse(call.func).endswith("settle") for call in ast.walk(node))
                yield from ((kind, runs) for mark in node.decorator_list for kind in _kinds(mark))


def _kinds(mark: ast.expr) -> list[str]:
    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.due_kind":
        return [str(ast.literal_eval(argument)) for argument in mark.args]
    return []


def missing(folder: Path, kinds: list[str]) -> list[str]:
    """Return the kinds that no test drives, and the marks of kinds that are none or whose test lets nothing run."""
    found = list(driven(folder))
    names = {kind for kind, runs in found if runs}
    return [kind for kind in kinds if kind not in names] + [kind for kind, runs in found if kind not in kinds or not runs]


def test_every_kind_of_due_row_is_driven_end_to_end() -> None:
    assert DUES.names()
    assert missing(ROOT / "tests", DUES.names()) == []


def test_a_kind_without_test_is_found(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(
        "@pytest.mark.due_kind('a')\ndef test_a():\n    settle(1)\n\n@pytest.mark.due_kind('b')\ndef test_b(): ...\n",
        encoding="utf-8",
    )
    assert missing(tmp_path, ["a"]) == ["b"]
    assert missing(tmp_path, ["a", "b", "c"]) == ["b", "c", "b"]
