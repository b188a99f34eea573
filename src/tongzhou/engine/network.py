"""What is scheduled: tasks, links, calendars. Plain data; durations and lags are working minutes, dates are instants."""

from dataclasses import dataclass
from enum import StrEnum

from tongzhou.engine.calendar import WorkingCalendar


class LinkKind(StrEnum):
    """Which end of the predecessor binds which end of the successor."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class ConstraintKind(StrEnum):
    """As soon / late as possible, start / finish no earlier / later than, must start / finish on."""

    ASAP = "ASAP"
    ALAP = "ALAP"
    SNET = "SNET"
    SNLT = "SNLT"
    FNET = "FNET"
    FNLT = "FNLT"
    MSO = "MSO"
    MFO = "MFO"


class Mode(StrEnum):
    """Strict ignores the status date; forecast lets no work that is not done lie before it."""

    STRICT = "strict"
    FORECAST = "forecast"


class NetworkInvalid(Exception):
    """The network cannot be scheduled; `code` is stable, `task` says where when one task is to blame."""

    def __init__(self, code: str, message: str, task: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.task = task


@dataclass(frozen=True, slots=True)
class Lag:
    """A delay (negative: a lead): working minutes, clock minutes if `elapsed`, or percent of the predecessor's duration."""

    minutes: int = 0
    elapsed: bool = False
    percent: int | None = None


NO_LAG = Lag()


@dataclass(slots=True)
class Task:
    """One row of the plan. A task that others name as parent is a summary: its own duration does not count.

    `date` belongs to the constraint; `percent` is in basis points (0..10000); `remaining` is working minutes.
    """

    id: int
    duration: int | None
    parent: int | None = None
    calendar: str | None = None
    constraint: str = "ASAP"
    date: int | None = None
    deadline: int | None = None
    actual_start: int | None = None
    actual_finish: int | None = None
    percent: int = 0
    remaining: int | None = None
    cancelled: bool = False


@dataclass(slots=True)
class Link:
    """A dependency. With `within` (working minutes) it is a relative deadline: it caps the successor's late finish
    that long after the predecessor's bound and never moves the successor."""

    predecessor: int
    successor: int
    kind: str = "FS"
    lag: Lag = NO_LAG
    within: int | None = None


@dataclass(slots=True)
class Network:
    """Everything that a schedule depends on. `status` is the end of the status date; `critical_slack` the largest
    total slack, in working minutes, at which a task is still critical."""

    id: str
    start: int
    tasks: list[Task]
    links: list[Link]
    calendars: dict[str, WorkingCalendar]
    calendar: str
    minutes_per_day: int = 480
    status: int | None = None
    mode: str = "strict"
    honor_constraints: bool = True
    imposed_finish: int | None = None
    critical_slack: int = 0
