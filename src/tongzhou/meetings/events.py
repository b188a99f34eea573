"""What happens to meetings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MeetingPlanned:
    """`people` are those who are invited."""

    meeting: int
    people: list[int]


@dataclass(frozen=True)
class AgendaBrought:
    """A template brought the agenda of the meeting with which a project opens, in so many parts."""

    project: int
    parts: int


@dataclass(frozen=True)
class MeetingChanged:
    """`moved`: another time or place, so that those who are invited have to know; `host` and `recorder` are new ones."""

    meeting: int
    moved: bool
    host: int | None = None
    recorder: int | None = None


@dataclass(frozen=True)
class MeetingCancelled:
    meeting: int


@dataclass(frozen=True)
class AttendeesChanged:
    """Who is invited or came; `invited` are new."""

    meeting: int
    invited: list[int]


@dataclass(frozen=True)
class MinutesTaken:
    """What the project says was taken into the minutes, for the first time or anew."""

    meeting: int
    items: list[int]


@dataclass(frozen=True)
class MinutesWritten:
    """The text of one part."""

    meeting: int
    item: int


@dataclass(frozen=True)
class AgendaChanged:
    meeting: int


@dataclass(frozen=True)
class ResolutionChanged:
    """A decision or an action item was added or taken away."""

    meeting: int


@dataclass(frozen=True)
class MinutesDueSoon:
    meeting: int


@dataclass(frozen=True)
class MinutesOverdue:
    meeting: int


@dataclass(frozen=True)
class MinutesSent:
    """An edition went out; `asked` are those who are to confirm it, `told` those who have nothing to answer."""

    meeting: int
    edition: int
    asked: list[int]
    told: list[int]


@dataclass(frozen=True)
class MinutesConfirmed:
    """Everybody confirmed, or silence counted. `sheet` is what the heads sign now; none where a seat is empty."""

    meeting: int
    sheet: int | None


@dataclass(frozen=True)
class MinutesArchived:
    meeting: int
