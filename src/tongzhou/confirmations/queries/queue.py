"""What a person is to confirm, as rows of the workbench."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.confirmations.models import Confirmation
from tongzhou.confirmations.queries.standing import asked_of
from tongzhou.lib.telling import BLOCK, Owed, Quick
from tongzhou.people.models import User
from tongzhou.projects.access import rules_of

FORM = "confirmations/queue_form.html"


def confirmations_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each text that `user` is to confirm. As many queries as asked_of."""
    return [_row(row, now) for row in asked_of(user, now)]


def queue_context(row: Confirmation, reason: str = "", error: str = "") -> dict[str, Any]:
    """Return what the form in the queue shows. No query."""
    return {
        "number": row.project.number,
        "key": row.pk,
        "edition": row.edition,
        "text": row.text,
        "reason": reason,
        "error": error,
    }


def _row(row: Confirmation, now: datetime) -> Owed:
    silence = _("silence counts as confirmed") if row.silence == Confirmation.Silence.CONFIRMED else _("silence leaves it open")
    return Owed(
        icon="file-check",
        kind=_("Confirm"),
        title=row.title,
        link=row.whole_at or reverse("confirmation", args=[row.project.number, row.pk]),
        second_line=" · ".join((row.project.name, row.asker.name, silence)),
        due_at=row.due,
        state=BLOCK if row.due <= now else "",
        # Of what is only the beginning of a text nothing is confirmed: one is led to where it stands whole.
        form_template=None if row.whole_at else FORM,
        context=None if row.whole_at else queue_context(row),
        key=f"confirmation-{row.pk}",
        word=_("Look at it"),
        quick=None if row.whole_at else _quick(row),
        number=row.project.number,
        project=row.project.name,
        waits=row.asker.name,
    )


def _quick(row: Confirmation) -> Quick:
    answer = reverse("confirmation_answer", args=[row.project.number, row.pk])
    fields = {"answer": "confirmed", "edition": str(row.edition)}
    # Where heads sign, a text is looked at before it is confirmed on a phone.
    return Quick(_("Confirm"), answer, "w", fields, first=not rules_of(row.project).seats)
