"""The plan as a project of MS Project. It comes in again with nothing to change: every task carries the stamp of its row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.utils import timezone

from tongzhou.engine.calendar import DAY, WorkingCalendar, midnight, moment
from tongzhou.engine.daymode import Snapped, finish_of_day, start_of_day
from tongzhou.exchange.papers.plan_tables import project_tag, wanted_rows
from tongzhou.exchange.queries.basics import basics_pairs
from tongzhou.exchange.queries.layouts import ExportOptions
from tongzhou.exchange.queries.rows import Names, PlanRow, plan_rows
from tongzhou.papers.mspdi import (
    CONSTRAINTS,
    LONGEST_FIELD,
    BaselineDates,
    CalendarLines,
    Hours,
    LinkLine,
    ProjectLines,
    TaskLines,
    Value,
    duration_text,
    to_mspdi,
)
from tongzhou.papers.wording import clean
from tongzhou.plan.models import BaselineLine, WorkItem
from tongzhou.plan.queries.calendars import calendar_choice
from tongzhou.plan.queries.grid import link_text
from tongzhou.plan.queries.outlook import Outlook
from tongzhou.plan.queries.tree import Edge, Item
from tongzhou.projects.models import Project
from tongzhou.workbooks.cells import cell_from_json
from tongzhou.workbooks.collecting import uncollected
from tongzhou.workbooks.headers import Field, field_of
from tongzhou.workbooks.projectterms import KEY_LABEL, PRECISE_LABEL, STAMP_FIELD, WITHIN_LABEL
from tongzhou.workbooks.projectxml import HEAD_ROW, sheets_of_bytes
from tongzhou.workbooks.stamps import MARK, STAMPED, Stamp, fingerprint, write_stamp

MORNING, EVENING = time(9), time(18)
URGENT, REGULAR = 800, 500
MOST_BASELINES = 10
BEFORE, AFTER = timedelta(days=30), timedelta(days=366)  # around the plan, of which a calendar tells its special days
# Text1 and so on, by their numbers in MS Project, with what stands in them.
TEXTS = (
    (188743731, Field.DEPARTMENT, "责任部门"), (188743734, Field.DEPUTY, "代理人"), (188743737, Field.SUPPORTERS, "协作负责人"),
    (188743740, Field.STANDARD, "交付标准"), (188743743, Field.OUTPUT, "关键产出物"), (188743746, Field.RISK, "风险点"),
    (188743747, Field.RESOURCE, "资源需求"), (188743748, Field.QUANTITY, "数量"), (188743749, Field.UNIT, "计量单位"),
    (188743750, Field.DONE_QUANTITY, "完成数量"), (188743997, Field.URGENCY, "紧急程度"), (188743998, Field.STATE, "状态"),
)  # fmt: skip
WITHIN, PRECISE, STAMP = 188743999, 188744000, int(STAMP_FIELD)
FIELDS = (
    *((number, f"Text{place}", label) for place, (number, _, label) in enumerate(TEXTS, 1)),
    (WITHIN, "Text13", WITHIN_LABEL), (PRECISE, "Text14", PRECISE_LABEL), (STAMP, "Text30", KEY_LABEL),
)  # fmt: skip


@dataclass(frozen=True)
class _Plan:
    """What the tasks of a file are made of."""

    found: Outlook
    rows: Sequence[PlanRow]
    names: Names
    calendars: Mapping[str, int]
    resources: Mapping[int, int]
    baselines: Mapping[int, list[BaselineDates]]
    edges: Mapping[int, list[Edge]]
    """The links between tasks of the file, by successor."""


@uncollected()
def export_project_xml(project: Project, options: ExportOptions, now: datetime) -> bytes:
    """The plan, or what a filter leaves of it, as the XML of MS Project. A constant number of queries."""
    found, rows, names = plan_rows(project, options.as_of)
    rows = wanted_rows(rows, options)
    calendars = _calendars(project, found, names, rows)
    owners = {row.item.owner for row in rows if row.item.owner is not None}
    plan = _Plan(
        found,
        rows,
        names,
        {name: place for place, (name, _) in enumerate(calendars, 1)},
        {owner: place for place, owner in enumerate(sorted(owners), 1)},
        _baselines(project),
        _edges(found, rows),
    )
    lines = _project(project, plan, [lines for _, lines in calendars], options.as_of, now)
    return to_mspdi(_stamped(project, plan, lines))


def _project(project: Project, plan: _Plan, calendars: Sequence[CalendarLines], as_of: date, now: datetime) -> ProjectLines:
    starts = [row.item.start for row in plan.rows if row.item.start is not None]
    finishes = [row.item.finish for row in plan.rows if row.item.finish is not None]
    first = min([*starts, *([project.starts_on] if project.starts_on else [])], default=as_of)
    local = timezone.localtime(now).replace(tzinfo=None)
    groups = _groups(plan)
    return ProjectLines(
        title=project.name,
        guid=_guid(project_tag(project)),
        created=local,
        start=datetime.combine(first, MORNING),
        finish=datetime.combine(max(finishes, default=first), EVENING),
        calendars=calendars,
        tasks=[_task(plan, row, place) for place, row in enumerate(plan.rows, 1)],
        status=datetime.combine(as_of, EVENING),
        manager=dict(basics_pairs(project))["项目负责人"],
        fields=FIELDS,
        resources=[(place, plan.names.people.get(owner, ""), groups.get(owner, "")) for owner, place in plan.resources.items()],
    )


def _guid(tag: str) -> str:
    digits = sha256(tag.encode()).hexdigest().upper()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def _groups(plan: _Plan) -> dict[int, str]:
    """The department of the first task that each person owns."""
    found: dict[int, str] = {}
    for row in plan.rows:
        if row.item.owner is not None and row.values[Field.DEPARTMENT]:
            found.setdefault(row.item.owner, str(row.values[Field.DEPARTMENT]))
    return found


def _task(plan: _Plan, row: PlanRow, place: int) -> TaskLines:
    item = row.item
    links, within = _links(plan, item)
    return TaskLines(
        uid=item.id,
        values=_values(plan, row, place),
        links=links,
        fields=_fields(row, within),
        baselines=plan.baselines.get(item.id, ()),
        resource=plan.resources.get(item.owner) if item.owner is not None else None,
    )


def _values(plan: _Plan, row: PlanRow, place: int) -> dict[str, Value]:
    item, calendar = row.item, plan.found.calendars.of(row.item.id)
    start, finish = _span(item, calendar)
    calendar_name = plan.found.calendars.names.get(item.id)
    told: dict[str, Value] = {
        "ID": place, "Name": item.name, "Active": item.state != "cancelled", "Manual": 0, "Type": 1, "IsNull": 0,
        "WBS": item.code, "OutlineNumber": item.code, "OutlineLevel": item.level + 1,
        "Priority": URGENT if _is_urgent(row) else REGULAR, "Start": start, "Finish": finish,
        "Duration": duration_text(_minutes(item, calendar, start, finish)), "DurationFormat": 7, "EffortDriven": 0,
        "Estimated": 0, "Milestone": item.leaf and item.is_milestone, "Summary": not item.leaf, "FixedCostAccrual": 3,
        "PercentComplete": _percent(plan.found, item), "CalendarUID": plan.calendars[calendar_name] if calendar_name else -1,
        "Deadline": _on(calendar, row.values[Field.DEADLINE], finish_of_day, EVENING),
        "Notes": _text(row, Field.REMARK) or None,
    }  # fmt: skip
    if item.leaf:
        told |= {
            "ActualStart": _on(calendar, item.actual_start, start_of_day, MORNING),
            "ActualFinish": _on(calendar, item.actual_finish, finish_of_day, EVENING),
        }
    return told | _constraint(item, calendar)


def _is_urgent(row: PlanRow) -> bool:
    return row.values[Field.URGENCY] == str(WorkItem.Urgency.URGENT.label)


def _span(item: Item, calendar: WorkingCalendar) -> tuple[datetime | None, datetime | None]:
    if item.leaf and (item.is_milestone or not item.duration):
        at = _on(calendar, item.finish, finish_of_day, EVENING)
        return at, at
    return _on(calendar, item.start, start_of_day, MORNING), _on(calendar, item.finish, finish_of_day, EVENING)


def _on(calendar: WorkingCalendar, day: object, side: object, fallback: time) -> datetime | None:
    """The moment at which work of a day begins or ends; on a day off that of any day, so that the day stays."""
    if not isinstance(day, date):
        return None
    snapped = (finish_of_day if side is finish_of_day else start_of_day)(calendar, day)
    return _moment(snapped, day, fallback)


def _moment(snapped: Snapped, day: date, fallback: time) -> datetime:
    return datetime.combine(day, fallback) if snapped.day != day else moment(snapped.instant)


def _minutes(item: Item, calendar: WorkingCalendar, start: datetime | None, finish: datetime | None) -> int:
    if item.leaf:
        return 0 if item.is_milestone else item.duration
    if start is None or finish is None:
        return 0
    return max(0, calendar.between(midnight(start.date()), midnight(finish.date()) + DAY))


def _percent(found: Outlook, item: Item) -> int:
    return item.percent // 100 if item.leaf else int(found.actual.get(item.id, 0) * 100)


def _constraint(item: Item, calendar: WorkingCalendar) -> dict[str, Value]:
    kind = item.constraint if item.leaf and item.constraint_date is not None else "ASAP"
    if kind == "ASAP":
        return {"ConstraintType": CONSTRAINTS[kind]}
    has_length = bool(item.duration) and not item.is_milestone
    side, fallback = (start_of_day, MORNING) if has_length else (finish_of_day, EVENING)
    return {"ConstraintType": CONSTRAINTS[kind], "ConstraintDate": _on(calendar, item.constraint_date, side, fallback)}


def _edges(found: Outlook, rows: Sequence[PlanRow]) -> dict[int, list[Edge]]:
    present = {row.item.id for row in rows}
    edges: dict[int, list[Edge]] = defaultdict(list)
    for edge in found.edges:
        if edge.predecessor in present:
            edges[edge.successor].append(edge)
    return edges


def _links(plan: _Plan, item: Item) -> tuple[list[LinkLine], str]:
    """The links, and as text those that MS Project has no links for: done within so many days after."""
    edges = plan.edges.get(item.id, ())
    links = [LinkLine(edge.predecessor, edge.kind, edge.lag, edge.elapsed) for edge in edges if edge.within is None]
    return links, "; ".join(link_text(f"#{edge.predecessor}", edge) for edge in edges if edge.within is not None)


def _fields(row: PlanRow, within: str) -> dict[int, str]:
    told = {number: _text(row, meaning) for number, meaning, _ in TEXTS}
    told[WITHIN] = within
    if row.item.leaf and row.item.percent % 100:
        told[PRECISE] = f"{row.item.percent / 100:g}%"
    return {number: text for number, text in told.items() if text and len(text) <= LONGEST_FIELD}


def _text(row: PlanRow, meaning: Field) -> str:
    value = row.values[meaning]
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return clean(str(value)) if value is not None else ""


def _calendars(project: Project, found: Outlook, names: Names, rows: Sequence[PlanRow]) -> list[tuple[str, CalendarLines]]:
    """The plan's own calendar first, then those that tasks run on, each by its key."""
    days = [day for row in rows for day in (row.item.start, row.item.finish) if day is not None]
    span = min(days, default=found.as_of) - BEFORE, max(days, default=found.as_of) + AFTER
    own = str(calendar_choice(project)["name"] or "标准")
    used = dict.fromkeys(found.calendars.names[row.item.id] for row in rows if row.item.id in found.calendars.names)
    made = [("", _calendar(found, (1, own), "", found.calendars.standard, span))]
    for place, key in enumerate(used, 2):
        head, _, person = key.partition("-")
        layer = found.days.book.layers.get(int(head.partition("/")[0] or 0))
        name = layer.name if layer is not None else own
        name = f"{name}({names.people.get(int(person), '')})" if person else name
        made.append((key, _calendar(found, (place, name), head, found.calendars.by_name[key], span)))
    return made


