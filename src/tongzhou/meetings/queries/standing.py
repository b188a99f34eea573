"""Meetings and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.meetings.models import ActionItem, AgendaItem, Decision, Edition, Meeting
from tongzhou.people.models import User
from tongzhou.projects.access import project_or_404
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Ending, Place, Sheet, Signature
from tongzhou.signoffs.queries.places import ending_of

PLANNED, HELD, OUT, OBJECTED, CONFIRMED, ARCHIVED, CANCELLED = (
    "planned",
    "held",
    "out",
    "objected",
    "confirmed",
    "archived",
    "cancelled",
)
WORDS = {
    PLANNED: gettext_lazy("Planned"),
    HELD: gettext_lazy("Minutes to be sent"),
    OUT: gettext_lazy("Waits for confirmation"),
    CONFIRMED: gettext_lazy("Confirmed"),
    ARCHIVED: gettext_lazy("Archived"),
    CANCELLED: gettext_lazy("Called off"),
}
TONES = {PLANNED: "todo", HELD: "doing", OUT: "doing", CONFIRMED: "doing", ARCHIVED: "done", CANCELLED: "cancelled"}
REFUSED = Signature.Decision.REFUSE
Kept = TypeVar("Kept", AgendaItem, Decision, ActionItem)
REMINDED_BEFORE = timedelta(hours=4)


@dataclass(frozen=True)
class Stands:
    """How a meeting stands: `state` is one of the words above; `late`: the minutes are not out in time."""

    state: str
    late: bool = False

    @property
    def word(self) -> str:
        return str(WORDS[self.state])

    @property
    def tone(self) -> str:
        return "late" if self.late else TONES[self.state]


def stands(meeting: Meeting, now: datetime) -> Stands:
    """Return how a meeting stands at `now`. No query."""
    if meeting.cancelled_at is not None:
        return Stands(CANCELLED)
    if meeting.archived_at is not None:
        return Stands(ARCHIVED)
    if meeting.confirmed_at is not None:
        return Stands(CONFIRMED)
    if meeting.sent_at is not None:
        return Stands(OUT)
    late = meeting.minutes_due is not None and meeting.minutes_due <= now
    return Stands(HELD if meeting.starts_at <= now else PLANNED, late)


def meetings_of(project: Project) -> QuerySet[Meeting]:
    """Return the meetings of a project, the latest first."""
    return (
        Meeting.objects.filter(project=project)
        .select_related("host", "recorder", "confirmation", "sheet__ending")
        .defer("sheet__snapshot", "sheet__html", "confirmation__text")
    )


def meeting_or_404(user: User, number: str, meeting_id: int) -> Meeting:
    """Return a meeting of a project that `user` sees.

    :raises Http404: alike for an unknown id, one of another project, and a project that she may not see.
    """
    project = project_or_404(user, number)
    row = _with_signing(meetings_of(project)).filter(pk=meeting_id).first()
    if row is None:
        raise Http404
    row.project = project
    return row


def of_meeting(row: Meeting, rows: QuerySet[Kept], key: int) -> Kept:
    """Return one of the rows of a meeting, with the meeting.

    :raises Http404: if it has none with this id.
    """
    found = get_object_or_404(rows, meeting=row, pk=key)
    found.meeting = row
    return found


def sheet_of(row: Meeting, edition: Edition) -> Sheet | None:
    """Return the sheet on which the heads sign this edition; None without one, where it was voided or is of another one."""
    sheet = row.sheet
    if sheet is None or ending_of(sheet) not in ("", Ending.Kind.FINAL):
        return None
    return sheet if sheet.shared_digest == edition.fingerprint else None


def _with_signing(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Say of a meeting's sheet how many places agreed, how many refused, and how many there are."""
    signed = Signature.objects.filter(place__sheet=OuterRef("sheet"), withdrawal=None).order_by()
    refused, agreed = signed.filter(decision=REFUSED), signed.exclude(decision=REFUSED)
    places = Place.objects.filter(sheet=OuterRef("sheet")).order_by()
    return rows.annotate(
        agreed=count_of(agreed, "place__sheet"), refused=count_of(refused, "place__sheet"), places=count_of(places, "sheet")
    )


def count_of(rows: QuerySet[Any], by: str) -> Coalesce:
    """Return how many of these rows there are for the outer one to which the path `by` leads."""
    counted = rows.values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def silence_words(counts: bool) -> str:
    """Return what silence means, in a sentence."""
    if counts:
        return _("Silence counts as confirmed, as the communication plan says.")
    return _("Silence does not count: everybody answers.")
