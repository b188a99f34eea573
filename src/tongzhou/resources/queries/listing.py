"""资源承诺表: the lines of a project as values, with who answered what; of money only what the reader may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from tongzhou.lib.prepared import Given, prepared
from tongzhou.people.models import User
from tongzhou.plan.queries.deliverables import amount_words
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project
from tongzhou.resources.access import Sees
from tongzhou.resources.models import Commitment, CommitmentStep

State, Kind = Commitment.State, Commitment.Kind
ANSWERED = (State.CONFIRMED, State.TRIMMED, State.DECLINED)
TONES = {
    State.ASKED: "doing",
    State.CONFIRMED: "done",
    State.TRIMMED: "late",
    State.DECLINED: "blocked",
    State.WITHDRAWN: "cancelled",
}
ICONS = {Kind.PEOPLE: "users", Kind.HOURS: "clock", Kind.BUDGET: "coin", Kind.TOOL: "tool"}


@dataclass(frozen=True)
class Step:
    """Something that happened to a line. `line` is what it said then."""

    kind: str
    at: datetime
    by: int
    name: str
    instead_of: str
    line: dict[str, Any]

    @property
    def word(self) -> str:
        return str(CommitmentStep.Kind(self.kind).label)

    @property
    def amount(self) -> str:
        """What was asked for then, in words."""
        return _words(self.line, "amount")

    @property
    def offer(self) -> str:
        """What was offered then, in words."""
        return _words(self.line, "offered")


def _words(line: dict[str, Any], name: str) -> str:
    return said_amount(Decimal(line[name]), line["unit"]) if line.get(name) else ""


def said_amount(amount: Decimal | None, unit: str) -> str:
    """Return 60,000 元: an amount with its thousands apart; empty without one."""
    words = amount_words(amount, unit)
    number, point, rest = words.partition(" ")
    whole, dot, part = number.partition(".")
    return f"{int(whole):,}{dot}{part}{point}{rest}" if words else ""


@dataclass(frozen=True)
class Line:
    """A line. `hidden`: the reader may not read its amounts, which are None. `answer`: that which holds; `earlier`: one that a
    change voided."""

    id: int
    department_id: int
    department: str
    kind: str
    what: str
    amount: Decimal | None
    unit: str
    starts_on: date | None
    ends_on: date | None
    item_id: int | None
    item: str
    state: str
    offered: Decimal | None
    reason: str
    asked_by: int
    asked_by_name: str
    asked_at: datetime
    version: int
    hidden: bool = False
    steps: tuple[Step, ...] = field(default=(), repr=False)

    @property
    def asked(self) -> str:
        return said_amount(self.amount, self.unit)

    @property
    def given(self) -> str:
        """What is promised, in words; empty without a promise."""
        return said_amount(self.promised, self.unit)

    @property
    def promised(self) -> Decimal | None:
        if self.state == State.CONFIRMED:
            return self.amount
        return self.offered if self.state == State.TRIMMED else None

    @property
    def kind_word(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def icon(self) -> str:
        return ICONS[Kind(self.kind)]

    @property
    def word(self) -> str:
        return str(State(self.state).label)

    @property
    def tone(self) -> str:
        return TONES[State(self.state)]

    @property
    def period(self) -> str:
        """From and until, as far as they are said."""
        if self.starts_on and self.ends_on:
            return _("%(first)s to %(last)s") % {"first": self.starts_on, "last": self.ends_on}
        if self.starts_on:
            return _("needed from %(day)s") % {"day": self.starts_on}
        return _("needed until %(day)s") % {"day": self.ends_on} if self.ends_on else ""

    @property
    def answer(self) -> Step | None:
        return self._last(ANSWERED) if self.state in ANSWERED else None

    @property
    def earlier(self) -> Step | None:
        """The answer that a change of the line voided, while it waits for another one."""
        return self._last(ANSWERED) if self.state == State.ASKED else None

    def _last(self, kinds: Iterable[str]) -> Step | None:
        return next((step for step in reversed(self.steps) if step.kind in tuple(kinds)), None)


@dataclass(frozen=True)
class Wanted:
    """What an address asks of the list: a state ("" without the withdrawn ones), a kind, a department's id or 0, an order."""

    state: str = ""
    kind: str = ""
    department: int = 0
    sort: str = ""


