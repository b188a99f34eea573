"""Reads: what one task list says otherwise than another, task by task, and what keeps a list from being published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongzhou.plan.models import ClaimCall
from tongzhou.plan.queries.claims import ClaimRow, unclaimed
from tongzhou.plan.queries.tasklist import KIND, labels, task_list
from tongzhou.projects.access import rules_of
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Ending, Sheet

TOLD = ("name", "department", "owner", "supporters", "start", "finish", "output", "standard", "after", "milestone")
Content = Mapping[str, Any]


@dataclass(frozen=True)
class FieldChange:
    """A field of a task: its name, its word, what it was and is."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class TaskChange:
    """A task that says otherwise. `days`: by how many days its finish moved, later ones positive."""

    id: int
    code: str
    name: str
    department: str
    fields: list[FieldChange]
    days: int = 0

    @property
    def reowned(self) -> bool:
        return any(one.field == "owner" for one in self.fields)

    @property
    def moved(self) -> str:
        """Later or earlier by how many days, in words."""
        if not self.days:
            return ""
        words = _("%(days)s d later") if self.days > 0 else _("%(days)s d earlier")
        return words % {"days": abs(self.days)}


@dataclass(frozen=True)
class ListDifference:
    """Tasks that are new, that are gone, and that changed; `renumbered`: only their code is another one."""

    added: list[dict[str, Any]] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)
    changed: list[TaskChange] = field(default_factory=list)
    renumbered: int = 0

    @property
    def count(self) -> int:
        return len(self.added) + len(self.removed) + len(self.changed)

    @property
    def moved(self) -> int:
        return sum(bool(one.days) for one in self.changed)

    @property
    def reowned(self) -> int:
        return sum(one.reowned for one in self.changed)


def list_difference(before: Content, after: Content) -> ListDifference:
    """Compare two contents of a task list. No query."""
    words = labels()
    old, new = ({row["id"]: row for row in content.get("items", ())} for content in (before, after))
    links = [{row["code"]: row["id"] for row in side.values()} for side in (old, new)]
    changed, renumbered = [], 0
    for key, row in new.items():
        was = old.get(key)
        if was is None or was.get("sha256") == row.get("sha256"):
            continue
        fields = [_change(name, words, was, row) for name in TOLD if was.get(name) != row.get(name)]
        same_links = _links(was.get("after", ""), links[0]) == _links(row.get("after", ""), links[1])
        fields = [one for one in fields if one.field != "after" or not same_links]
        if fields:
            days = _days(was.get("finish", ""), row.get("finish", ""))
            changed.append(TaskChange(key, row["code"], row["name"], row["department"], fields, days))
        else:
            renumbered += 1
    return ListDifference(
        [row for key, row in new.items() if key not in old],
        [row for key, row in old.items() if key not in new],
        changed,
        renumbered,
    )


def content_of(sheet: Sheet) -> Content:
    """Return the list that a sheet froze."""
    found: Content = json.loads(bytes(sheet.snapshot))["shared"]
    return found


def published_sheet(project: Project) -> Sheet | None:
    """Return the version that is in force: the newest one that was approved. One query."""
    return final_sheets(project).first()


def final_sheets(project: Project) -> QuerySet[Sheet]:
    """Return the versions that were approved, the newest first."""
    rows = Sheet.objects.filter(project=project, kind=KIND, key=project.pk, ending__kind=Ending.Kind.FINAL)
    return rows.order_by("-version")


def asked_content(project: Project, version: str, sheets: Mapping[int, int]) -> Content | None:
    """Return the list of a version ("now": as the plan stands); None if there is no such version.

    :param sheets: the sheet of each version.
    """
    if version == "now":
        return task_list(project)
    key = sheets.get(int(version)) if version.isascii() and version.isdecimal() and len(version) < 10 else None
    return content_of(Sheet.objects.get(pk=key)) if key else None


@dataclass(frozen=True)
class Blocker:
    """Why a list is not published yet: how many tasks, and some of their names. `stops`: it refuses, else it only warns."""

    key: str
    text: str
    names: list[str]
    count: int
    stops: bool


MOST_NAMED = 6


def blockers(project: Project, rows: list[ClaimRow], call: ClaimCall | None) -> list[Blocker]:
    """Return what keeps the list of a project from being published. No query.

    Tasks that nobody claimed stop it once the departments were asked to claim, and in a strict project always.
    """
    found = []
    undated = [row for row in rows if row.finish is None]
    if undated:
        found.append(_blocker("dates", _("Tasks without dates"), undated, stops=True))
    open_rows = unclaimed(rows)
    if rules_of(project).claims and open_rows:
        strict = project.weight == Project.Weight.STRICT
        found.append(_blocker("claims", _("Tasks that no department claimed"), open_rows, stops=strict or call is not None))
    return found


def _blocker(key: str, text: str, rows: list[ClaimRow], *, stops: bool) -> Blocker:
    names = [f"{row.code} {row.name}" for row in rows[:MOST_NAMED]]
    return Blocker(key, text, names, len(rows), stops)


def _change(name: str, words: Mapping[str, str], was: Content, now: Content) -> FieldChange:
    label = _("Name") if name == "name" else words.get(name, name)
    return FieldChange(name, label, _shown(was.get(name)), _shown(now.get(name)))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "" if value is None else str(value)


def _links(text: str, codes: Mapping[str, int]) -> set[tuple[int, str]]:
    """Return what a task waits for by the ids of the tasks: their codes shift when one is put in before them."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return {(codes.get(part[:-2], 0), part[-2:]) for part in parts}


def _days(before: str, after: str) -> int:
    if not before or not after:
        return 0
    return (date.fromisoformat(after) - date.fromisoformat(before)).days
