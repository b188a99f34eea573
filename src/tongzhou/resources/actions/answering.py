"""The head of the providing department promises, offers less, or promises nothing: several lines at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.lib.registry import OUTCOMES
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.resources import access, events
from tongzhou.resources.actions.lines import Doing, keep, less, locked, require_current, require_unsigned, told
from tongzhou.resources.models import Commitment, CommitmentStep
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

LONGEST_REASON = 500
State = Commitment.State
ANSWERS = (State.CONFIRMED, State.TRIMMED, State.DECLINED)


@dataclass(frozen=True)
class Answer:
    """The answer to a line (by id) as it was at `version`: confirmed, trimmed (with `offered` and `reason`) or declined."""

    line: int
    answer: str
    version: int | None = None
    offered: Decimal | None = None
    reason: str = ""


def answer_commitments(*, by: User, project: Project, answers: Sequence[Answer], now: datetime) -> list[Commitment]:
    """Answer lines of a project, all or none, as head of their departments or in her place.

    :raises Refused: if `by` does not answer for one of the departments (Forbidden), a line is named twice, unknown or
        withdrawn, an offer or reason is missing ("12.offered": line 12), the promise is signed, or (Outdated) a line changed
        since its version.
    """
    if not answers:
        raise Refused("nothing-answered", _("Answer at least one line."), "lines")
    by_line = {one.line: one for one in answers}
    if len(by_line) != len(answers):
        raise Refused("line-twice", _("A line is answered once."), "lines")
    mine = access.answers_of(by, timezone.localtime(now).date(), project)
    with transaction.atomic():
        rows = locked(project, by_line)
        require(all(mine.answers(project.pk, row.department_id) for row in rows))
        require_current(rows, {one.line: one.version for one in answers})
        errors = {f"{row.pk}.{name}": text for row in rows for name, text in _faults(row, by_line[row.pk]).items()}
        if errors:
            raise Refused("answers-wrong", _("Some values cannot be used."), errors=errors)
        require_unsigned(rows)
        steps, changes = [], []
        for row in rows:
            said = by_line[row.pk]
            before = _answer_of(row)
            row.state, row.reason = said.answer, said.reason.strip()
            row.offered = said.offered if said.answer == State.TRIMMED else None
            step = keep(row, said.answer, Doing(by, now, mine.instead_of(project.pk, row.department_id)))
            steps.append(step)
            changes.append(ChangeOf("commitment", row.pk, row.what, *told(row, *differences(before, _answer_of(row)))))
            _keep_act(row, step, by, now)
        event = events.CommitmentsAnswered(project.pk, tuple(step.pk for step in steps))
        single = Subject("commitment", rows[0].pk, rows[0].what) if len(rows) == 1 else None
        subject = single or Subject("project", project.pk, project.name)
        record(event, by=by, now=now, subject=subject, project=project.pk, changes=changes)
    return rows


def _faults(row: Commitment, said: Answer) -> dict[str, str]:
    """Return what cannot be answered, by field."""
    if said.answer not in ANSWERS:
        return {"answer": _("Promise it, offer less, or promise nothing.")}
    wrong = {}
    if said.answer == State.TRIMMED and not less(said.offered, row.amount):
        wrong["offered"] = _("Offer more than 0 and less than asked for.")
    if said.answer != State.CONFIRMED and not said.reason.strip():
        wrong["reason"] = _("Say why.")
    if len(said.reason.strip()) > LONGEST_REASON:
        wrong["reason"] = _("At most %(limit)s characters.") % {"limit": LONGEST_REASON}
    return wrong


def _answer_of(row: Commitment) -> dict[str, Any]:
    return {"state": row.state, "offered": row.offered, "reason": row.reason}


def _keep_act(row: Commitment, step: CommitmentStep, by: User, now: datetime) -> None:
    """The answer is a formal act of the project. Of money the chain keeps the digest: not all who read it may read amounts."""
    payload: dict[str, Any] = {
        "commitment": row.pk,
        "version": row.version,
        "department": row.department_id,
        "department_name": row.department.name,
        "resource": row.kind,
        "what": row.what,
        "unit": row.unit,
        "from": row.starts_on,
        "to": row.ends_on,
        "answer": row.state,
        "instead_of": step.instead_of,
    }
    if row.kind == Commitment.Kind.BUDGET:
        payload["sealed"] = sealed(step, row.amount)
    else:
        payload |= {"amount": row.amount, "offered": row.offered, "reason": row.reason}
    for handler in OUTCOMES.at("formal-act"):
        handler(row.project_id, "commitment-answered", payload, by=by, now=now)


def sealed(step: CommitmentStep, amount: Decimal) -> str:
    """Return the digest of what a step says of money: SHA-256 of a JSON list of salt, amount, offer and reason."""
    said = [step.salt, f"{amount:.2f}", "" if step.offered is None else f"{step.offered:.2f}", step.reason]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
