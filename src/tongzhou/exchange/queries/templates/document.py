"""A project template as data: what it brings, with departments and people by role and every day as an offset.

Offsets count working days from the project's start, which is 0; lengths and lags are in days. Pure: knows no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any

FORMAT, VERSION = "tongzhou-template", 2
READABLE = (1, 2)
"""The versions that are read. 2 came with `falls` of objectives and `shows` of the agenda."""
DAY, CLOCK_DAY = 480, 1440
"""Minutes of a working day, and of a day of the clock."""


@dataclass(frozen=True)
class Department:
    """A department by its part in the template (研发部); `aliases`: what else it may be called."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    part: str = "support"
    initiating: bool = False
    duty: str = ""
    deliverables: str = ""


@dataclass(frozen=True)
class Position:
    """Somebody by what she does: a seat of a department, a role of the project, or a name of the work (结构工程师)."""

    key: str
    name: str
    department: str = ""
    seat: str = ""
    role: str = ""
    may_decide: str = ""


@dataclass(frozen=True)
class Objective:
    """A measurable objective; numbers that are left out are to be filled in when the project starts. `due`: an offset.

    `falls`: the lower the better; where baseline and target differ it follows from them.
    """

    name: str
    metric: str = ""
    baseline: float | None = None
    target: float | None = None
    unit: str = ""
    due: int | None = None
    owner: str = ""
    is_kpi: bool = False
    falls: bool = False

    @property
    def is_lower_better(self) -> bool:
        """The direction: as its numbers say, else as it is written."""
        if self.baseline is None or self.target is None or self.baseline == self.target:
            return self.falls
        return self.target < self.baseline


@dataclass(frozen=True)
class ScopeLine:
    """What is included or excluded; of an excluded part, the department that does it."""

    text: str
    department: str = ""


@dataclass(frozen=True)
class Scope:
    included: tuple[ScopeLine, ...] = ()
    excluded: tuple[ScopeLine, ...] = ()


@dataclass(frozen=True)
class Mechanism:
    """A line of the communication plan. `channel` and `audience` are those of `projects.models.CommunicationRule`."""

    mechanism: str
    frequency: str = ""
    participants: str = ""
    form: str = ""
    channel: str = ""
    link: str = ""
    minutes: int = 0
    audience: str = "everybody"
    silence_confirms: bool = False


@dataclass(frozen=True)
class AgendaItem:
    """An item of the kickoff's agenda; `minutes` of the clock. `shows`: the part of the project that stands under it then."""

    title: str
    minutes: int = 0
    note: str = ""
    shows: str = ""


@dataclass(frozen=True)
class Predecessor:
    """What a task waits for. `lag` in working days, of the clock when `elapsed`; `within`: to be done so many days after."""

    task: str
    kind: str = "FS"
    lag: float = 0
    elapsed: bool = False
    within: float | None = None


@dataclass(frozen=True)
class Supporter:
    """A department or a position that helps, and with what."""

    department: str = ""
    position: str = ""
    content: str = ""


@dataclass(frozen=True)
class Task:
    """A phase, task or subtask. One that others name as parent has no length of its own. `start`, `deadline`: offsets.

    `fixed`: its start holds against the links. `key_milestone`: among those that the basic information names. `kickoff`: the
    agenda stands in its remark.
    """

    key: str
    name: str
    parent: str = ""
    code: str = ""
    milestone: bool = False
    key_milestone: bool = False
    start: int | None = None
    days: float = 1
    fixed: bool = False
    deadline: int | None = None
    department: str = ""
    owner: str = ""
    stand_in: str = ""
    supporters: tuple[Supporter, ...] = ()
    predecessors: tuple[Predecessor, ...] = ()
    output: str = ""
    standard: str = ""
    risk: str = ""
    resource: str = ""
    urgency: str = "regular"
    kickoff: bool = False
    quantity: float | None = None
    unit: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Deliverable:
    name: str
    quantity: float | None = None
    unit: str = ""
    department: str = ""
    due: int | None = None
    standard: str = ""
    task: str = ""


@dataclass(frozen=True)
class Commitment:
    """What is asked of a department: people, hours, budget or tool, from one offset to another."""

    department: str
    kind: str
    what: str
    amount: float | None = None
    unit: str = ""
    starts: int | None = None
    ends: int | None = None
    task: str = ""


@dataclass(frozen=True)
class Risk:
    text: str
    level: str = "medium"
    category: str = ""
    response: str = ""
    contingency: str = ""
    department: str = ""
    task: str = ""


@dataclass(frozen=True)
class Texts:
    background: str = ""
    objective: str = ""
    success: str = ""


@dataclass(frozen=True)
class Document:
    """A whole template."""

    name: str
    kind: str
    weight: str
    description: str = ""
    texts: Texts = field(default_factory=Texts)
    departments: tuple[Department, ...] = ()
    positions: tuple[Position, ...] = ()
    objectives: tuple[Objective, ...] = ()
    scope: Scope = field(default_factory=Scope)
    communication: tuple[Mechanism, ...] = ()
    agenda: tuple[AgendaItem, ...] = ()
    tasks: tuple[Task, ...] = ()
    deliverables: tuple[Deliverable, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    risks: tuple[Risk, ...] = ()

    @property
    def summaries(self) -> frozenset[str]:
        """The keys of the tasks that have others below them."""
        return frozenset(task.parent for task in self.tasks if task.parent)

    @property
    def phases(self) -> list[Task]:
        """The tasks at the top that have others below them."""
        return [task for task in self.tasks if not task.parent and task.key in self.summaries]

    def department_names(self, keys: Iterable[str]) -> list[str]:
        names = {one.key: one.name for one in self.departments}
        return [names[key] for key in keys]


def written(document: Document) -> dict[str, Any]:
    """Return the document as JSON, without what is as it would be anyway."""
    return {"format": FORMAT, "version": VERSION, **_bare(document)}


def _bare(value: Any) -> dict[str, Any]:
    kept = {}
    for one in fields(value):
        said = getattr(value, one.name)
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        if default is MISSING or said != default:
            kept[one.name] = _value(said)
    return kept


def _value(said: Any) -> Any:
    if is_dataclass(said):
        return _bare(said)
    return [_value(one) for one in said] if isinstance(said, tuple) else said


def minutes_of(days: float, *, elapsed: bool = False) -> int:
    """Return days as minutes: working ones, of the clock when `elapsed`."""
    return round(days * (CLOCK_DAY if elapsed else DAY))


def days_of(minutes: int, *, elapsed: bool = False) -> float:
    """Return minutes as days, exactly enough to come back as the same minutes."""
    days = round(minutes / (CLOCK_DAY if elapsed else DAY), 4)
    return int(days) if days == int(days) else days


def facts_of(document: Document) -> Mapping[str, Any]:
    """Return what a card says of a template: its kind and weight, how much it brings, how long its plan is at least."""
    leaves = [task for task in document.tasks if task.key not in document.summaries]
    return {
        "kind": document.kind,
        "weight": document.weight,
        "departments": [one.name for one in document.departments],
        "phases": [task.name for task in document.phases],
        "tasks": sum(not task.milestone for task in leaves),
        "milestones": sum(task.milestone for task in document.tasks),
        "objectives": len(document.objectives),
        "scope": len(document.scope.included) + len(document.scope.excluded),
        "communication": len(document.communication),
        "agenda": len(document.agenda),
        "deliverables": len(document.deliverables),
        "commitments": len(document.commitments),
        "risks": len(document.risks) or sum(bool(task.risk) for task in document.tasks),
    }
