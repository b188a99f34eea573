"""What happens to people and departments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DepartmentAdded:
    department: int


@dataclass(frozen=True)
class PersonAdded:
    person: int


@dataclass(frozen=True)
class SignInLinkMade:
    person: int


@dataclass(frozen=True)
class SignedInByLink:
    person: int


@dataclass(frozen=True)
class ApiTokenMade:
    person: int
    name: str


@dataclass(frozen=True)
class ApiTokenRevoked:
    person: int
    name: str
