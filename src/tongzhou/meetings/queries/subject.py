"""Where a question about minutes leads."""

from __future__ import annotations

from django.urls import reverse

from tongzhou.confirmations.models import Confirmation
from tongzhou.meetings.models import Meeting


def subject_of_question(row: Confirmation) -> dict[str, str] | None:
    """Return title and address of the meeting whose minutes are to be confirmed; None for another question. One query."""
    if row.subject_type != "meeting":
        return None
    title = Meeting.objects.filter(pk=row.subject_id).values_list("title", flat=True).first()
    if title is None:
        return None
    return {"title": title, "link": reverse("meeting", args=[row.project.number, row.subject_id])}
