"""Writes: opening a case, letting it climb, handing it back, deciding, closing; and the time limits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.engine.escalation import Rise, rise, step_below
from tongzhou.escalations import access, events
from tongzhou.escalations.models import MOST_HOURS, Case, CaseStep, Ladder, Level
from tongzhou.escalations.queries import Hours, answering_of, hours_of, limit_of, open_case_of
from tongzhou.lib.access import Refused, Stale, require
from tongzhou.lib.registry import GATES, OUTCOMES
from tongzhou.people.models import System, User
from tongzhou.projects.access import can_manage_organisation, standing
from tongzhou.projects.models import Project
from tongzhou.projects.queries.asked import Answering, Asked
from tongzhou.rhythm.actions import cancel_due, set_due
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

KIND = "escalation"
LONGEST = 2000


@dataclass(frozen=True)
class Matter:
    """What a case is about: something by kind and key of a project. `department` answers first; `owner` has the task."""

    kind: str
    key: int
    project: Project
    title: str
    link: str
    department: int | None = None
    owner: int | None = None
    origin: int | None = None
    """The department that suffers from it; without one that which answers."""


def open_case(*, by: User | System, matter: Matter, why: str, now: datetime, asked: Collection[int] = ()) -> Case:
    """Open a case on the first step that answers; who was `asked` already (ids) is passed over.

    An open case about the same matter is returned as it is to the product itself.
    :raises Refused: if `by` may not, says not why, or a case about it is open.
    """
    if isinstance(by, User):
        require(access.can_escalate(standing(by, matter.project), (matter.department, matter.origin), matter.owner))
    reason = _said(why, "why")
    with transaction.atomic():
        _lock(matter.project)
        known = open_case_of(matter.kind, matter.key)
        if known is not None and isinstance(by, System):
            return known
        if known is not None:
            raise Refused("case-open", _("This was escalated already."), "why")
        case = Case(
            project=matter.project,
            kind=matter.kind,
            key=matter.key,
            department_id=matter.department,
            origin_id=matter.origin or matter.department,
            owner_id=matter.owner,
            title=matter.title[:300],
            link=matter.link,
            why=reason,
            level=Level.LEAD,
            opened_at=now,
            opened_by=by if isinstance(by, User) else None,
            since=now,
            version=0,
        )
        holders = _answering(case, now)
        found = _rise(holders, 0, asked)
        # Where nobody answers at all the case stands at the top, and says so.
        level = found.level or int(Level.LEAD)
        case.level = level
        case.save()
        _step(case, _Moved(CaseStep.Kind.OPENED, level, holders.get(level), found, reason), by, now)
        event = events.CaseOpened(case.pk, level, _id(holders.get(level)))
        _record(case, event, {}, _told(case), by, now)
    return case


def climb_case(*, by: User | System, case: Case, reason: str, now: datetime) -> Case:
    """Let a case climb to the next step that answers, by hand with a reason, or because its time ran out.

    At the top time that ran out is noted once; by hand there is nowhere to go.
    :raises Refused: if `by` may not, gives no reason, the case is decided or closed, or nobody stands above.
    """
    if isinstance(by, User):
        require(access.can_escalate_case(standing(by, case.project), case))
    reason = _said(reason, "reason")
    with transaction.atomic():
        row = _open(case)
        before, holders = _told(row), _answering(row, now)
        here = holders.get(row.level)
        found = _rise(holders, row.level, [here.id] if here else [])
        if found.level is None:
            if isinstance(by, User):
                raise Refused("at-the-top", _("This is the highest step: nobody is above."), "reason")
            return _overdue(row, here, reason, now)
        row.level, asked = found.level, holders[found.level]
        _step(row, _Moved(CaseStep.Kind.CLIMBED, row.level, asked, found, reason), by, now)
        event = events.CaseClimbed(row.pk, row.level, _id(asked), by_clock=isinstance(by, System))
        _record(row, event, before, _told(row), by, now)
        for handler in OUTCOMES.at("escalation-climbed"):
            handler(case=row, by=by, now=now)
    return row


def hand_back(*, by: User, case: Case, decision: str, now: datetime) -> Case:
    """Hand a case back to the nearest step below that answers, with what is decided; its time begins anew there.

    :raises Refused: if `by` does not answer it, decides nothing, or nobody else stands below.
    """
    with transaction.atomic():
        row = _open(case)
        before, holders = _told(row), _answering(row, now)
        instead = _require_decides(by, row, holders.get(row.level))
        decision = _said(decision, "decision")
        below = step_below({level: _id(one) for level, one in holders.items()}, row.level)
        if below is None:
            raise Refused("at-the-bottom", _("Nobody stands below: decide instead."), "decision")
        row.level, asked = below, holders[below]
        moved = _Moved(CaseStep.Kind.HANDED_BACK, below, asked, Rise(below), decision, instead)
        _step(row, moved, by, now)
        _record(row, events.CaseHandedBack(row.pk, below, _id(asked)), before, _told(row), by, now)
    return row


def decide_case(*, by: User, case: Case, decision: str, now: datetime) -> Case:
    """Decide a case where it stands: it climbs no more, and stays until what was decided is done.

    Handlers of the outcome "escalation-decided" are told in the same transaction.
    :raises Refused: if `by` does not answer it, decides nothing, or it is decided or closed.
    """
    with transaction.atomic():
        row = _open(case)
        before, asked = _told(row), _answering(row, now).get(row.level)
        instead = _require_decides(by, row, asked)
        decision = _said(decision, "decision")
        row.decided_at, row.climbs_at = now, None
        moved = _Moved(CaseStep.Kind.DECIDED, row.level, None, Rise(row.level), decision, instead)
        _step(row, moved, by, now)
        _record(row, events.CaseDecided(row.pk, row.level), before, _told(row), by, now)
        for handler in OUTCOMES.at("escalation-decided"):
            handler(case=row, decision=decision, by=by, now=now)
    return row


def close_case(*, by: User | System, case: Case, result: str, now: datetime) -> Case:
    """Close a case with what came of it.

    :raises Refused: if `by` may neither escalate nor decide it, says nothing, or what it is about is still open
        (the gate "close-escalation").
    """
    with transaction.atomic():
        row = _locked(case)
        if isinstance(by, User):
            at = standing(by, row.project)
            asked = _answering(row, now).get(row.level)
            may = access.can_escalate_case(at, row) or access.can_decide(at, row, _id(asked))
            require(may)
        if row.closed_at is not None:
            raise Refused("case-closed", _("This case is closed."), "result")
        if isinstance(by, User):
            reasons = [reason for gate in GATES.at("close-escalation") for reason in gate(row)]
            if reasons:
                raise Refused("still-open", " ".join(reasons), "result")
        before, text = _told(row), _said(result, "result")
        row.closed_at, row.climbs_at = now, None
        _step(row, _Moved(CaseStep.Kind.CLOSED, row.level, None, Rise(row.level), text), by, now)
        _record(row, events.CaseClosed(row.pk, row.level), before, _told(row), by, now)
    return row


def time_ran_out(key: int, *, due_at: datetime, now: datetime) -> None:
    """The case with this id climbs by the clock. One that moved since is left alone."""
    case = Case.objects.select_related("project").filter(pk=key, climbs_at=due_at, closed_at__isnull=True).first()
    if case is not None and case.decided_at is None:
        climb_case(by=System(), case=case, reason=_("The time of this step ran out."), now=now)


def set_ladder(*, by: User, project: Project | None, hours: Hours | None, now: datetime) -> None:
    """Set the working hours of the steps, of a project or (None) of the organisation; `hours` None: as above again.

    Steps that run already keep the time that they were given.
    :raises Refused: if `by` may not, or a number is not from 1 to 400.
    """
    allowed = can_manage_organisation(by) if project is None else access.can_change_ladder(standing(by, project))
    require(allowed)
    for name, value in asdict(hours).items() if hours else ():
        if not 1 <= value <= MOST_HOURS:
            raise Refused("hours-range", _("1 to %(most)s working hours.") % {"most": MOST_HOURS}, name)
    with transaction.atomic():
        was, _own = hours_of(project)
        Ladder.objects.filter(project=project).delete()
        if hours is not None:
            values = {f"{name}_hours": value for name, value in asdict(hours).items()}
            Ladder.objects.create(project=project, is_organisation=project is None, **values)
        now_holds, _own = hours_of(project)
        names = ("department", "manager", "lead")
        old, new = ({f"{name}_hours": getattr(one, name) for name in names} for one in (was, now_holds))
        before, after = differences(old, new)
        label = project.name if project else _("Organisation")
        subject = Subject("project", project.pk, label) if project else Subject("organisation", None, label)
        change = ChangeOf("ladder", project.pk if project else 0, label, before, after)
        key = project.pk if project else None
        record(events.LadderChanged(key), by=by, now=now, subject=subject, project=key, changes=[change])


@dataclass(frozen=True)
class _Moved:
    """A step that is taken: where the case comes to stand, who is asked there, what was passed over, what was said."""

    kind: str
    level: int
    asked: Asked | None
    rise: Rise
    text: str
    instead_of: str = ""


def _step(case: Case, moved: _Moved, by: User | System, now: datetime) -> None:
    """Keep the step, and let the clock run where somebody is asked from now on."""
    if moved.kind in (CaseStep.Kind.OPENED, CaseStep.Kind.CLIMBED, CaseStep.Kind.HANDED_BACK):
        case.since, case.climbs_at = now, limit_of(case.project, case.department_id, moved.level, now)
        set_due(KIND, case.pk, case.climbs_at)
    else:
        cancel_due(KIND, case.pk)
    case.version += 1
    case.save()
    CaseStep.objects.create(
        case=case,
        kind=moved.kind,
        at=now,
        by=by if isinstance(by, User) else None,
        by_name=by.actor_name,
        instead_of=moved.instead_of,
        level=moved.level,
        asked_id=_id(moved.asked),
        asked_name=moved.asked.name if moved.asked else "",
        asked_instead_of=moved.asked.instead_of if moved.asked else "",
        passed=[[one.level, one.why] for one in moved.rise.passed],
        text=moved.text,
        climbs_at=case.climbs_at,
    )


def _overdue(case: Case, asked: Asked | None, reason: str, now: datetime) -> Case:
    """Note once that time ran out at the top."""
    _step(case, _Moved(CaseStep.Kind.OVERDUE, case.level, asked, Rise(case.level), reason), System(), now)
    _record(case, events.CaseOverdue(case.pk, case.level, _id(asked)), {}, {}, System(), now)
    return case


def _record(case: Case, event: object, before: dict[str, Any], after: dict[str, Any], by: User | System, now: datetime) -> None:
    old, new = differences(before, after)
    changes = [ChangeOf("case", case.pk, case.title, old, new)] if new else []
    subject = Subject("case", case.pk, case.title)
    record(event, by=by, now=now, subject=subject, project=case.project_id, changes=changes)
    latest = case.steps.order_by("-pk")[0]
    payload = {
        "case": case.pk,
        "about": {"kind": case.kind, "key": case.key, "title": case.title},
        "step": latest.kind,
        "level": case.level,
        "asked": latest.asked_name,
        "text": latest.text,
    }
    for handler in OUTCOMES.at("formal-act"):
        handler(case.project_id, f"escalation-{latest.kind}", payload, by=by, now=now)


def _told(case: Case) -> dict[str, Any]:
    """Return what changes name of a case."""
    return {
        "level": case.level,
        "climbs_at": case.climbs_at.isoformat() if case.climbs_at else None,
        "decided_at": case.decided_at.isoformat() if case.decided_at else None,
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
    }


def _answering(case: Case, now: datetime) -> dict[int, Asked | None]:
    return dict(answering_of(Answering([case.project_id], timezone.localtime(now).date()), case))


def _rise(holders: dict[int, Asked | None], after: int, asked: Collection[int]) -> Rise:
    return rise({level: _id(one) for level, one in holders.items()}, after, asked)


def _id(one: Asked | None) -> int | None:
    return one.id if one else None


def _require_decides(by: User, case: Case, asked: Asked | None) -> str:
    """Let pass who decides on this step; return for whom she stands in."""
    at = standing(by, case.project)
    require(access.can_decide(at, case, _id(asked)), _("This step is not yours to decide."))
    return asked.instead_of if asked is not None and asked.id == by.pk else ""


def _said(text: str, field: str) -> str:
    """Return a text that somebody must give.

    :raises Refused: if it is empty or too long.
    """
    text = text.strip()
    if not text:
        raise Refused("needed", _("This is needed."), field)
    if len(text) > LONGEST:
        raise Refused("too-long", _("At most %(limit)s characters.") % {"limit": LONGEST}, field)
    return text


def _lock(project: Project) -> None:
    """Let nobody else open a case in this project before the transaction ends."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _locked(case: Case) -> Case:
    row = Case.objects.select_for_update().get(pk=case.pk)
    row.project = case.project
    return row


def _open(case: Case) -> Case:
    """Return the case as it is now.

    :raises Refused: if it is decided or closed, or (Stale) somebody else moved it since it was shown.
    """
    row = _locked(case)
    if row.closed_at is not None or row.decided_at is not None:
        raise Refused("case-over", _("This case is decided: it can only be closed."))
    if row.version != case.version:
        raise Stale("case-moved", _("Somebody else moved this case in the meantime. Look at it again."))
    return row
