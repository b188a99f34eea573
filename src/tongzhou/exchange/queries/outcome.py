"""Which dates of a scheduling program come out otherwise here, because calendars differ: nothing moves without being listed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tongzhou.engine.calendar import CalendarEmpty, WorkingCalendar
from tongzhou.engine.network import NetworkInvalid
from tongzhou.engine.schedule import CycleFound, schedule
from tongzhou.engine.typed import resolve_typed_starts
from tongzhou.exchange.queries.calendars import CalendarOffer
from tongzhou.exchange.queries.reports import ReportSpec
from tongzhou.people.queries import Book
from tongzhou.people.queries.calendars import Layer
from tongzhou.plan.actions import ItemSpec, LinkSpec
from tongzhou.plan.queries.calendars import STANDARD, PlanCalendars, TaskCalendars
from tongzhou.plan.queries.network import Dates, dates_of, network_of, project_start, typed_instants
from tongzhou.plan.queries.tree import Edge, Item
from tongzhou.workbooks.result import Problem, TaskRow

MOST_TOLD = 40
BROUGHT = -1  # stands for the calendar that comes with the file


def with_offer(calendars: TaskCalendars, offer: CalendarOffer | None) -> TaskCalendars:
    """Return the calendars as they are once the project works by the offered one."""
    if offer is None:
        return calendars
    spec, book = offer.spec, calendars.book
    layer = Layer(spec.name, spec.pattern, spec.anchor, spec.hours, spec.days)
    fresh = Book(book.statutory, book.layers | {BROUGHT: layer}, book.organisation)
    return TaskCalendars(fresh, (BROUGHT, *calendars.levels), calendars.by_department, calendars.away)


def moved_dates(tasks: list[TaskRow], dates: dict[int, Dates] | None) -> list[Problem]:
    """Return a notice for each task that a program dated and that lies on other days in the plan, so many as are read."""
    moved = []
    for index, task in enumerate(tasks):
        at = (dates or {}).get(index)
        if at is None or not task.constraint or task.is_summary or (task.start, task.finish) == (at.start, at.finish):
            continue
        if task.is_milestone and task.finish == at.finish:
            continue
        params = {"name": task.name, "was": _span(task.start, task.finish), "now": _span(at.start, at.finish)}
        moved.append(Problem("mspdi_dates_move", task.sheet, task.row, None, params))
    told = moved[:MOST_TOLD]
    if len(moved) > MOST_TOLD:
        told.append(Problem("mspdi_more_dates_move", params={"number": str(len(moved) - MOST_TOLD)}))
    return told


def _span(first: date | None, last: date | None) -> str:
    return "–".join(day.isoformat() if day else "" for day in (first, last))


def planned_dates(
    specs: list[ItemSpec],
    links: Iterable[LinkSpec],
    reports: Iterable[ReportSpec],
    calendars_of: dict[str, WorkingCalendar],
    start: tuple[date | None, date],
) -> dict[int, Dates] | None:
    """Return the days on which the items of an empty plan come to lie, by key; None where they cannot be scheduled.

    :param calendars_of: the calendar of each key, and the plan's own under "".
    :param start: of the project, and the day that counts without one.
    """
    items = _items(specs, {one.task: one for one in reports if one.task is not None})
    edges = [
        Edge(place, int(link.predecessor_key), int(link.successor_key), link.kind, link.lag, link.elapsed, link.within)
        for place, link in enumerate(links)
    ]
    names = {int(key): key for key in calendars_of if key}
    calendars = PlanCalendars(calendars_of[""], {STANDARD: calendars_of[""], **calendars_of}, names)
    begin = project_start(items, *start)
    follow = frozenset(int(spec.key) for spec in specs if spec.follow_links)
    try:
        network = network_of(items, edges, calendars, start=begin, with_progress=False)
        resolved = resolve_typed_starts(network, typed_instants(items, calendars), follow)
        for item in items:
            meaning = resolved.get(item.id)
            if meaning is not None and meaning.constraint != "ASAP":
                day = (item.typed_finish or item.typed_start) if item.is_milestone or not item.duration else item.typed_start
                item.constraint, item.constraint_date = meaning.constraint, day
        return dates_of(items, schedule(network_of(items, edges, calendars, start=begin)), calendars)
    except (CycleFound, NetworkInvalid, CalendarEmpty):
        return None


def _items(specs: list[ItemSpec], reports: dict[int, ReportSpec]) -> list[Item]:
    parents = {spec.parent_key for spec in specs}
    found = []
    for spec in sorted(specs, key=lambda one: int(one.key)):
        said = reports[int(spec.key)].report if int(spec.key) in reports else None
        found.append(
            Item(
                id=int(spec.key), parent=int(spec.parent_key) if spec.parent_key else None, rank="", name=spec.name,
                source_code="", is_milestone=spec.is_milestone, department=None, owner=None, typed_start=spec.typed_start,
                typed_finish=spec.typed_finish, duration=0 if spec.is_milestone else spec.duration or 480, constraint="ASAP",
                constraint_date=None, deadline=spec.deadline, state=said.state if said else "todo",
                percent=said.percent if said else 0, actual_start=said.actual_start if said else None,
                actual_finish=said.actual_finish if said else None, reported_on=None, start=None, finish=None,
                leaf=spec.key not in parents,
            )
        )  # fmt: skip
    return found
