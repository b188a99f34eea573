"""A template laid onto the calendar and the organisation: offsets become days, roles become people. Reads no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from tongzhou.engine.calendar import WorkingCalendar
from tongzhou.engine.daymode import start_of_day
from tongzhou.exchange.queries.templates.document import Document, Task, minutes_of
from tongzhou.plan.actions import ItemSpec, LinkSpec, SupportSpec

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Chosen:
    """Which department and which person (ids) stands for what in the template; what is left out stays open."""

    departments: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """What is asked for at a start. `day`: the first day, or with `backwards` the last. Empty weight and number: the
    template's, and the next of the kind's pattern."""

    name: str
    day: date
    backwards: bool = False
    number: str = ""
    weight: str = ""
    chosen: Chosen = field(default_factory=Chosen)


class Days:
    """Working days counted from the first one on or after a start."""

    def __init__(self, calendar: WorkingCalendar, start: date) -> None:
        """:raises CalendarEmpty: if no working day follows."""
        self._calendar = calendar
        self._days = [start_of_day(calendar, start).day]

    def at(self, offset: int) -> date:
        """Return the working day so many working days later.

        :raises CalendarEmpty: if there are not so many.
        """
        while len(self._days) <= offset:
            self._days.append(start_of_day(self._calendar, self._days[-1] + timedelta(days=1)).day)
        return self._days[offset]


def appointed(document: Document, lead: str, initiating: str) -> Document:
    """Return a template with another lead and another initiating department (keys; empty: those of the template).

    Who led before supports. A department that took no part, or supervised, can lead, too.
    """
    rows = []
    for one in document.departments:
        part = one.part
        if lead:
            part = "lead" if one.key == lead else "support" if one.part == "lead" else one.part
        rows.append(replace(one, part=part, initiating=one.key == initiating if initiating else one.initiating))
    return replace(document, departments=tuple(rows))


def offset_of(calendar: WorkingCalendar, start: date, day: date) -> int:
    """Return how many working days after `start` a day lies; a day off is counted as the next working day."""
    return calendar.working_days(start, day - timedelta(days=1)) if day > start else 0


def specs_of(document: Document, chosen: Chosen, days: Days) -> tuple[list[ItemSpec], list[LinkSpec]]:
    """Return the plan of a template as `plan.actions.bring_in` takes it."""
    items = [_item(document, task, chosen, days) for task in document.tasks]
    links = [
        LinkSpec(
            one.task,
            task.key,
            one.kind,
            minutes_of(one.lag, elapsed=one.elapsed),
            one.elapsed,
            None if one.within is None else minutes_of(one.within),
        )
        for task in document.tasks
        for one in task.predecessors
    ]
    return items, links


def _item(document: Document, task: Task, chosen: Chosen, days: Days) -> ItemSpec:
    start = None if task.start is None else days.at(task.start)
    return ItemSpec(
        key=task.key,
        name=task.name,
        parent_key=task.parent or None,
        source_code=task.code,
        is_milestone=task.milestone,
        department=chosen.departments.get(task.department),
        owner=chosen.people.get(task.owner),
        typed_start=start,
        typed_finish=start if task.milestone else None,
        duration=None if task.key in document.summaries else 0 if task.milestone else minutes_of(task.days),
        urgency=task.urgency,
        key_output=task.output,
        delivery_standard=task.standard,
        risk_point=risk_point(document, task),
        remark="\n".join(text for text in (task.remark, agenda_text(document) if task.kickoff else "") if text),
        supporters=_supporters(task, chosen),
        follow_links=not task.fixed,
        stand_in=chosen.people.get(task.stand_in),
        resource_need=task.resource,
        quantity=None if task.quantity is None else Decimal(str(task.quantity)).quantize(CENT),
        unit=task.unit,
        deadline=None if task.deadline is None else days.at(task.deadline),
    )


def _supporters(task: Task, chosen: Chosen) -> tuple[SupportSpec, ...]:
    found = (
        SupportSpec(one.content, chosen.people.get(one.position), chosen.departments.get(one.department))
        for one in task.supporters
    )
    return tuple(one for one in found if one.user is not None or one.department is not None)


def agenda_text(document: Document) -> str:
    """Return the agenda of the kickoff as lines of text."""
    lines = [
        f"{place}. {one.title}" + (f"（{one.minutes} 分钟）" if one.minutes else "") + (f"：{one.note}" if one.note else "")
        for place, one in enumerate(document.agenda, 1)
    ]
    return "\n".join(["议程：", *lines]) if lines else ""


def risk_point(document: Document, task: Task) -> str:
    """Return what can go wrong with a task: its own risk point, and the risks that the template ties to it."""
    tied = [
        f"{risk.text}；应对：{risk.response}" if risk.response else risk.text
        for risk in document.risks
        if risk.task == task.key
    ]
    own = [task.risk] if task.risk else []
    return "\n".join([*own, *(text for text in tied if text not in own)])
