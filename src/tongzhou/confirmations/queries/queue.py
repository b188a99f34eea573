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
    link = reverse("confirmation", args=[row.project.number, row.pk])
    silence = _("silence counts as confirmed") if row.silence == Confirmation.Silence.CONFIRMED else _("silence leaves it open")
    answer = reverse("confirmation_answer", args=[row.project.number, row.pk])
    fields = {"answer": "confirmed", "edition": str(row.edition)}
    return Owed(
        icon="file-check",
        kind=_("Confirm"),
        title=row.title,
        link=link,
        second_line=" · ".join((row.project.name, row.asker.name, silence)),
        due_at=row.due,
        state=BLOCK if row.due <= now else "",
        form_template=FORM,
        context=queue_context(row),
        key=f"confirmation-{row.pk}",
        word=_("Look at it"),
        quick=Quick(_("Confirm"), answer, "w", fields),
        number=row.project.number,
        project=row.project.name,
        waits=row.asker.name,
    )
