"""What a person owes to meetings, as rows of the workbench."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.confirmations.models import Confirmer
from tongzhou.lib.telling import BLOCK, LATE, Owed
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.queries.kinds import is_signed
from tongzhou.people.models import User
from tongzhou.projects.access import seen_keys

SOON = timedelta(hours=24)


def meetings_owed(user: User, now: datetime) -> list[Owed]:
    """Return a row for each meeting that `user` attends within a day, and for what she owes as host. One or two queries."""
    objects = Confirmer.objects.filter(confirmation=OuterRef("confirmation"), answer=Confirmer.Answer.OBJECTED)
    attends = Q(attendees__person=user, starts_at__gt=now, starts_at__lte=now + SOON)
    hosts = Q(host=user, starts_at__lte=now)
    rows = Meeting.objects.filter(attends | hosts, cancelled_at__isnull=True, archived_at__isnull=True).distinct()
    found = list(rows.select_related("project", "sheet").annotate(is_objected=Exists(objects)).order_by("starts_at", "pk"))
    seen = set(seen_keys(user)) if found else set()
    owed = (_row(row, now) for row in found if row.project_id in seen)
    return [row for row in owed if row is not None]


def _row(row: Meeting, now: datetime) -> Owed | None:
    link = reverse("meeting", args=[row.project.number, row.pk])
    told: dict[str, Any] = {"title": row.title, "link": link, "number": row.project.number, "project": row.project.name}
    if row.starts_at > now:
        when = f"{timezone.localtime(row.starts_at):%H:%M}–{timezone.localtime(row.ends_at):%H:%M}"
        second = " · ".join(filter(None, (row.project.name, when, row.place)))
        return Owed(
            "users", _("Attend"), second_line=second, due_at=row.starts_at, key=f"attend-{row.pk}", word=_("Agenda"), **told
        )
    if row.sent_at is None:
        late = row.minutes_due is not None and row.minutes_due <= now
        second = " · ".join((row.project.name, _("everybody who is invited waits for the minutes")))
        state, key = (BLOCK if late else ""), f"minutes-{row.pk}"
        return Owed(
            "note",
            _("Meeting minutes"),
            second_line=second,
            due_at=row.minutes_due,
            state=state,
            key=key,
            word=_("Write and send"),
            **told,
        )
    if row.confirmed_at is None and row.is_objected:  # type: ignore[attr-defined]
        second = " · ".join((row.project.name, _("somebody objects to the minutes")))
        return Owed("message", _("Amend"), second_line=second, state=LATE, key=f"amend-{row.pk}", word=_("Look at it"), **told)
    if row.confirmed_at is not None and row.sheet_id is None and is_signed(row.project):
        second = " · ".join((row.project.name, _("a department has no head who could sign")))
        return Owed(
            "signature", _("Sign-off"), second_line=second, state=LATE, key=f"heads-{row.pk}", word=_("Look at it"), **told
        )
    return None
