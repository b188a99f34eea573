"""What a start from a template would make, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tongzhou.exchange.queries.templates.document import Document, Task
from tongzhou.exchange.queries.templates.laying import Chosen
from tongzhou.exchange.queries.templates.planning import Planned
from tongzhou.exchange.queries.templates.promised import askable, deliverable_rows, unmeasured
from tongzhou.people.queries import days_off, working_calendar
from tongzhou.projects.access import ASKED, RULES

MOST_FIRST = 5


@dataclass(frozen=True)
class Phase:
    name: str
    start: date
    finish: date
    tasks: int


@dataclass(frozen=True)
class LeftOut:
    """A department that nobody was chosen for, and how much of the template is without one then."""

    name: str
    tasks: int
    others: int
    """Deliverables and commitments that are not brought."""


@dataclass(frozen=True)
class Preview:
    """The plan on its days, what will be made, and what will not."""

    start: date
    finish: date
    working_days: int
    asked: date
    phases: list[Phase]
    milestones: list[tuple[str, date, bool]]
    made: list[tuple[str, int]]
    led_by: tuple[str, str]
    """The initiating department and the lead, as the template calls them; empty where none takes part."""
    first: list[tuple[str, date, date, str]]
    """The tasks with which the work begins: name, first and last day, department as the template calls it."""
    left_out: list[LeftOut]
    unowned: int
    unmeasured: int
    """Resources that are not asked for, because their amount is still open."""
    holidays: list[tuple[date, date, str]]
    worked_weekends: list[date]
    unknown_years: list[int]


def preview_of(document: Document, chosen: Chosen, weight: str, planned: Planned, asked: date) -> Preview:
    """Say what a start would make. `asked`: the day that was asked for. At most 3 queries."""
    runs, weekends = days_off(planned.start, planned.finish)
    leaves = [task for task in document.tasks if task.key not in document.summaries]
    return Preview(
        start=planned.start,
        finish=planned.finish,
        working_days=working_calendar().working_days(planned.start, planned.finish),
        asked=asked,
        phases=_phases(document, planned),
        milestones=sorted(
            ((task.name, planned.dates[task.key].finish, task.key_milestone) for task in leaves if task.milestone),
            key=lambda row: row[1],
        ),
        made=[(word, count) for word, count in made_of(document, chosen, weight) if count],
        led_by=_led_by(document, chosen),
        first=_first(document, planned),
        left_out=_left_out(document, chosen),
        unmeasured=len(unmeasured(document, chosen)) if "commitments" in ASKED[document.kind, weight] else 0,
        unowned=sum(not task.milestone and task.owner not in chosen.people for task in leaves),
        holidays=runs,
        worked_weekends=weekends,
        unknown_years=planned.unknown_years,
    )


def made_of(document: Document, chosen: Chosen, weight: str) -> list[tuple[str, int]]:
    """Return what is made, in words, with how many of it; a light project has no seats."""
    taking_part = {
        chosen.departments[one.key] for one in document.departments if one.key in chosen.departments and one.part != "none"
    }
    held = [one for one in document.positions if one.key in chosen.people]
    leaves = [task for task in document.tasks if task.key not in document.summaries]
    seats, asked = RULES[weight].seats, ASKED[document.kind, weight]
    return [
        (_("Departments"), len(taking_part)),
        (_("Seats"), sum(bool(one.seat) and one.department in chosen.departments for one in held) if seats else 0),
        (_("People with roles"), len({chosen.people[one.key] for one in held})),
        (_("Lines of scope"), len(document.scope.included) + len(document.scope.excluded) if "scope" in asked else 0),
        (_("Objectives"), len(document.objectives) if "objectives" in asked else 0),
        (_("Ways to keep in touch"), len(document.communication) if "communication" in asked else 0),
        (_("Items of the kickoff's agenda"), len(document.agenda) if seats else 0),
        (_("Phases"), len(document.phases)),
        (_("Tasks"), sum(not task.milestone for task in leaves)),
        (_("Milestones"), sum(task.milestone for task in leaves)),
        (_("Links"), sum(len(task.predecessors) for task in document.tasks)),
        (_("Deliverables"), len(deliverable_rows(document, chosen)) if "deliverables" in asked else 0),
        (_("Resources asked for"), len(askable(document, chosen)) if "commitments" in asked else 0),
    ]


def _phases(document: Document, planned: Planned) -> list[Phase]:
    counts = _counts_below(document)
    return [
        Phase(task.name, planned.dates[task.key].start, planned.dates[task.key].finish, counts.get(task.key, 0))
        for task in document.phases
    ]


def _led_by(document: Document, chosen: Chosen) -> tuple[str, str]:
    """Without an initiating department the lead is that, too."""
    there = [one for one in document.departments if one.key in chosen.departments and one.part != "none"]
    lead = next((one.name for one in there if one.part == "lead"), "")
    return next((one.name for one in there if one.initiating), lead), lead


def _first(document: Document, planned: Planned) -> list[tuple[str, date, date, str]]:
    names = {one.key: one.name for one in document.departments}
    leaves = [task for task in document.tasks if task.key not in document.summaries and not task.milestone]
    early = sorted(leaves, key=lambda task: planned.dates[task.key].start)[:MOST_FIRST]
    return [
        (task.name, planned.dates[task.key].start, planned.dates[task.key].finish, names.get(task.department, ""))
        for task in early
    ]


def _counts_below(document: Document) -> Mapping[str, int]:
    """Return how many tasks lie below each task at the top."""
    tops: dict[str, str] = {}
    counts: dict[str, int] = {}
    for task in document.tasks:
        tops[task.key] = tops[task.parent] if task.parent else task.key
        if task.key not in document.summaries and not task.milestone:
            counts[tops[task.key]] = counts.get(tops[task.key], 0) + 1
    return counts


def _left_out(document: Document, chosen: Chosen) -> list[LeftOut]:
    found = []
    for one in document.departments:
        if one.key not in chosen.departments and one.part != "none":
            given = [row.department for row in document.deliverables] + [row.department for row in document.commitments]
            tasks = sum(_is_of(task, one.key) for task in document.tasks)
            found.append(LeftOut(one.name, tasks, given.count(one.key)))
    return found


def _is_of(task: Task, department: str) -> bool:
    return task.department == department