def commitments_of(project: Project, wanted: Wanted | None = None) -> list[Line]:
    """Return the lines of a project with all amounts, by department. Two queries, however many there are.

    Who shows them lets `readable` take out what the reader may not read.
    """
    steps: dict[int, list[Step]] = {}
    rows = _rows(project.pk)
    for key, *values in _steps(project.pk) if rows else ():
        steps.setdefault(key, []).append(Step(*values))
    found = [Line(**_named(values), steps=tuple(steps.get(values[0], ()))) for values in rows]
    return chosen(found, wanted or Wanted(state="all"))


def readable(lines: Iterable[Line], sees: Sees) -> list[Line]:
    """Return the lines as a person reads them: amounts of money, and what was said of them, only where she may."""
    return [line if sees.amounts(line.kind, line.department_id) else _hidden(line) for line in lines]


def _hidden(line: Line) -> Line:
    steps = tuple(replace(step, line={}) for step in line.steps)
    return replace(line, amount=None, offered=None, reason="", hidden=True, steps=steps)


def chosen(lines: Iterable[Line], wanted: Wanted) -> list[Line]:
    """Return the lines that are asked for, in the order that is asked for."""
    kept = [line for line in lines if _fits(line, wanted)]
    name = wanted.sort.lstrip("-")
    key = KEYS.get(name, KEYS["department"])
    return sorted(kept, key=lambda line: (key(line), line.id), reverse=name in KEYS and wanted.sort.startswith("-"))


def _fits(line: Line, wanted: Wanted) -> bool:
    if wanted.state in State.values and line.state != wanted.state:
        return False
    if not wanted.state and line.state == State.WITHDRAWN:
        return False
    return wanted.kind in ("", line.kind) and wanted.department in (0, line.department_id)


KEYS: dict[str, Callable[[Line], Any]] = {
    "department": lambda line: (line.department, Kind.values.index(line.kind), line.starts_on or date.max),
    "kind": lambda line: (Kind.values.index(line.kind), line.department),
    "what": lambda line: line.what,
    "from": lambda line: line.starts_on or date.max,
    "state": lambda line: State.values.index(line.state),
}


@dataclass(frozen=True)
class Counts:
    """How many lines there are besides the withdrawn ones, by state."""

    total: int
    asked: int
    confirmed: int
    trimmed: int
    declined: int


def counts_of(lines: Iterable[Line]) -> Counts:
    by_state = Counter(line.state for line in lines)
    kept = [by_state[state] for state in State.values if state != State.WITHDRAWN]
    return Counts(sum(kept), *kept)


COLUMNS = tuple(
    [
        "pk",
        "department_id",
        "department__name",
        "kind",
        "what",
        "amount",
        "unit",
        "starts_on",
        "ends_on",
        "work_item_id",
        "work_item__name",
        "state",
        "offered",
        "reason",
        "asked_by_id",
        "asked_by__name",
        "asked_at",
        "version",
    ]
)
NAMES = tuple(one.name for one in fields(Line))[: len(COLUMNS)]
STEP = ("commitment_id", "kind", "at", "by_id", "by__name", "instead_of", "line")


def _named(values: tuple[Any, ...]) -> dict[str, Any]:
    named = dict(zip(NAMES, values, strict=True))
    return named | {"item": named["item"] or ""}


@prepared
def _rows(project: Given) -> QuerySet[Commitment, tuple[Any, ...]]:
    return Commitment.objects.filter(project=project).order_by("pk").values_list(*COLUMNS)


@prepared
def _steps(project: Given) -> QuerySet[CommitmentStep, tuple[Any, ...]]:
    return CommitmentStep.objects.filter(commitment__project=project).order_by("pk").values_list(*STEP)


def commitment_or_404(user: User, number: str, key: int) -> Commitment:
    """Return a line of a project that `user` sees.

    :raises Http404: alike for an unknown id, one of another project, and a project that she may not see.
    """
    project = project_or_404(user, number)
    row = Commitment.objects.select_related("department", "work_item").filter(project=project, pk=key).first()
    if row is None:
        raise Http404
    row.project = project
    return row
