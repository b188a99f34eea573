"""Handing deliverables over: submitted, taken back, accepted, returned. Each is a row with who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import User
from tongzhou.plan import access, events
from tongzhou.plan.actions.deliverables import locked
from tongzhou.plan.models import Deliverable, DeliverableStep
from tongzhou.projects.access import standing
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

LONGEST_NOTE, LONGEST_DOCUMENT = 1000, 500
State, Kind = Deliverable.State, DeliverableStep.Kind


@dataclass(frozen=True)
class Submission:
    """What is submitted, and where it lies (a link, or words)."""

    note: str = ""
    document: str = ""


def submit_deliverable(
    *, by: User, deliverable: Deliverable, said: Submission, version: int | None = None, now: datetime
) -> DeliverableStep:
    """Submit it for acceptance.

    :raises Refused: if `by` may not report for its department or task, it waits for acceptance or is accepted, nothing says
        where it lies, or (Stale) it changed since `version`.
    """
    with transaction.atomic():
        row = locked(deliverable, version)
        require(may_submit(by, row, now))
        if row.state in (State.SUBMITTED, State.ACCEPTED):
            raise Refused("submitted", _("It is submitted already."))
        note, document = said.note.strip(), said.document.strip() or row.document
        if not document and not note:
            raise Refused("nothing-submitted", _("Say what you submit, and where it lies."), "document")
        before = {"state": row.state, "document": row.document}
        row.document = _short(document, "document", LONGEST_DOCUMENT)
        return _step(row, Kind.SUBMITTED, note, events.DeliverableSubmitted, (by, now, before))


def take_back_deliverable(*, by: User, deliverable: Deliverable, version: int | None = None, now: datetime) -> DeliverableStep:
    """Take back what was submitted, before it is accepted.

    :raises Refused: if `by` may not submit it, it does not wait for acceptance, or (Stale) it changed since `version`.
    """
    with transaction.atomic():
        row = locked(deliverable, version)
        require(may_submit(by, row, now))
        if row.state != State.SUBMITTED:
            raise Refused("not-submitted", _("It does not wait for acceptance."))
        before = {"state": row.state, "document": row.document}
        return _step(row, Kind.TAKEN_BACK, "", events.DeliverableTakenBack, (by, now, before))


def accept_deliverable(
    *, by: User, deliverable: Deliverable, note: str = "", version: int | None = None, now: datetime
) -> DeliverableStep:
    """Accept what was submitted.

    :raises Refused: if `by` may not, it does not wait for acceptance, `by` submitted it (where there are seats), or (Stale)
        it changed since `version`.
    """
    with transaction.atomic():
        row = locked(deliverable, version)
        at = standing(by, row.project)
        require(access.can_accept_deliverable(at, row.department_id))
        if row.state != State.SUBMITTED:
            raise Refused("not-submitted", _("It does not wait for acceptance."))
        if at.rules.seats and _submitter(row) == by.pk:
            raise Refused("own-work", _("You submitted it: somebody else accepts it."))
        before = {"state": row.state, "document": row.document}
        return _step(row, Kind.ACCEPTED, note.strip(), events.DeliverableAccepted, (by, now, before))


def return_deliverable(
    *, by: User, deliverable: Deliverable, reason: str, version: int | None = None, now: datetime
) -> DeliverableStep:
    """Return what was submitted or accepted, with a reason.

    :raises Refused: if `by` may not accept it, it was not submitted, no reason is given, or (Stale) it changed since `version`.
    """
    with transaction.atomic():
        row = locked(deliverable, version)
        require(access.can_accept_deliverable(standing(by, row.project), row.department_id))
        if row.state not in (State.SUBMITTED, State.ACCEPTED):
            raise Refused("not-submitted", _("It does not wait for acceptance."))
        if not reason.strip():
            raise Refused("reason-missing", _("Say why it is returned."), "reason")
        before = {"state": row.state, "document": row.document}
        return _step(row, Kind.RETURNED, reason.strip(), events.DeliverableReturned, (by, now, before))


def may_submit(user: User, row: Deliverable, now: datetime) -> bool:
    """Whether she may submit it: who may report on its task, or on its department's work."""
    reporter = access.Reporter(standing(user, row.project), timezone.localtime(now).date())
    item = row.work_item
    owner, stand_in = (item.owner_id, item.stand_in_id) if item is not None else (None, None)
    return reporter.may_report(row.department_id, owner, stand_in)


def _submitter(row: Deliverable) -> int | None:
    return row.steps.filter(kind=Kind.SUBMITTED).order_by("-pk").values_list("by", flat=True).first()


STATES: dict[str, str] = {
    Kind.SUBMITTED: State.SUBMITTED,
    Kind.TAKEN_BACK: State.TODO,
    Kind.ACCEPTED: State.ACCEPTED,
    Kind.RETURNED: State.RETURNED,
}


def _step(row: Deliverable, kind: str, note: str, event: type, said: tuple[User, datetime, dict[str, str]]) -> DeliverableStep:
    by, now, before = said
    row.state, row.version = STATES[kind], row.version + 1
    row.save(update_fields=["state", "document", "version"])
    words = _short(note, "reason" if kind == Kind.RETURNED else "note", LONGEST_NOTE)
    step = DeliverableStep.objects.create(deliverable=row, kind=kind, at=now, by=by, note=words, document=row.document)
    old, new = differences(before, {"state": row.state, "document": row.document})
    if words:
        old, new = old | {"note": None}, new | {"note": words}
    change = ChangeOf("deliverable", row.pk, row.name, old, new)
    subject = Subject("deliverable", row.pk, row.name)
    record(event(row.pk, step.pk), by=by, now=now, subject=subject, project=row.project_id, changes=[change])
    return step


def _short(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise Refused("too-long", _("At most %(limit)s characters.") % {"limit": longest}, field)
    return text
