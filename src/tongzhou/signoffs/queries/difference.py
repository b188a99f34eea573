"""Reads: what one version of a sheet says otherwise than another, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.engine.canonical import Difference, differences
from tongzhou.signoffs.models import Sheet

SAID = ("shared", "parts")
LONGEST = 300


@dataclass(frozen=True)
class Changed:
    """A field that differs: where it stands in the snapshot, its name in words, what it was and is."""

    path: str
    label: str
    before: str
    after: str


def snapshot_of(sheet: Sheet) -> dict[str, Any]:
    """Return the snapshot of a sheet as it was frozen."""
    found: dict[str, Any] = json.loads(bytes(sheet.snapshot))
    return found


def difference_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """Return what differs between two snapshots, in the order of the newer one. Hashes and ids of entries are left out."""
    labels = {**before.get("labels", {}), **after.get("labels", {})}
    old, new = ({name: snapshot.get(name) for name in SAID} for snapshot in (before, after))
    found = [part for part in differences(old, new) if part.path[-1] not in ("id", "sha256")]
    return [_told(part, old, new, labels) for part in found]


def told_differences(before: Sheet, after: Sheet) -> list[dict[str, str]]:
    """Return the same as programs are told it."""
    return [asdict(part) for part in difference_of(snapshot_of(before), snapshot_of(after))]


def _told(part: Difference, old: Any, new: Any, labels: Mapping[str, str]) -> Changed:
    whole = isinstance(part.before, Mapping) or isinstance(part.after, Mapping)
    entry, rest = _entry(part.path, new) or _entry(part.path, old) or ("", part.path)
    names = [labels.get(name, name) for name in rest if name not in SAID]
    label = " · ".join([*([entry] if entry else []), *([] if whole and entry else names)]) or _("Content")
    return Changed("/".join(part.path), label, _value(part.before, labels), _value(part.after, labels))


def _entry(path: tuple[str, ...], value: Any) -> tuple[str, tuple[str, ...]] | None:
    """Return the name of the innermost entry of a list on the way, and what follows of the path."""
    found: tuple[str, tuple[str, ...]] | None = None
    for place, name in enumerate(path):
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list):
            value = _by_id(value, name)
            if isinstance(value, Mapping) and value.get("name"):
                found = (str(value["name"]), path[place + 1 :])
        else:
            break
    return found


def _by_id(entries: list[Any], name: str) -> Any:
    for place, entry in enumerate(entries):
        known = str(entry["id"]) if isinstance(entry, Mapping) and "id" in entry else str(place)
        if known == name:
            return entry
    return None


def _value(value: Any, labels: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Mapping):
        shown = ((labels.get(name, name), inner) for name, inner in value.items() if name not in ("id", "sha256", "name"))
        return _("; ").join(f"{label} {_value(inner, labels)}" for label, inner in shown if inner not in (None, "", []))[
            :LONGEST
        ]
    if isinstance(value, list):
        return "、".join(_value(inner, labels) for inner in value)[:LONGEST]
    return str(value)
