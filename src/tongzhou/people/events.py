"""What happens to people and departments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DepartmentAdded:
    department: int


@dataclass(frozen=True)
class DepartmentChanged:
    department: int


@dataclass(frozen=True)
class PersonAdded:
    person: int


@dataclass(frozen=True)
class PersonChanged:
    person: int


@dataclass(frozen=True)
class PersonDisabled:
    person: int
    successor: int | None


@dataclass(frozen=True)
class PersonEnabled:
    person: int


@dataclass(frozen=True)
class WorkHandedOver:
    person: int
    successor: int
    count: int


@dataclass(frozen=True)
class LeaveTaken:
    person: int
    leave: int


@dataclass(frozen=True)
class LeaveCancelled:
    person: int
    leave: int


@dataclass(frozen=True)
class PreferenceChanged:
    person: int
    key: str


@dataclass(frozen=True)
class SessionsEnded:
    person: int
    count: int


@dataclass(frozen=True)
class CalendarChanged:
    calendar: int


@dataclass(frozen=True)
class CalendarRemoved:
    calendar: int


@dataclass(frozen=True)
class DepartmentCalendarChosen:
    department: int
    calendars: list[int]


@dataclass(frozen=True)
class StatutoryYearAnnounced:
    year: int
    days: int


@dataclass(frozen=True)
class SignInLinkMade:
    person: int


@dataclass(frozen=True)
class SignInLinksMade:
    people: list[int]


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


@dataclass(frozen=True)
class SignedIn:
    person: int
    address: str


@dataclass(frozen=True)
class SignedOut:
    person: int
    address: str


@dataclass(frozen=True)
class SignInFailed:
    login: str
    address: str


@dataclass(frozen=True)
class PasswordSet:
    person: int


@dataclass(frozen=True)
class PeopleImported:
    departments: int
    created: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class PeopleExported:
    count: int


@dataclass(frozen=True)
class NameKeysRepaired:
    """The keys by which names are sorted and found were written anew."""

    people: int


@dataclass(frozen=True)
class ExpiredEntriesRemoved:
    """Answers kept for repeated requests, and ways in used long ago, were removed."""

    answers: int
    links: int


@dataclass(frozen=True)
class FactorAdded:
    """A way to say who one is was added: totp, passkey, signing_code, recovery_codes."""

    person: int
    factor: str
    name: str = ""


@dataclass(frozen=True)
class FactorRemoved:
    person: int
    factor: str
    name: str = ""


@dataclass(frozen=True)
class FactorRenamed:
    person: int
    factor: str
    name: str


@dataclass(frozen=True)
class Authenticated:
    """A person said anew who she is, before a step that asks for it."""

    person: int
    method: str
    address: str


@dataclass(frozen=True)
class AuthenticationFailed:
    person: int
    method: str
    address: str


@dataclass(frozen=True)
class DataRestored:
    """All data were put back to those of a backup; sessions and open sign-in links ended."""

    source: str
    taken_at: str
    sessions: int
