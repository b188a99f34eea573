"""Small plans for the tests of the engine. 2026-01-05 is a Monday; days run 09:00-12:00 and 13:00-18:00."""

from collections.abc import Sequence
from datetime import date, datetime

from tongzhou.engine.calendar import STANDARD_WEEK, CalendarException, WorkingCalendar, instant, moment
from tongzhou.engine.network import Link, Network, Task
from tongzhou.engine.schedule import Schedule, schedule

DAY = 480
FULL_DAY = ((540, 720), (780, 1080))
STANDARD = WorkingCalendar(STANDARD_WEEK)
ROUND_THE_CLOCK = WorkingCalendar({day: [(0, 1440)] for day in range(7)})


def at(text: str) -> int:
    """The instant of "2026-01-05 09:00"."""
    return instant(datetime.fromisoformat(text))


def text(when: int) -> str:
    """The instant as "2026-01-05 09:00"."""
    return moment(when).isoformat(" ", "minutes")


def off(first: str, last: str, intervals: tuple[tuple[int, int], ...] = ()) -> CalendarException:
    """Days off, or days with other hours."""
    return CalendarException(date.fromisoformat(first), date.fromisoformat(last), intervals)


def network(tasks: Sequence[Task], links: Sequence[Link] = (), **changes: object) -> Network:
    """A network on the standard calendar that starts on Monday 2026-01-05 09:00."""
    wanted: dict[str, object] = {
        "id": "plan",
        "start": at("2026-01-05 09:00"),
        "calendars": {"std": STANDARD},
        "calendar": "std",
        **changes,
    }
    return Network(tasks=list(tasks), links=list(links), **wanted)  # type: ignore[arg-type]


def plan(tasks: Sequence[Task], links: Sequence[Link] = (), **changes: object) -> Schedule:
    """The schedule of `network(…)`."""
    return schedule(network(tasks, links, **changes))


def early(answer: Schedule, task: int) -> tuple[str, str]:
    """Early start and finish as text."""
    dates = answer.tasks[task]
    return text(dates.early_start), text(dates.early_finish)


def late(answer: Schedule, task: int) -> tuple[str, str]:
    """Late start and finish as text."""
    dates = answer.tasks[task]
    return text(dates.late_start), text(dates.late_finish)
