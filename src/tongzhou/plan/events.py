"""What happens to plans."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlanImported:
    project: int
    created: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class WorkItemAdded:
    item: int


@dataclass(frozen=True)
class WorkItemChanged:
    """`lost`: (item, the person's id) of who does not own it any more."""

    item: int
    lost: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class WorkItemRemoved:
    item: int


@dataclass(frozen=True)
class PlanEdited:
    project: int
    command: str
    label: str
    rows: int
    lost: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class ProgressRecorded:
    item: int
    status_date: str
    state: str
    percent: int


@dataclass(frozen=True)
class ProgressUnchanged:
    """「无变化」: nothing new about these items as of the day."""

    items: list[int]
    status_date: str


@dataclass(frozen=True)
class BaselineCut:
    project: int
    number: int


@dataclass(frozen=True)
class KeyMilestonesChanged:
    project: int


@dataclass(frozen=True)
class TasksHandedOver:
    project: int
    person: int
    count: int


@dataclass(frozen=True)
class ProjectCalendarChanged:
    project: int


@dataclass(frozen=True)
class PlanFollowedCalendar:
    project: int
    moved: int


@dataclass(frozen=True)
class PlanRepaired:
    """What the plan keeps ready was brought back to what follows from what was entered and reported."""

    project: int
    rows: int


@dataclass(frozen=True)
class DeliverablesAdded:
    """Departments are asked for what they hand over."""

    project: int
    deliverables: tuple[int, ...]


@dataclass(frozen=True)
class DeliverableChanged:
    deliverable: int


@dataclass(frozen=True)
class DeliverableRemoved:
    deliverable: int


@dataclass(frozen=True)
class DeliverableRestored:
    deliverable: int


@dataclass(frozen=True)
class DeliverableSubmitted:
    """`step` says what, and where it lies."""

    deliverable: int
    step: int


@dataclass(frozen=True)
class DeliverableTakenBack:
    """Who submitted took it back before it was accepted."""

    deliverable: int
    step: int


@dataclass(frozen=True)
class DeliverableAccepted:
    deliverable: int
    step: int


@dataclass(frozen=True)
class DeliverableReturned:
    """`step` says why."""

    deliverable: int
    step: int


@dataclass(frozen=True)
class ClaimsAsked:
    """The departments were asked to claim their tasks."""

    project: int
    call: int


@dataclass(frozen=True)
class TasksClaimed:
    """`lost`: (item, the person's id) of who does not own it any more."""

    project: int
    items: list[int]
    lost: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class TasksHandedBack:
    """A department does not take these tasks on."""

    project: int
    items: list[int]
    reason: str


@dataclass(frozen=True)
class TaskListPublished:
    """A version of the task list is in force; `before` is the sheet that was in force until then, 0 where there was none."""

    project: int
    sheet: int
    version: int
    before: int
