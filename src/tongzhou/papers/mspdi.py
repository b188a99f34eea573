"""A project as XML that MS Project opens (MSPDI, the schema of Project 2007 with the elements of 2010 for inactive tasks).

The schema is a sequence: whatever is there has its place, so all elements are written in the order of the lists below.
Durations are PT8H0M0S in working minutes, lags tenths of minutes, days of the week 1 (Sunday) to 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.sax.saxutils import escape

from tongzhou.papers.wording import clean

NAMESPACE = "http://schemas.microsoft.com/project"
TASK_ORDER = (
    "UID", "ID", "Name", "Active", "Manual", "Type", "IsNull", "WBS", "OutlineNumber", "OutlineLevel", "Priority", "Start",
    "Finish", "Duration", "DurationFormat", "ResumeValid", "EffortDriven", "Recurring", "Estimated", "Milestone", "Summary",
    "Critical", "IsSubproject", "ExternalTask", "FixedCostAccrual", "PercentComplete", "ActualStart", "ActualFinish",
    "ConstraintType", "CalendarUID", "ConstraintDate", "Deadline", "LevelAssignments", "LevelingCanSplit",
    "IgnoreResourceCalendar", "Notes",
)  # fmt: skip
CONSTRAINTS = {"ASAP": 0, "MSO": 2, "SNET": 4, "FNET": 6}
LINKS = {"FF": 0, "FS": 1, "SF": 2, "SS": 3}
DAYS, ELAPSED_DAYS = 7, 8  # formats of durations and lags
NOBODY = -65535
LONGEST_FIELD = 255  # characters of a custom field in MS Project
Hours = tuple[tuple[int, int], ...]
Value = str | int | bool | datetime | None


@dataclass(frozen=True)
class CalendarLines:
    """A base calendar: hours by weekday (0 = Monday) in minutes of the day, and runs of days with other hours."""

    uid: int
    name: str
    week: Mapping[int, Hours]
    exceptions: Sequence[tuple[date, date, Hours, str]] = ()


@dataclass(frozen=True)
class LinkLine:
    """A predecessor; `lag` in minutes, working or of the clock."""

    uid: int
    kind: str = "FS"
    lag: int = 0
    elapsed: bool = False


@dataclass(frozen=True)
class BaselineDates:
    number: int
    start: datetime
    finish: datetime
    minutes: int


@dataclass(frozen=True)
class TaskLines:
    """A task: `values` by element (see TASK_ORDER), `fields` the texts of custom fields by their number."""

    uid: int
    values: Mapping[str, Value]
    links: Sequence[LinkLine] = ()
    fields: Mapping[int, str] = field(default_factory=dict)
    baselines: Sequence[BaselineDates] = ()
    resource: int | None = None


@dataclass(frozen=True)
class ProjectLines:
    """A whole project. `fields`: number, MS Project's own name, title of each custom field; `resources`: uid, name, group."""

    title: str
    guid: str
    created: datetime
    start: datetime
    finish: datetime
    calendars: Sequence[CalendarLines]
    tasks: Sequence[TaskLines]
    status: datetime | None = None
    manager: str = ""
    fields: Sequence[tuple[int, str, str]] = ()
    resources: Sequence[tuple[int, str, str]] = ()


def duration_text(minutes: int) -> str:
    """Working minutes as the schema has them."""
    return f"PT{minutes // 60}H{minutes % 60}M0S"


def to_mspdi(project: ProjectLines) -> bytes:
    """The file, in UTF-8."""
    parts = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n', f'<Project xmlns="{NAMESPACE}">']
    parts += _head(project)
    parts += _within("ExtendedAttributes", (_definition(*one) for one in project.fields))
    parts += _within("Calendars", map(_calendar, project.calendars))
    parts += _within("Tasks", (_project_task(project), *map(_task, project.tasks)))
    parts += _within("Resources", (_resource(*one) for one in project.resources))
    parts += _within("Assignments", _assignments(project.tasks))
    return "".join((*parts, "</Project>\n")).encode()


def _head(project: ProjectLines) -> Iterator[str]:
    values: dict[str, Value] = {
        "SaveVersion": 14, "Name": f"{project.title}.xml", "GUID": project.guid, "Title": project.title,
        "Manager": project.manager or None, "CreationDate": project.created, "LastSaved": project.created,
        "ScheduleFromStart": 1, "StartDate": project.start, "FinishDate": project.finish, "FYStartDate": 1,
        "CriticalSlackLimit": 0, "CurrencyDigits": 2, "CurrencySymbol": "¥", "CurrencyCode": "CNY", "CurrencySymbolPosition": 0,
        "CalendarUID": project.calendars[0].uid, "DefaultStartTime": "09:00:00", "DefaultFinishTime": "18:00:00",
        "MinutesPerDay": 480, "MinutesPerWeek": 2400, "DaysPerMonth": 20, "DefaultTaskType": 1,
        "DefaultFixedCostAccrual": 3, "DurationFormat": DAYS, "WorkFormat": 2, "HonorConstraints": 1,
        "NewTasksEffortDriven": 0, "NewTasksEstimated": 0, "SplitsInProgressTasks": 0, "TaskUpdatesResource": 1,
        "WeekStartDay": 1, "AutoAddNewResourcesAndTasks": 1, "StatusDate": project.status, "NewTaskStartDate": 0,
        "NewTasksAreManual": 0, "ProjectExternallyEdited": 1,
    }  # fmt: skip
    return _elements(values.items())


