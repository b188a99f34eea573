"""What happens to progress beyond the numbers of the plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HelpAsked:
    """A report asked a department for help."""

    item: int
    department: int


@dataclass(frozen=True)
class TaskBlocked:
    """A task waits for somebody. `asked` are those who are to clear its way now."""

    item: int
    block: int
    asked: list[int]


@dataclass(frozen=True)
class BlockPutOff:
    """Whoever is to clear it needs longer."""

    item: int
    block: int


@dataclass(frozen=True)
class BlockPassedOn:
    """Whoever was to clear it says that it is somebody else's."""

    item: int
    block: int
    asked: list[int]


@dataclass(frozen=True)
class TaskUnblocked:
    """`end`: cleared, or another state was reported."""

    item: int
    block: int
    end: str


@dataclass(frozen=True)
class ExceptionReported:
    exception: int
    item: int | None


@dataclass(frozen=True)
class ExceptionHandled:
    """Who handles it, what is done about it or by when changed."""

    exception: int


@dataclass(frozen=True)
class ExceptionClosed:
    exception: int


@dataclass(frozen=True)
class ExceptionReopened:
    exception: int


@dataclass(frozen=True)
class SyncClosed:
    """A round of syncs was counted: so many people were asked, so many had said how far they are."""

    project: int
    urgency: str
    slot: str
    people: int
    synced: int


@dataclass(frozen=True)
class SyncRhythmChanged:
    """When tasks are synced, in a project or (None) in the organisation."""

    project: int | None
