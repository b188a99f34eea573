"""What charters and memos leave to be filled in, part by part. Pure: from a cut as `cut.py` and `memo_cut.py` make it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tongzhou.papers.blanks import blanks_in

TEXTS = {
    "basics": ("objective", "background", "contact"),
    "objectives": ("name", "metric", "target"),
    "scope": ("name",),
    "departments": ("duty", "deliverables", "alone"),
    "milestones": ("name", "standard"),
    "deliverables": ("name", "amount", "standard"),
    "commitments": ("name", "asked", "promised"),
    "communication": ("name", "often", "who", "form", "channel", "link"),
    "tasks": ("name", "output", "standard"),
    "supports": ("name", "content"),
}
"""Of each part the fields that people write. Names of projects, departments and people are as they are."""
LABELLED = frozenset({"milestones", "tasks", "supports"})


def blanks_of(cut: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return by part what is to be filled in, in the order of the paper; basics and own texts each by its name."""
    found: dict[str, list[str]] = {}
    for part, text, labelled in _texts(cut):
        for blank in blanks_in(text, labelled=labelled):
            found.setdefault(part, []).append(blank)
    return found


def _texts(cut: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    for part, value in cut.items():
        if part == "texts":
            yield from ((kind, text, False) for kind, text in value.items())
        elif part == "basics":
            yield from ((name, value.get(name, ""), False) for name in TEXTS[part])
        elif part == "duty":
            yield "departments", value, False
        elif isinstance(value, list):
            for entry in value:
                yield from ((part, entry.get(name) or "", part in LABELLED and name == "name") for name in TEXTS.get(part, ()))