def _definition(number: int, own_name: str, title: str) -> str:
    return _element("ExtendedAttribute", _elements((("FieldID", number), ("FieldName", own_name), ("Alias", title))))


def _calendar(calendar: CalendarLines) -> str:
    days = (_week_day(day, calendar.week.get((day + 5) % 7, ())) for day in range(1, 8))
    exceptions = (_exception(*one) for one in calendar.exceptions)
    head = _elements((("UID", calendar.uid), ("Name", calendar.name), ("IsBaseCalendar", 1), ("BaseCalendarUID", -1)))
    return _element("Calendar", (*head, *_within("WeekDays", days), *_within("Exceptions", exceptions)))


def _week_day(day: int, hours: Hours) -> str:
    return _element("WeekDay", (*_elements((("DayType", day), ("DayWorking", bool(hours)))), *_hours(hours)))


def _hours(hours: Hours) -> Iterator[str]:
    times = (_element("WorkingTime", _elements((("FromTime", _clock(a)), ("ToTime", _clock(b))))) for a, b in hours)
    return _within("WorkingTimes", times) if hours else iter(())


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}:00"


def _exception(first: date, last: date, hours: Hours, name: str) -> str:
    span = _element(
        "TimePeriod", _elements((("FromDate", f"{first.isoformat()}T00:00:00"), ("ToDate", f"{last.isoformat()}T23:59:00")))
    )
    days = (last - first).days + 1
    told = _elements((("Occurrences", days), ("Name", name or None), ("Type", 1), ("DayWorking", bool(hours))))
    return _element("Exception", (*_elements((("EnteredByOccurrences", 0),)), span, *told, *_hours(hours)))


def _project_task(project: ProjectLines) -> str:
    """The task that stands for the project, which is always the first."""
    values: dict[str, Value] = {
        "UID": 0, "ID": 0, "Name": project.title, "Type": 1, "IsNull": 0, "WBS": "0", "OutlineNumber": "0", "OutlineLevel": 0,
        "Priority": 500, "Start": project.start, "Finish": project.finish, "Summary": 1, "ConstraintType": 0, "CalendarUID": -1,
    }  # fmt: skip
    return _element("Task", _elements(values.items()))


def _task(task: TaskLines) -> str:
    values = {"UID": task.uid} | dict(task.values)
    known = ((tag, values[tag]) for tag in TASK_ORDER if tag in values)
    fields = (
        _element("ExtendedAttribute", _elements((("FieldID", number), ("Value", text))))
        for number, text in task.fields.items()
        if text
    )
    return _element("Task", (*_elements(known), *map(_link, task.links), *fields, *map(_baseline, task.baselines)))


def _link(link: LinkLine) -> str:
    told = (
        ("PredecessorUID", link.uid), ("Type", LINKS[link.kind]), ("CrossProject", 0), ("LinkLag", link.lag * 10),
        ("LagFormat", ELAPSED_DAYS if link.elapsed else DAYS),
    )  # fmt: skip
    return _element("PredecessorLink", _elements(told))


def _baseline(dates: BaselineDates) -> str:
    told = (
        ("Number", dates.number), ("Start", dates.start), ("Finish", dates.finish), ("Duration", duration_text(dates.minutes)),
        ("DurationFormat", DAYS),
    )  # fmt: skip
    return _element("Baseline", _elements(told))


def _resource(uid: int, name: str, group: str) -> str:
    told = (("UID", uid), ("ID", uid), ("Name", name), ("Type", 1), ("IsNull", 0), ("Group", group or None), ("MaxUnits", 1))
    return _element("Resource", _elements(told))


def _assignments(tasks: Iterable[TaskLines]) -> Iterator[str]:
    assigned = [task for task in tasks if task.resource is not None]
    for uid, task in enumerate(assigned, 1):
        told = (
            ("UID", uid), ("TaskUID", task.uid), ("ResourceUID", task.resource), ("Finish", task.values.get("Finish")),
            ("Start", task.values.get("Start")), ("Units", 1),
        )  # fmt: skip
        yield _element("Assignment", _elements(told))


def _within(tag: str, parts: Iterable[str]) -> Iterator[str]:
    yield f"<{tag}>"
    yield from parts
    yield f"</{tag}>\n"


def _element(tag: str, parts: Iterable[str]) -> str:
    return f"<{tag}>{''.join(parts)}</{tag}>"


def _elements(values: Iterable[tuple[str, Value]]) -> Iterator[str]:
    return (f"<{tag}>{_text(value)}</{tag}>" for tag, value in values if value is not None)


def _text(value: Value) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return escape(clean(value)) if isinstance(value, str) else str(int(value or 0))
