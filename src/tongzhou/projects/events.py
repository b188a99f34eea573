"""What happens to projects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProjectCreated:
    project: int


@dataclass(frozen=True)
class ProjectBasicsChanged:
    project: int


@dataclass(frozen=True)
class ParticipationChanged:
    project: int
    department: int


@dataclass(frozen=True)
class ParticipationRemoved:
    project: int
    department: int


@dataclass(frozen=True)
class SeatChanged:
    """`by_herself` marks somebody who seated herself; `before` and `after` are who held the seat and who does."""

    project: int
    department: int
    seat: str
    by_herself: bool
    before: int | None
    after: int | None


@dataclass(frozen=True)
class RoleGiven:
    project: int
    person: int
    role: str


@dataclass(frozen=True)
class RoleTaken:
    project: int
    person: int
    role: str


@dataclass(frozen=True)
class ScopeChanged:
    project: int


@dataclass(frozen=True)
class ObjectiveAdded:
    project: int
    objective: int


@dataclass(frozen=True)
class ObjectiveChanged:
    """`owner_before` is who owned it until now; None where nobody did."""

    project: int
    objective: int
    owner_before: int | None = None


@dataclass(frozen=True)
class ObjectiveRemoved:
    project: int
    objective: int


@dataclass(frozen=True)
class ObjectiveMeasured:
    """A value was measured, corrected or removed; `what` is added, corrected or removed."""

    project: int
    objective: int
    what: str


@dataclass(frozen=True)
class CommunicationChanged:
    project: int


@dataclass(frozen=True)
class StageMoved:
    """`reason` says why, where something that is wanted was left out, or the project went back."""

    project: int
    before: str
    after: str
    reason: str = ""


@dataclass(frozen=True)
class SeatPowersChanged:
    """What the holder of a seat may decide alone."""

    project: int
    department: int
    seat: str


@dataclass(frozen=True)
class WeightChanged:
    project: int
    before: str
    after: str


@dataclass(frozen=True)
class OrganisationChanged:
    organisation: int


@dataclass(frozen=True)
class CommentAdded:
    comment: int
    mentioned: list[int]


@dataclass(frozen=True)
class CommentEdited:
    comment: int
    mentioned: list[int]


@dataclass(frozen=True)
class CommentRemoved:
    comment: int


@dataclass(frozen=True)
class SeatsHandedOver:
    project: int
    person: int
    successor: int


@dataclass(frozen=True)
class FiltersChanged:
    """A person's filters of the list of projects."""

    person: int
