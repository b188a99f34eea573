"""Commands of the grid: each checks who may, changes the plan in memory, schedules; kept, recorded, undoable as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.engine.schedule import collector_paused
from tongzhou.lib.access import Refused
from tongzhou.people.models import User
from tongzhou.plan.access import require_some_right
from tongzhou.plan.actions.agreed import require_unsigned
from tongzhou.plan.actions.commands import cells, structure
from tongzhou.plan.actions.commands.difference import Difference, changes_of, difference
from tongzhou.plan.actions.commands.keeping import keep, newcomers
from tongzhou.plan.actions.commands.remembering import Edit, remember
from tongzhou.plan.actions.commands.sheet import Sheet, load
from tongzhou.plan.actions.commands.undoing import Turn, turn_back, turn_of
from tongzhou.plan.actions.progress import Report, Told, record_one
from tongzhou.plan.actions.scheduling import locked_plan, refuse_overtaken, reschedule
from tongzhou.plan.events import PlanEdited
from tongzhou.plan.models import Plan, PlanEdit, WorkItem
from tongzhou.plan.queries.consequences import Move, moves_of
from tongzhou.plan.queries.edits import MOST_EDITS, Undoable, undoable
from tongzhou.projects.access import Standing, standing
from tongzhou.projects.actions import enrol
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import Subject, record

COMMANDS: dict[str, Callable[[Sheet, dict[str, Any]], str]] = {
    "insert": cells.insert,
    "set": cells.set_cells,
    "paste": cells.paste,
    "remove": structure.remove,
    "indent": structure.indent,
    "outdent": structure.outdent,
    "move": structure.move,
}
TURNS = ("undo", "redo")
MOST_NOTICES = 12


@dataclass(frozen=True)
class Asked:
    """A command as it was asked for. `version` is that of the plan that was shown (None: not said)."""

    name: str
    body: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    dry: bool = False


@dataclass(frozen=True)
class Answer:
    """What a command did (or would do): ids created or concerned, dates that moved, notices, what can be undone and redone."""

    version: int
    ids: list[int]
    moves: list[Move]
    notices: list[str]
    undo: str | None
    redo: str | None


def run_command(
    *, by: User, project: Project, asked: Asked, status_date: date | None = None, at: Standing | None = None, now: datetime
) -> Answer:
    """Run one command: all of it or nothing, in one transaction, with one event, undoable as one.

    Percents are recorded as reports as of `status_date`, each with its own event, and are not undone.
    :param at: what `by` is in the project, where the caller knows.
    :raises Refused: if `by` may not (Forbidden), the plan moved on (Stale), or something in it is wrong (`errors` by cell).
    """
    at = at or standing(by, project)
    require_some_right(by, project, at)
    if asked.name not in COMMANDS and asked.name not in TURNS:
        raise Refused("command-unknown", _("There is no such command."), "command")
    day = status_date or timezone.localtime(now).date()
    with transaction.atomic(), collector_paused():
        plan = _plan_at(project, asked)
        can = undoable(project, by)
        turn = turn_of(asked.name, can) if asked.name in TURNS else None
        sheet = load(project, by, at, day)
        label = turn_back(sheet, turn) if turn else COMMANDS[asked.name](sheet, dict(asked.body))
        structure.tell_lost_children(sheet)
        if turn:
            sheet.loosened.clear()
        sheet.settle()
        made = difference(sheet)
        moves = moves_of(sheet.items, sheet.before, sheet.dates, sheet.drivers, set(sheet.touched))
        if asked.dry:
            return Answer(plan.version, _ids(sheet, made), moves, sheet.notices[:MOST_NOTICES], can.undo_label, can.redo_label)
        if made:
            changed = {key: now for key, now in made.after.items() if now and made.before[key]}
            fresh = [now for key, now in made.after.items() if now and not made.before[key]]
            milestone = any(row.get("is_milestone") for row in fresh)
            require_unsigned(project, changed, made.removed, with_new_milestone=milestone)
            can = _store(sheet, plan, made, Done(asked, label[:300], turn, can, now))
        if sheet.reports:
            _report(sheet, plan, day, now)
    return Answer(plan.version, _ids(sheet, made), moves, sheet.notices[:MOST_NOTICES], can.undo_label, can.redo_label)


@dataclass(frozen=True)
class Done:
    """A command that is being stored."""

    asked: Asked
    label: str
    turn: Turn | None
    can: Undoable
    now: datetime


def _plan_at(project: Project, asked: Asked) -> Plan:
    """Return the plan at the version asked for, locked unless nothing is to be written."""
    if not asked.dry:
        return locked_plan(project, asked.version)
    plan = Plan.objects.filter(project=project).first() or Plan(project=project)
    refuse_overtaken(project, plan, asked.version)
    return plan


def _store(sheet: Sheet, plan: Plan, made: Difference, done: Done) -> Undoable:
    """Write the difference, its event, and what undoes it."""
    project, by = sheet.project, sheet.by
    rows = len(made.before.keys() | made.supporters_before.keys()) or len(made.links_before)
    changes = changes_of(sheet, made)
    new = newcomers(sheet, made)
    keep(sheet, plan, made)
    if new:
        enrol(by=by, project=project, people=new, now=done.now)
    subject = Subject("project", project.pk, project.name)
    event = PlanEdited(project.pk, done.asked.name, done.label, rows, made.lost)
    record(event, by=by, now=done.now, subject=subject, project=project.pk, changes=changes)
    if done.turn is not None:
        undone_at = done.now if done.asked.name == "undo" else None
        PlanEdit.objects.filter(pk=done.turn.edit.pk).update(undone_at=undone_at)
        return undoable(project, by)
    return remember(sheet, made, Edit(done.asked.name, done.label, done.can), done.now)


def _report(sheet: Sheet, plan: Plan, day: date, now: datetime) -> None:
    """Record the percents, and schedule with them."""
    rows = WorkItem.objects.select_related("project", "owner").in_bulk(list(sheet.reports))
    loosened: set[int] = set()
    for key, percent in sheet.reports.items():
        state = (
            "done" if percent == 10000 else rows[key].state if rows[key].state == "blocked" else "doing" if percent else "todo"
        )
        loosened |= record_one(sheet.by, Told(rows[key], Report(state, percent), day), now).loosened
    reschedule(sheet.project, plan, loosened)


def _ids(sheet: Sheet, made: Difference) -> list[int]:
    created = [key for key in made.created if key > 0]
    return created or [key for key in dict.fromkeys(sheet.touched) if key > 0]


__all__ = ["MOST_EDITS", "Answer", "Asked", "run_command"]
