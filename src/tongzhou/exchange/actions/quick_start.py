"""A project from a pasted list, in one transaction: the project, its members, its plan with computed dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.daymode import duration_of_days, finish_of_day, shown_start
from tongzhou.exchange.queries.pasting import Line, Pasted, pasted, span_of
from tongzhou.lib.access import Refused, require
from tongzhou.people.models import User
from tongzhou.plan.actions import ItemSpec, LinkSpec, SupportSpec, bring_in
from tongzhou.plan.queries.calendars import TaskCalendars, task_calendars
from tongzhou.projects.access import can_create_project
from tongzhou.projects.actions import create_project, enrol
from tongzhou.projects.models import Project

WHOLE_DAY = 480


@dataclass(frozen=True)
class QuickStart:
    """What is asked for: name and list as typed; `choices`: by unclear name the id of the person meant, or "none"."""

    name: str
    text: str
    choices: Mapping[str, str] = field(default_factory=dict)


def start_from_list(*, by: User, wanted: QuickStart, now: datetime) -> Project:
    """Start a light project that `by` manages, with a plan from the list; who is named in it becomes a member.

    :raises Refused: if `by` may not, a line is wrong (the message says which), or the links form a circle.
    """
    require(can_create_project(by))
    today = timezone.localtime(now).date()
    found = pasted(wanted.text, today, wanted.choices)
    _refuse_faults(found)
    starts_on, ends_on = span_of(found.lines, today)
    basics = {"name": wanted.name.strip(), "kind": Project.Kind.TEMPORARY, "weight": Project.Weight.LIGHT}
    with transaction.atomic():
        project = create_project(
            by=by,
            number=None,
            manager=by,
            lead=by.department,
            now=now,
            basics=basics | {"starts_on": starts_on, "ends_on": ends_on},
        )
        calendars = task_calendars(project)
        items = [_spec(index, found, calendars, starts_on) for index in range(len(found.lines))]
        bring_in(by=by, project=project, items=items, links=_links(found.lines), now=now)
        helpers = {user for line in found.lines for user in line.supporters}
        enrol(by=by, project=project, people=User.objects.filter(pk__in=helpers), now=now)
    return project


def _refuse_faults(found: Pasted) -> None:
    faults = list(found.faults)
    for line in found.wrong:
        faults.append(_("Line %(number)s: %(faults)s") % {"number": line.number, "faults": "".join(line.faults)})
    if faults:
        raise Refused("lines-wrong", " ".join(faults[:10]), "text")


def _spec(index: int, found: Pasted, calendars: TaskCalendars, base: date) -> ItemSpec:
    line = found.lines[index]
    home = found.known.homes.get(line.owner) if line.owner else None
    start, finish, minutes = _dates(line, calendars.of(home), base) if line.leaf else (None, None, None)
    return ItemSpec(
        key=str(index),
        name=line.name,
        parent_key=None if line.parent is None else str(line.parent),
        is_milestone=line.milestone and line.leaf,
        department=line.department or home,
        owner=line.owner,
        typed_start=start,
        typed_finish=finish,
        duration=minutes,
        remark=" ".join(line.remark),
        supporters=tuple(SupportSpec(user=user) for user in line.supporters),
        follow_links=True,
    )


def _dates(line: Line, calendar: WorkingCalendar, base: date) -> tuple[date | None, date | None, int]:
    """Return start, finish and working minutes; what the line leaves open follows from the rest, at least a day."""
    if line.milestone:
        return None, line.finish or line.start, 0
    if line.by and line.finish is not None:
        if line.minutes is None:
            start = min(base, line.finish)
            return start, line.finish, duration_of_days(calendar, start, line.finish) or WHOLE_DAY
        end = finish_of_day(calendar, line.finish).instant
        return shown_start(calendar, calendar.add(end, -line.minutes)), line.finish, line.minutes
    if line.start is not None and line.finish is not None:
        return line.start, line.finish, duration_of_days(calendar, line.start, line.finish) or WHOLE_DAY
    return line.start, None, line.minutes or WHOLE_DAY


def _links(lines: list[Line]) -> list[LinkSpec]:
    return [
        LinkSpec(str(place), str(index), reference.kind, reference.lag, reference.elapsed, reference.within)
        for index, line in enumerate(lines)
        for place, reference in line.waits_for
    ]
