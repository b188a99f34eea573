"""Writes: what is included and what is not, line by line or as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import Department, System, User
from tongzhou.projects import access
from tongzhou.projects.actions.agreed import MOST_ROWS, locked, may_change, next_place, place_before, shorter
from tongzhou.projects.events import ScopeChanged
from tongzhou.projects.models import Project, ScopeItem
from tongzhou.projects.queries.scope import scope_of
from tongzhou.timeline.actions import ChangeOf, Subject, record
from tongzhou.workbooks.text import is_seen

LONGEST_LINE = 300
Told = list[list[str]]


@dataclass(frozen=True)
class ScopeLine:
    """A line; `department` does an excluded part."""

    kind: str
    text: str
    department: Department | None = None


def set_scope(*, by: User | System, project: Project, lines: list[ScopeLine], now: datetime) -> None:
    """Replace what is included and excluded. A line that stays as it is keeps its row.

    :raises Refused: if `by` may not, a line cannot be used, or the scope is signed.
    """
    _may(by, project)
    if len(lines) > MOST_ROWS:
        raise Refused("too-many", _("At most %(count)s rows.") % {"count": MOST_ROWS}, "lines")
    wanted = [_checked(line) for line in lines]
    with transaction.atomic():
        before = _told(project)
        there = list(project.scope_items.select_for_update())
        rows = {_key(row): row for row in there}
        if [_key(line) for line in wanted] == [_key(row) for row in there]:
            return
        may_change(project, "scope")
        stays = [rows[_key(line)].pk for line in wanted if _key(line) in rows]
        project.scope_items.exclude(pk__in=stays).delete()
        for place, line in enumerate(wanted, 1):
            kept = rows.pop(_key(line), None)
            if kept is None:
                values = {"kind": line.kind, "text": line.text, "department": line.department}
                ScopeItem.objects.create(project=project, place=place, **values)
            elif kept.place != place:
                ScopeItem.objects.filter(pk=kept.pk).update(place=place)
        _record(project, before, by=by, now=now)


def add_scope_line(*, by: User | System, project: Project, line: ScopeLine, now: datetime) -> ScopeItem:
    """Add a line behind the others of its kind.

    :raises Refused: if `by` may not, the line cannot be used, or the scope is signed.
    """
    return add_scope_lines(by=by, project=project, lines=[line], now=now)[0]


def add_scope_lines(*, by: User | System, project: Project, lines: list[ScopeLine], now: datetime) -> list[ScopeItem]:
    """Add lines behind the others of their kind, all or none.

    :raises Refused: if `by` may not, a line cannot be used, there are none, or the scope is signed.
    """
    _may(by, project)
    wanted = [_checked(line) for line in lines]
    if not wanted:
        raise Refused("text-missing", _("Say what is included or excluded."), "text")
    with transaction.atomic():
        may_change(project, "scope")
        before, first = _told(project), next_place(ScopeItem, project, len(wanted))
        rows = [
            ScopeItem.objects.create(
                project=project, place=first + at, kind=line.kind, text=line.text, department=line.department
            )
            for at, line in enumerate(wanted)
        ]
        _record(project, before, by=by, now=now)
    return rows


def change_scope_line(
    *, by: User | System, item: ScopeItem, line: ScopeLine, version: int | None = None, now: datetime
) -> ScopeItem:
    """Change a line.

    :raises Refused: as add_scope_line, and (Stale) if somebody else changed it since `version`.
    """
    project = item.project
    _may(by, project)
    line = _checked(line)
    with transaction.atomic():
        row = locked(item, version)
        if _key(line) == _key(row):
            return row
        may_change(project, "scope")
        before = _told(project)
        row.kind, row.text, row.department = line.kind, line.text, line.department
        row.version += 1
        row.save()
        _record(project, before, by=by, now=now)
    return row


def move_scope_line(*, by: User, item: ScopeItem, before: int | None, now: datetime) -> None:
    """Put a line before another one of its kind (by id), or at the end.

    :raises Refused: if `by` may not, there is no such row, or the scope is signed.
    """
    project = item.project
    _may(by, project)
    with transaction.atomic():
        may_change(project, "scope")
        told = _told(project)
        place_before(list(project.scope_items.select_for_update().filter(kind=item.kind)), item, before)
        _record(project, told, by=by, now=now)


def remove_scope_line(*, by: User, item: ScopeItem, version: int | None = None, now: datetime) -> None:
    """Remove a line; the record keeps it.

    :raises Refused: if `by` may not, the scope is signed, or (Stale) somebody else changed it since `version`.
    """
    project = item.project
    _may(by, project)
    with transaction.atomic():
        row = locked(item, version)
        may_change(project, "scope")
        before = _told(project)
        row.delete()
        _record(project, before, by=by, now=now)


def _may(by: User | System, project: Project) -> None:
    require(isinstance(by, System) or access.can_edit_basics(access.standing(by, project)))


def _checked(line: ScopeLine) -> ScopeLine:
    if line.kind not in ScopeItem.Kind.values:
        raise Refused("kind-unknown", _("Choose included or excluded."), "kind")
    text = shorter(line.text, LONGEST_LINE, "text")
    if not is_seen(text):
        raise Refused("text-missing", _("Say what is included or excluded."), "text")
    if line.department is not None and line.kind != ScopeItem.Kind.OUT:
        raise Refused("department-unfit", _("Only of an excluded part it is said who does it."), "department")
    return replace(line, text=text)


def _key(line: ScopeLine | ScopeItem) -> tuple[str, str, int | None]:
    if isinstance(line, ScopeItem):
        return line.kind, line.text, line.department_id
    return line.kind, line.text, line.department.pk if line.department else None


def _told(project: Project) -> Told:
    """Return the scope as the record keeps it: kind and text of each line, with who does an excluded part."""
    return [[row.kind, row.says] for row in scope_of(project)]


def _record(project: Project, before: Told, *, by: User | System, now: datetime) -> None:
    after = _told(project)
    if before != after:
        change = ChangeOf("project", project.pk, project.name, {"scope": before}, {"scope": after})
        subject = Subject("project", project.pk, project.name)
        record(ScopeChanged(project.pk), by=by, now=now, subject=subject, project=project.pk, changes=[change])
