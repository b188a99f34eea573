"""The plan of a template scheduled as it would be when started on a day, or so that it finishes by one. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from tongzhou.engine.calendar import CalendarEmpty
from tongzhou.exchange.queries.templates.document import Document
from tongzhou.exchange.queries.templates.laying import Chosen, Days, Wanted, specs_of
from tongzhou.lib.access import Refused
from tongzhou.lib.params import FIRST_YEAR, LAST_YEAR
from tongzhou.people.queries import unknown_years, working_calendar
from tongzhou.plan.actions import ItemSpec, LinkSpec
from tongzhou.plan.actions.scheduling import resolve_typed, strict_schedule
from tongzhou.plan.queries.calendars import calendars_of
from tongzhou.plan.queries.network import Dates, dates_of
from tongzhou.plan.queries.tree import Edge, Item, arrange
from tongzhou.projects.models import Project

MOST_TRIES = 12


@dataclass(frozen=True)
class Planned:
    """A template on the calendar: its first day, its last, and the dates of each task by its key."""

    start: date
    finish: date
    dates: dict[str, Dates]
    days: Days
    conflicts: int
    unknown_years: list[int]
    """Years of the plan whose days off are not announced yet: dates there may move."""


def plan_of(document: Document, wanted: Wanted, now: datetime) -> Planned:
    """Return the plan as a start would make it.

    :raises Refused: if it would not lie on days that plans can have.
    """
    return (plan_until if wanted.backwards else plan_from)(document, wanted.chosen, wanted.day, now)


def plan_from(document: Document, chosen: Chosen, day: date, now: datetime) -> Planned:
    """Schedule a template that starts on the first working day on or after `day`. At most 5 queries.

    :raises Refused: if the days lie outside those that plans can have.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _out_of_days("day")
    try:
        days = Days(working_calendar(), day)
        items, links = specs_of(document, chosen, days)
    except (CalendarEmpty, OverflowError) as error:
        raise _out_of_days("day") from error
    return _planned(days, items, links, now)


def plan_until(document: Document, chosen: Chosen, day: date, now: datetime) -> Planned:
    """Schedule a template so late that it still finishes on or before `day`.

    :raises Refused: as plan_from.
    """
    calendar = working_calendar()
    tried = plan_from(document, chosen, day, now)
    length = calendar.working_days(tried.start, tried.finish)
    begin = _back(day, length - 1 if calendar.is_working_day(day) else length)
    tried = plan_from(document, chosen, begin, now)
    for _try in range(MOST_TRIES):
        if tried.finish <= day:
            break
        begin = _back(tried.start, max(1, calendar.working_days(day + timedelta(days=1), tried.finish)))
        tried = plan_from(document, chosen, begin, now)
    for _try in range(MOST_TRIES):
        later = plan_from(document, chosen, tried.start + timedelta(days=1), now)
        if later.finish > day:
            break
        tried = later
    if tried.finish > day:
        raise _out_of_days("day")
    return tried


def _back(day: date, working_days: int) -> date:
    """Return the day so many working days before, as the organisation works.

    :raises Refused: if it lies before those that plans can have.
    """
    calendar, left = working_calendar(), working_days
    while left > 0:
        day -= timedelta(days=1)
        if day.year < FIRST_YEAR:
            raise _out_of_days("day")
        left -= calendar.is_working_day(day)
    return day


def _planned(days: Days, items: Sequence[ItemSpec], links: Sequence[LinkSpec], now: datetime) -> Planned:
    start = days.at(0)
    project = Project(starts_on=start, created_at=now)
    rows, edges = _rows(items), _edges(items, links)
    calendars = calendars_of(project, rows)
    follow = frozenset(place for place, spec in enumerate(items, 1) if spec.follow_links)
    resolve_typed(project, rows, edges, {row.id for row in rows}, follow, calendars=calendars)
    result = strict_schedule(project, rows, edges, calendars=calendars)
    dates = dates_of(rows, result, calendars)
    finish = max((one.finish for one in dates.values()), default=start)
    if finish.year > LAST_YEAR:
        raise _out_of_days("day")
    by_key = {spec.key: dates[place] for place, spec in enumerate(items, 1)}
    return Planned(start, finish, by_key, days, len(result.conflicts), unknown_years(start, finish))


def _rows(items: Sequence[ItemSpec]) -> list[Item]:
    places = {spec.key: place for place, spec in enumerate(items, 1)}
    return arrange(
        [
            Item(
                place,
                places[spec.parent_key] if spec.parent_key else None,
                f"{place:06d}",
                spec.name,
                spec.source_code,
                spec.is_milestone,
                spec.department,
                spec.owner,
                spec.typed_start,
                spec.typed_finish,
                0 if spec.is_milestone else spec.duration if spec.duration is not None else 480,
                "ASAP",
                None,
                spec.deadline,
                "todo",
                0,
                *(None, None, None, None, None),
            )
            for place, spec in enumerate(items, 1)
        ]
    )


def _edges(items: Sequence[ItemSpec], links: Sequence[LinkSpec]) -> list[Edge]:
    places = {spec.key: place for place, spec in enumerate(items, 1)}
    return [
        Edge(number, places[link.predecessor_key], places[link.successor_key], link.kind, link.lag, link.elapsed, link.within)
        for number, link in enumerate(links, 1)
    ]


def _out_of_days(field: str) -> Refused:
    known = {"first": FIRST_YEAR, "last": LAST_YEAR}
    return Refused("out-of-days", _("The plan would not lie between the years %(first)s and %(last)s.") % known, field)
