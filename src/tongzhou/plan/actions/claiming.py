"""Writes: departments claim their tasks (认领), or hand them back with a reason; the manager asks them to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, Stale, require
from tongzhou.lib.bulk import update_rows
from tongzhou.people.models import User
from tongzhou.plan.access import can_assign_item, can_edit_plan
from tongzhou.plan.actions.agreed import require_unsigned
from tongzhou.plan.actions.commands.people import Directory, directory
from tongzhou.plan.actions.commands.values import CellRefused
from tongzhou.plan.actions.scheduling import check_owners, locked_plan, reschedule
from tongzhou.plan.events import ClaimsAsked, TasksClaimed, TasksHandedBack
from tongzhou.plan.models import Claim, ClaimCall, WorkItem
from tongzhou.plan.queries.claims import claims_of, unclaimed
from tongzhou.projects.access import Standing, rules_of, standing
from tongzhou.projects.actions import enrol
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, record

MOST, LONGEST_OUTPUT, LONGEST_REASON = 5000, 500, 2000


@dataclass(frozen=True)
class Seen:
    """The owner (an id) and the key output of a task that were shown."""

    owner: int | None
    output: str


@dataclass(frozen=True)
class Claiming:
    """What a department promises of a task: who is responsible (an id, or a name as people type it), and what comes out.

    `finish` is the date that was shown, `seen` what else was; where they are not said, nothing is compared.
    """

    item: int
    owner: int | str | None
    output: str = ""
    finish: date | None = None
    seen: Seen | None = None


@dataclass(frozen=True)
class _Promise:
    """A task as it is now, who is to own it, and what comes out of it."""

    row: WorkItem
    owner: User
    output: str

    @property
    def is_news(self) -> bool:
        """Whether the task says otherwise by now."""
        return self.row.owner_id != self.owner.pk or self.output != self.row.key_output


def may_claim(at: Standing) -> bool:
    """Whether a person claims tasks at all: the manager, and who holds a seat of a department."""
    return bool(at.manages or at.heads or at.liaisons)


def ask_for_claims(*, by: User, project: Project, due: datetime | None = None, now: datetime) -> ClaimCall:
    """Ask the departments to claim what nobody claimed yet, until `due` where that is named.

    :raises Refused: if `by` is not the manager, departments claim nothing in this project, nothing waits, or the time is past.
    """
    require(can_edit_plan(standing(by, project)))
    _check_rules(project)
    if due is not None and due <= now:
        raise Refused("due-passed", _("The due time is past."), "due")
    with transaction.atomic():
        locked_plan(project)
        if not unclaimed(claims_of(project)):
            raise Refused("all-claimed", _("Every task is claimed already."))
        call = ClaimCall.objects.create(project=project, at=now, by=by, due=due)
        subject = Subject("project", project.pk, project.name)
        record(ClaimsAsked(project.pk, call.pk), by=by, now=now, subject=subject, project=project.pk)
    return call


def claim_tasks(*, by: User, project: Project, tasks: Sequence[Claiming], now: datetime) -> list[Claim]:
    """Claim tasks: each with who is responsible, its deliverable, and the dates as they were shown. All of them or none.

    :raises Refused: if `by` has no seat of the department, departments claim nothing here, nothing is chosen, a task is gone,
        or something is missing or was changed since it was shown (`errors` names each field: owner-<task>, output-<task>,
        finish-<task>).
    """
    at = standing(by, project)
    require(may_claim(at))
    _check_rules(project)
    _check_chosen([one.item for one in tasks])
    with transaction.atomic():
        plan = locked_plan(project)
        rows = _rows(project, at, [one.item for one in tasks])
        promises = _promises(project, tasks, rows)
        check_owners(project, {one.owner.pk for one in promises})
        require_unsigned(project, {one.row.pk: ("owner_id",) for one in promises if one.row.owner_id != one.owner.pk})
        made = Claim.objects.bulk_create([_claim(one, by, now) for one in promises], batch_size=500)
        news = [one for one in promises if one.is_news]
        if news:
            values = ((one.row.pk, one.owner.pk, one.output, one.row.version + 1) for one in news)
            update_rows(WorkItem, ("owner_id", "key_output", "version"), values)
            reschedule(project, plan)
            enrol(by=by, project=project, people=[one.owner for one in news], now=now)
        lost = tuple((one.row.pk, one.row.owner_id) for one in news if one.row.owner_id not in (None, one.owner.pk))
        event = TasksClaimed(project.pk, [one.row.pk for one in promises], lost)
        subject, changes = Subject("project", project.pk, project.name), [_change(one) for one in promises]
        record(event, by=by, now=now, subject=subject, project=project.pk, changes=changes)
    return made


def hand_back_tasks(*, by: User, project: Project, items: Collection[int], reason: str, now: datetime) -> list[Claim]:
    """Hand tasks back that a department does not take on; the manager is told why. All of them or none.

    :raises Refused: as claim_tasks; if there is no reason, or a task was handed back already.
    """
    at = standing(by, project)
    require(may_claim(at))
    _check_rules(project)
    _check_chosen(items)
    reason = _checked(reason, "reason", LONGEST_REASON)
    if not reason:
        raise Refused("reason-needed", _("Say why your department does not take this on."), "reason")
    with transaction.atomic():
        locked_plan(project)
        rows = _rows(project, at, items)
        states = {row.id: row.state for row in claims_of(project)}
        again = [row.name for key, row in rows.items() if states.get(key) == "returned"]
        if again:
            raise Refused("returned-already", _("Handed back already: %(tasks)s.") % {"tasks": "、".join(again[:5])}, "task")
        given: dict[str, Any] = {"answer": Claim.Answer.RETURNED, "reason": reason, "at": now, "by": by}
        made = [Claim(work_item=row, department=row.department, owner_id=row.owner_id, **given) for row in rows.values()]
        made = Claim.objects.bulk_create(made, batch_size=500)
        changes = [
            ChangeOf("work_item", row.pk, row.name, {"claim": None}, {"claim": str(Claim.Answer.RETURNED.label)})
            for row in rows.values()
        ]
        event = TasksHandedBack(project.pk, [row.pk for row in rows.values()], reason)
        subject = Subject("project", project.pk, project.name)
        record(event, by=by, now=now, subject=subject, project=project.pk, changes=changes)
    return made


def _check_rules(project: Project) -> None:
    if not rules_of(project).claims:
        raise Refused("no-claims-needed", _("In a light project tasks are simply given to people."))


def _check_chosen(items: Collection[int]) -> None:
    if not items:
        raise Refused("nothing-chosen", _("Choose at least one task."), "task")
    if len(items) > MOST or len(set(items)) != len(items):
        raise Refused("too-many", _("At most %(count)s tasks at once, each once.") % {"count": MOST}, "task")


def _rows(project: Project, at: Standing, keys: Collection[int]) -> dict[int, WorkItem]:
    """Return the tasks in the given order, as they are now, under the plan's lock."""
    found: dict[int, WorkItem] = {}
    for chunk in _chunks(list(keys), 500):
        asked = WorkItem.objects.filter(project=project, pk__in=chunk).select_related("owner", "department")
        found |= {row.pk: row for row in asked}
    if len(found) < len(keys):
        raise Stale("item-gone", _("Somebody else removed this task in the meantime."))
    require(
        all(row.department_id is None or can_assign_item(at, row.department_id) for row in found.values()),
        _("You may claim tasks of your own department only."),
    )
    without = next((row for row in found.values() if row.department_id is None), None)
    if without is not None:
        raise Refused("no-department", _("“%(task)s” belongs to no department yet.") % {"task": without.name}, "task")
    above = set(WorkItem.objects.filter(project=project, parent__in=found).values_list("parent_id", flat=True)[:1])
    over = any(row.state == WorkItem.State.CANCELLED for row in found.values())
    if above or over:
        raise Refused("not-claimed", _("Only tasks are claimed: no groups of tasks, and none that was cancelled."), "task")
    return {key: found[key] for key in keys}


