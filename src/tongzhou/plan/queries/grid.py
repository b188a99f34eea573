"""The plan as compact JSON for the grid and the Gantt chart: flat arrays, day offsets, indexes into lists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from msgspec.json import encode

from tongzhou.engine.schedule import collector_paused
from tongzhou.lib import clock
from tongzhou.lib.packing import Part
from tongzhou.lib.prepared import Given, prepared
from tongzhou.people.queries import days_off
from tongzhou.plan.models import Baseline
from tongzhou.plan.queries.baselines import baseline_lines
from tongzhou.plan.queries.candidates import candidates, department_names, item_departments
from tongzhou.plan.queries.judged import Carried
from tongzhou.plan.queries.judging import NOTHING
from tongzhou.plan.queries.network import Dates
from tongzhou.plan.queries.outlook import Outlook, outlook
from tongzhou.plan.queries.tree import Edge, Item
from tongzhou.projects.models import Project

STATES = {"todo": 0, "doing": 1, "done": 2, "blocked": 3, "cancelled": 4}
KINDS = {"FS": 0, "SS": 1, "FF": 2, "SF": 3}
MARGIN = timedelta(days=14)
BLOCK = 250
"""Rows that are written and compressed together. Fewer compress less well, of more are more written again."""
DAY, CLOCK_DAY = 480, 1440


@dataclass(frozen=True)
class Drawn:
    """How a plan is drawn: the strict schedule in place of the forecast, a baseline in place of the latest."""

    strict: bool = False
    baseline: int | None = None


def plan_data(project: Project, as_of: date, drawn: Drawn | None = None) -> dict[str, Any]:
    """Return what the plan island draws. At most 12 queries, whatever the number of rows; one more for an old baseline."""
    sheet = _sheet(project, as_of, drawn or Drawn())
    return sheet.head | {"rows": _rows(sheet), "links": _links(sheet.found)}


@collector_paused()
def plan_parts(project: Project, as_of: date, drawn: Drawn | None = None, **more: object) -> list[Part]:
    """Return plan_data and `more` as JSON; rows and links are written once an outlook, those that are as they were in the
    version before not even then. As many queries as plan_data."""
    sheet = _sheet(project, as_of, drawn or Drawn())
    found, lists = sheet.found, (sheet.origin, [*sheet.people], [*sheet.departments])
    rows = found.carry("rows", lists, lambda was: _row_parts(sheet, was))
    links = found.carry("links", None, lambda was: _link_part(found, was))
    return [Part(encode(sheet.head | more)[:-1] + b',"rows":['), *rows, links.part]


def _row_parts(sheet: Sheet, was: Carried | None) -> list[Part]:
    """Return the rows as JSON, a part for each BLOCK of them; the parts of rows that are as they were are kept."""
    items, places, parts = sheet.found.items, _places(sheet), []
    for number, first in enumerate(range(0, len(items), BLOCK)):
        block = items[first : first + BLOCK]
        if was is not None and was.touched.isdisjoint([item.id for item in block]):
            parts.append(was.made[number])
        else:
            written = encode([_row(sheet.found, sheet.judged, item, places) for item in block])[1:-1]
            parts.append(Part(b"," + written if first else written))
    return parts


class LinkPart(NamedTuple):
    """The links as JSON, and what they were written from."""

    edges: list[Edge]
    critical: set[int]
    part: Part


def _link_part(found: Outlook, was: Carried | None) -> LinkPart:
    critical = {key for key, at in found.dates.items() if at.critical}
    kept: LinkPart | None = was.made if was else None
    if kept is not None and kept.edges is found.edges and kept.critical == critical:
        return kept
    return LinkPart(found.edges, critical, Part(b'],"links":%b}' % encode(_links(found))))


@dataclass(frozen=True)
class Sheet:
    """All but rows and links (`head`), what they are made of, and by id where people and departments stand in the lists."""

    head: dict[str, Any]
    found: Outlook
    judged: Outlook
    people: dict[int, int]
    departments: dict[int, int]
    origin: date
    """The day from which days are counted."""


def _sheet(project: Project, as_of: date, drawn: Drawn) -> Sheet:
    baselines = _baselines(project.pk)
    judged = outlook(project, as_of)
    found = _as_drawn(judged, project, drawn, [number for number, _at in baselines])
    people, _taking_part = candidates(project, found)
    departments = department_names(item_departments(found) | {one.department for one in people if one.department is not None})
    department_at = {key: index for index, key in enumerate(departments)}
    origin, finish = found.derive("span of dates", lambda: _span(found))
    off, makeup = found.derive(
        "days off", lambda: days_off(origin - MARGIN, finish + MARGIN * 3, found.days.book, found.days.levels)
    )
    head = {
        "version": found.version,
        "mode": "strict" if drawn.strict else "forecast",
        "baselines": [[number, timezone.localtime(at).date().isoformat()] for number, at in baselines],
        "asOf": as_of.isoformat(),
        "isToday": as_of == clock.today(),
        "start": origin.isoformat(),
        "finish": finish.isoformat(),
        "origin": origin.isoformat(),
        "project": {"number": project.number, "name": project.name},
        "departments": list(departments.values()),
        "people": [[one.id, one.name, department_at.get(one.department or 0, -1), one.pinyin, one.initials] for one in people],
        "daysOff": [[(first - origin).days, (last - origin).days, name] for first, last, name in off],
        "weekend": [5, 6],
        "workdays": [(day - origin).days for day in makeup],
    }
    return Sheet(head, found, judged, {one.id: index for index, one in enumerate(people)}, department_at, origin)


@prepared
def _baselines(project: Given) -> QuerySet[Baseline, tuple[int, datetime]]:
    return Baseline.objects.filter(project=project).order_by("number").values_list("number", "cut_at")


def _span(found: Outlook) -> tuple[date, date]:
    """Return the first and the last day of the plan as it is drawn; without rows the status date."""
    first = min((at.start for at in found.dates.values()), default=found.as_of)
    return first, max((at.finish for at in found.dates.values()), default=found.as_of)


def _rows(sheet: Sheet) -> list[list[Any]]:
    places = _places(sheet)
    return [_row(sheet.found, sheet.judged, item, places) for item in sheet.found.items]


def _places(sheet: Sheet) -> Places:
    found = sheet.found
    _edges, texts = found.carry("links as typed", None, lambda was: _as_typed(found, was))
    return Places(sheet.origin.toordinal(), sheet.people, sheet.departments, texts)


def _as_typed(found: Outlook, was: Carried | None) -> tuple[list[Edge], dict[int, str]]:
    """Return the links, and by item its predecessors as text. Their codes are those of the version before, as the tree is."""
    kept: tuple[list[Edge], dict[int, str]] | None = was.made if was else None
    return kept if kept is not None and kept[0] is found.edges else (found.edges, predecessor_texts(found))


def _links(found: Outlook) -> list[list[int]]:
    place = {item.id: row for row, item in enumerate(found.items)}
    return [_link(found, edge, place) for edge in found.edges]


def predecessor_texts(found: Outlook) -> dict[int, str]:
    """Return for each successor its predecessors as people type them: 1.1.1SS+5d;1.2."""
    texts: dict[int, list[str]] = {}
    for edge in found.edges:
        texts.setdefault(edge.successor, []).append(link_text(found.by_id[edge.predecessor].code, edge))
    return {key: ";".join(parts) for key, parts in texts.items()}


def link_text(code: str, edge: Edge) -> str:
    """Return one link as people type it; a plain finish-to-start is the code alone. Reading it gives the same link."""
    if edge.within is not None:
        return f"{code}{edge.kind}+{_length(edge.within, '天', '小时', '分钟')}内"
    if not edge.lag:
        return code if edge.kind == "FS" else f"{code}{edge.kind}"
    unit = f"{_number(abs(edge.lag), CLOCK_DAY)}自然日" if edge.elapsed else _length(abs(edge.lag), "d", "h", "m")
    return f"{code}{edge.kind}{'+' if edge.lag > 0 else '-'}{unit}"


def percent_number(share: Fraction) -> float | int:
    """Return a share 0..1 as percent rounded down to two decimals."""
    hundredths = share.numerator * 10000 // share.denominator
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def planned_number(share: Fraction) -> float | int:
    """Return a planned share 0..1 as percent, rounded half up to two decimals."""
    hundredths = (share.numerator * 20000 + share.denominator) // (2 * share.denominator)
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


@dataclass(frozen=True)
class Places:
    """Where the lists of the answer have what a row names by its place, and the row's predecessors as text."""

    origin: int
    people: dict[int, int]
    departments: dict[int, int]
    texts: dict[int, str]


