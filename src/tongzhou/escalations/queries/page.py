"""One case as its page shows it: its steps, and what the reader may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.engine.escalation import rise, step_below
from tongzhou.escalations import access
from tongzhou.escalations.models import Case, CaseStep, Level
from tongzhou.escalations.queries.ladder import answering_of
from tongzhou.escalations.queries.standing import CaseStands, state_of
from tongzhou.people.models import User
from tongzhou.projects.access import standing
from tongzhou.projects.queries.asked import Answering, Asked


@dataclass(frozen=True)
class Step:
    """A step as the page tells it. `passed` says which steps were passed over and why."""

    row: CaseStep
    word: str
    level: str
    passed: tuple[str, ...]
    tone: str


@dataclass(frozen=True)
class CasePage:
    """A case with its steps, the latest last, and what the reader may do. `above`: who is asked next, by name and step."""

    stands: CaseStands
    steps: tuple[Step, ...]
    above: str
    below: str
    may_climb: bool
    may_decide: bool
    may_close: bool

    @property
    def words(self) -> list[str]:
        """The steps of the ladder for the picture of it."""
        return [str(level.label) for level in Level]


TONES = {
    CaseStep.Kind.CLIMBED: "late",
    CaseStep.Kind.OVERDUE: "block",
    CaseStep.Kind.DECIDED: "done",
    CaseStep.Kind.HANDED_BACK: "doing",
}


def case_page(case: Case, user: User, now: datetime) -> CasePage:
    """Return a case as `user` sees it. At most six queries."""
    today = timezone.localtime(now).date()
    at, holders = standing(user, case.project), answering_of(Answering([case.project_id], today), case)
    asked = holders[case.level] if case.closed_at is None else None
    keys = {level: one.id if one else None for level, one in holders.items()}
    above = rise(keys, case.level, [asked.id] if asked else []).level
    below = step_below(keys, case.level)
    open_ = case.closed_at is None and case.decided_at is None
    decides = access.can_decide(at, case, asked.id if asked else None)
    escalates = access.can_escalate_case(at, case)
    return CasePage(
        stands=CaseStands(case, asked, state_of(case, now)),
        steps=tuple(_step(row) for row in case.steps.all()),
        above=_holder(holders, above) if open_ else "",
        below=_holder(holders, below) if open_ else "",
        may_climb=open_ and escalates and above is not None,
        may_decide=open_ and decides,
        may_close=case.closed_at is None and (escalates or decides),
    )


def _holder(holders: Mapping[int, Asked | None], level: int | None) -> str:
    found = holders.get(level or 0)
    return f"{Level(level).label} {found.name}" if found is not None and level is not None else ""


def _step(row: CaseStep) -> Step:
    passed = tuple(
        (_("%(step)s passed over: the seat is empty.") if why == "empty" else _("%(step)s passed over: already asked."))
        % {"step": Level(level).label}
        for level, why in row.passed
    )
    return Step(row, str(row.get_kind_display()), str(row.get_level_display()), passed, TONES.get(CaseStep.Kind(row.kind), ""))