def _chunks(keys: list[int], size: int) -> Iterable[list[int]]:
    return (keys[begin : begin + size] for begin in range(0, len(keys), size))


def _promises(project: Project, tasks: Sequence[Claiming], rows: dict[int, WorkItem]) -> list[_Promise]:
    """Return what is promised of each task.

    :raises Refused: naming each field that is missing or wrong.
    """
    known = directory(project, [one.owner for one in tasks if one.owner not in (None, "")])
    errors: dict[str, str] = {}
    owners = {one.item: _owner(known, one, errors) for one in tasks}
    people = User.objects.in_bulk({key for key in owners.values() if key})
    found = []
    for one in tasks:
        row = rows[one.item]
        output = _output(one, row, errors)
        _check_dates(one, row, errors)
        owner = people.get(owners[one.item] or 0)
        _check_seen(one, row, owner, output, errors)
        if owner is not None:
            found.append(_Promise(row, owner, output))
    if errors:
        raise Refused(
            "claims-incomplete", _("Something is missing in %(count)s places.") % {"count": len(errors)}, errors=errors
        )
    return found


def _owner(known: Directory, one: Claiming, errors: dict[str, str]) -> int | None:
    try:
        owner = known.person(one.owner) if one.owner is not None else None
    except CellRefused as wrong:
        errors[f"owner-{one.item}"] = str(wrong)
        return None
    if owner is None:
        errors[f"owner-{one.item}"] = _("Say who is responsible.")
    elif owner in known.supervisors:
        errors[f"owner-{one.item}"] = _("A quality supervisor owns no task of the project he judges.")
    return owner