def _calendar(
    found: Outlook, named: tuple[int, str], levels: str, calendar: WorkingCalendar, span: tuple[date, date]
) -> CalendarLines:
    keys = tuple(int(part) for part in levels.split("/") if part) or found.days.levels
    special = found.days.book.special_days(keys, *span)
    week = {day: tuple(hours) for day, hours in calendar.week.items() if hours}
    exceptions: list[tuple[date, date, Hours, str]] = []
    for step in range((span[1] - span[0]).days + 1):
        day = span[0] + timedelta(days=step)
        hours = _hours_on(calendar, day)
        if hours == week.get(day.weekday(), ()):
            continue
        name = special.get(day, (False, ""))[1]
        last = exceptions[-1] if exceptions else None
        if last is not None and last[1] + timedelta(days=1) == day and last[2:] == (hours, name):
            exceptions[-1] = (last[0], day, hours, name)
        else:
            exceptions.append((day, day, hours, name))
    return CalendarLines(*named, week, exceptions)


def _hours_on(calendar: WorkingCalendar, day: date) -> Hours:
    """The working intervals of a day in minutes since its midnight."""
    begin, end = midnight(day), midnight(day) + DAY
    starts, works = calendar.intervals(begin, end)
    ends = [*works[1:], calendar.worked(end)] if works else []
    found = [(start, start + end_ - work) for start, work, end_ in zip(starts, works, ends, strict=True)]
    return tuple((max(a, begin) - begin, min(b, end) - begin) for a, b in found if a < end and b > begin)


