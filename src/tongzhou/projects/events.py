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