def _row(found: Outlook, judged: Outlook, item: Item, places: Places) -> list[Any]:
    at, line, origin = found.dates[item.id], found.baseline.get(item.id), places.origin
    return [
        item.id,
        item.level,
        0 if not item.leaf else 2 if item.is_milestone else 1,
        STATES[item.state] if item.leaf else summary_state(found, item),
        _flags(found, judged, item),
        item.name,
        places.people.get(item.owner or 0, -1),
        places.departments.get(item.department or 0, -1),
        at.start.toordinal() - origin,
        at.finish.toordinal() - origin,
        days_of(found, item),
        percent_number(found.actual.get(item.id, NOTHING)),
        planned_number(found.planned.get(item.id, NOTHING)),
        line.start.toordinal() - origin if line else None,
        line.finish.toordinal() - origin if line else None,
        at.finish.toordinal() - line.finish.toordinal() if line else 0,
        places.texts.get(item.id, ""),
        "",
    ]


def _flags(found: Outlook, judged: Outlook, item: Item) -> int:
    """What is said about a row does not depend on how the plan is drawn, but for the critical path."""
    marked = judged.deviations.get(item.id)
    return (
        (1 if judged.is_late(item) else 0)
        | (2 if found.dates[item.id].critical else 0)
        | (4 if marked is not None and marked.marked else 0)
        | (8 if item.id in judged.conflicting else 0)
        | (16 if judged.should_have_started(item) else 0)
    )


