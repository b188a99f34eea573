"""The calendar of a file that a scheduling program wrote, against the one that the project works by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from tongzhou.people.models import WorkCalendar
from tongzhou.people.queries import Book, CalendarSpec
from tongzhou.people.queries.calendars import Levels, OwnDay
from tongzhou.workbooks.projectcalendars import FileCalendar
from tongzhou.workbooks.result import TaskRow

Pattern = WorkCalendar.Pattern
PATTERNS: dict[tuple[bool, ...], str] = {
    (True,) * 5 + (False, False): Pattern.TWO_DAYS,
    (True,) * 6 + (False,): Pattern.ONE_DAY,
}
BEFORE, AFTER = timedelta(days=31), timedelta(days=366)  # around the plan, of which days are compared
MOST_RUNS = 400
TAKE, KEEP = "take", "keep"


@dataclass(frozen=True)
class CalendarOffer:
    """What the file's calendar says otherwise, as a calendar that the project would get for itself; `days` of its own."""

    name: str
    spec: CalendarSpec
    days: int

    @property
    def id(self) -> str:
        """Names the offer over repeated looks at the same file."""
        return f"calendar|{self.name}"


@dataclass(frozen=True)
class Around:
    """What a file's calendar is compared with: all calendars, the layers of the project, the days of the plan."""

    book: Book
    levels: Levels
    first: date
    last: date


def offered_calendar(file: FileCalendar, around: Around, own_name: str) -> CalendarOffer | None:
    """Return the project's own calendar that the file's comes to; None where the project works by the same days.

    Statutory days stay: only what the file says itself (its week, its exceptions) counts, not what it does not know of.
    """
    current = around.book.calendar(around.levels)
    now = tuple(bool(current.week.get(day)) for day in range(7))
    same = (file.week == now and current.other_week is None) or not is_known_week(file)
    pattern = Pattern.INHERITED if same else PATTERNS[file.week]
    week = now if same else file.week
    runs = tuple(_own_days(file, around, week))[:MOST_RUNS]
    if same and not runs:
        return None
    days = sum((run.last - run.first).days + 1 for run in runs)
    return CalendarOffer(file.name, CalendarSpec(own_name, pattern, None, (), runs), days)


def is_known_week(file: FileCalendar) -> bool:
    """Whether calendars here can have such a week."""
    return file.week in PATTERNS


def calendar_names(tasks: Iterable[TaskRow]) -> dict[int, str]:
    """Return the calendars that a task may run on, by id; none where no task names one. At most one query."""
    if not any(task.calendar for task in tasks):
        return {}
    return dict(WorkCalendar.objects.filter(is_private=False).values_list("pk", "name"))


def _own_days(file: FileCalendar, around: Around, week: tuple[bool, ...]) -> Iterator[OwnDay]:
    """The exceptions that the project's calendar does not have already, as runs."""
    first, last = around.first - BEFORE, around.last + AFTER
    special = around.book.special_days(around.levels, first, last)
    told: dict[date, tuple[bool, str]] = {}
    for begin, end, worked, name in file.days:
        for step in range((min(end, last) - max(begin, first)).days + 1):
            told[max(begin, first) + timedelta(days=step)] = (worked, name)
    known = ((day, what) for day, what in sorted(told.items()))
    differing = [(day, what) for day, what in known if what[0] != special.get(day, (week[day.weekday()], ""))[0]]
    for (what, _), run in groupby(enumerate(differing), lambda one: (one[1][1], one[1][0].toordinal() - one[0])):
        days = [day for _, (day, _) in run]
        yield OwnDay(days[0], days[-1], *what)
