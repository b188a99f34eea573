"""The cases that wait for a person's decision, as rows of the workbench."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.escalations.models import Case, Level
from tongzhou.escalations.queries.standing import OVERDUE, CaseStands, asked_for
from tongzhou.lib.telling import BLOCK, LATE, Owed
from tongzhou.people.models import User

FORM = "escalations/queue_form.html"


def cases_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each case that waits for `user`. As many queries as asked_for."""
    return [_row(one) for one in asked_for(user, now)]


def queue_context(case: Case, said: str = "", error: str = "") -> dict[str, Any]:
    """Return what the form in the queue shows. No query."""
    return {
        "number": case.project.number,
        "key": case.pk,
        "version": case.version,
        "why": case.why,
        "can_hand_back": case.level > Level.DEPARTMENT,
        "said": said,
        "error": error,
    }


def _row(one: CaseStands) -> Owed:
    case, asked = one.case, one.asked
    instead = _("for %(owner)s") % {"owner": asked.instead_of} if asked and asked.instead_of else ""
    return Owed(
        icon="arrow-up",
        kind=_("Decide"),
        title=case.title,
        link=reverse("case", args=[case.project.number, case.pk]),
        second_line=" · ".join(part for part in (case.project.name, one.level_word, instead, case.why) if part),
        due_at=case.climbs_at,
        state=BLOCK if one.state == OVERDUE else LATE,
        form_template=FORM,
        context=queue_context(case),
        key=f"case-{case.pk}",
        word=_("Decide"),
        number=case.project.number,
        project=case.project.name,
        waits=case.department.name if case.department else "",
    )