def summary_state(found: Outlook, item: Item) -> int:
    """Return the state of a summary as its number: done, in progress or not started, as its share says."""
    share = found.actual.get(item.id, NOTHING)
    return 2 if share >= 1 else 1 if share > 0 else 0


def days_of(found: Outlook, item: Item) -> float | int:
    """Return the working days of an item; a summary's from its first to its last day."""
    if item.is_milestone:
        return 0
    if item.leaf:
        return item.duration // 480 if item.duration % 480 == 0 else round(item.duration / 480, 2)
    at = found.dates[item.id]
    return found.calendar.working_days(at.start, at.finish)


def _link(found: Outlook, edge: Edge, place: dict[int, int]) -> list[int]:
    both = found.dates[edge.predecessor].critical and found.dates[edge.successor].critical
    return [place[edge.predecessor], place[edge.successor], KINDS[edge.kind], 1 if both else 0]


def _as_drawn(found: Outlook, project: Project, drawn: Drawn, numbers: list[int]) -> Outlook:
    """Return the outlook with the dates and the baseline that are asked for; states and percents stay as they are."""
    if drawn.strict:
        found = found.derive("strict", lambda: replace(found, dates=_strict_dates(found)))
    if drawn.baseline is not None and drawn.baseline in numbers[:-1]:
        found = replace(found, baseline=baseline_lines(project, drawn.baseline))
    return found


def _strict_dates(found: Outlook) -> dict[int, Dates]:
    return {item.id: _strict(item, found.dates[item.id]) for item in found.items}


def _strict(item: Item, forecast: Dates) -> Dates:
    """The stored schedule, which ignores the status date."""
    start, finish = item.start or forecast.start, item.finish or forecast.finish
    return replace(forecast, start=start, finish=finish, slack=item.slack, critical=item.critical)


def _length(minutes: int, day: str, hour: str, minute: str) -> str:
    if minutes % DAY == 0:
        return f"{minutes // DAY}{day}"
    return f"{minutes // 60}{hour}" if minutes % 60 == 0 else f"{minutes}{minute}"


def _number(minutes: int, unit: int) -> str:
    """Return minutes in a unit, exactly where two decimals are, else with as many as bring the minute back."""
    text = f"{minutes / unit:.5f}".rstrip("0")
    return text.rstrip(".")