def _output(one: Claiming, row: WorkItem, errors: dict[str, str]) -> str:
    try:
        output = _checked(one.output, "output", LONGEST_OUTPUT) or row.key_output
    except Refused as wrong:
        errors[f"output-{one.item}"] = wrong.message
        return ""
    if not output and not row.is_milestone:
        errors[f"output-{one.item}"] = _("Say what comes out of it.")
    return output


def _check_dates(one: Claiming, row: WorkItem, errors: dict[str, str]) -> None:
    finish = row.finish or row.typed_finish
    if finish is None:
        errors[f"finish-{one.item}"] = _("This task has no dates yet.")
    elif one.finish is not None and one.finish != finish:
        message = _("The finish is %(day)s by now: look at it and claim again.")
        errors[f"finish-{one.item}"] = message % {"day": finish.isoformat()}


def _check_seen(one: Claiming, row: WorkItem, owner: User | None, output: str, errors: dict[str, str]) -> None:
    """Let no claim overwrite what somebody else wrote since it was shown. What comes to the same overwrites nothing."""
    if one.seen is None:
        return
    if row.owner_id not in (one.seen.owner, owner and owner.pk):
        message = _("The owner is %(name)s by now: look at it and claim again.")
        errors[f"owner-{one.item}"] = message % {"name": row.owner.name if row.owner else "—"}
    if row.key_output.split() not in (one.seen.output.split(), output.split()):
        message = _("The deliverable is “%(text)s” by now: look at it and claim again.")
        errors[f"output-{one.item}"] = message % {"text": row.key_output or "—"}


def _checked(text: str, name: str, longest: int) -> str:
    text = text.strip()
    if len(text) > longest:
        raise Refused("text-too-long", _("At most %(count)s characters.") % {"count": longest}, name)
    if "\0" in text or any(0xD800 <= ord(sign) < 0xE000 for sign in text):
        raise Refused("text-unusable", _("This text holds characters that cannot be kept."), name)
    return text


def _claim(one: _Promise, by: User, now: datetime) -> Claim:
    row = one.row
    return Claim(
        work_item=row,
        department=row.department,
        answer=Claim.Answer.CLAIMED,
        owner=one.owner,
        output=one.output,
        start=row.start or row.typed_start,
        finish=row.finish or row.typed_finish,
        at=now,
        by=by,
    )


def _change(one: _Promise) -> ChangeOf:
    row = one.row
    before: dict[str, Any] = {"claim": None}
    after: dict[str, Any] = {"claim": row.department.name if row.department else ""}
    if row.owner_id != one.owner.pk:
        before["owner"], after["owner"] = row.owner.name if row.owner else None, one.owner.name
    if one.output != row.key_output:
        before["key_output"], after["key_output"] = row.key_output, one.output
    return ChangeOf("work_item", row.pk, row.name, before, after)
