"""How a sample project is written down. Days are those of the sources (2024); seeding shifts them by whole weeks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """One report: day (MM-DD of the source's year), state, percent, what was said."""

    day: str
    state: str
    percent: int
    done: str = ""
    problem: str = ""
    help_needed: str = ""
    help_from: str = ""


@dataclass(frozen=True)
class Work:
    """A work item: code, name, owner, department, first and last day (MM-DD), predecessors as typed."""

    code: str
    name: str
    owner: str
    department: str
    first: str
    last: str
    before: str = ""
    standard: str = ""
    output: str = ""
    risk: str = ""
    remark: str = ""
    milestone: bool = False
    helpers: tuple[tuple[str, str], ...] = ()
    told: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Part:
    department: str
    kind: str
    duty: str
    head: str
    liaison: str
    deliverables: str = ""


@dataclass(frozen=True)
class Sample:
    """A sample project; `now` is the day (MM-DD) of the source that falls on the day of seeding."""

    number: str
    name: str
    kind: str
    manager: str
    objective: str
    now: str
    parts: tuple[Part, ...]
    work: tuple[Work, ...]
    roles: tuple[tuple[str, str], ...] = ()
    milestones: tuple[tuple[str, str, str], ...] = ()
    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    contact: str = ""
    ends: str = ""