def _baselines(project: Project) -> dict[int, list[BaselineDates]]:
    found: dict[int, list[BaselineDates]] = defaultdict(list)
    rows = BaselineLine.objects.filter(baseline__project=project, baseline__number__lte=MOST_BASELINES)
    columns = ("baseline__number", "item_id", "start_at", "finish_at", "weight")
    for number, item, start, finish, weight in rows.order_by("baseline__number").values_list(*columns):
        found[item].append(BaselineDates(number, moment(start), moment(finish), weight))
    return found


def _stamped(project: Project, plan: _Plan, lines: ProjectLines) -> ProjectLines:
    """The project with the stamp of each task: what its cells say is what the reader finds in the file itself."""
    tag = project_tag(project)
    stamps = [Stamp(tag, row.item.id, row.item.parent or 0, row.item.level, place) for place, row in enumerate(plan.rows)]
    bare = _with_stamps(lines, stamps)
    table = sheets_of_bytes(to_mspdi(bare))[1]["rows"] if stamps else []
    meanings = [field_of(str(label)) for label in (table[HEAD_ROW] if table else ())]
    marked = [replace(stamp, marks=_marks(meanings, row)) for stamp, row in zip(stamps, table[HEAD_ROW + 1 :], strict=True)]
    return _with_stamps(lines, marked)


def _marks(meanings: Sequence[Field | None], row: Sequence[object]) -> dict[Field, str]:
    marks: dict[Field, str] = {}
    for meaning, value in zip(meanings, row, strict=True):
        if meaning is not None and meaning in STAMPED:
            marks.setdefault(meaning, fingerprint(meaning, cell_from_json(value)))
    return marks


def _with_stamps(lines: ProjectLines, stamps: Iterable[Stamp]) -> ProjectLines:
    return replace(
        lines,
        tasks=[
            replace(task, fields={**task.fields, STAMP: _short(write_stamp(stamp))})
            for task, stamp in zip(lines.tasks, stamps, strict=True)
        ],
    )


def _short(stamp: str) -> str:
    """The stamp without the last fingerprints, if it is longer than a field may be."""
    over = len(stamp) - LONGEST_FIELD
    return stamp[: len(stamp) - -(-over // MARK) * MARK] if over > 0 else stamp
