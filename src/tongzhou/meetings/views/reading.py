"""Screens: a meeting with its agenda and minutes, an edition as it went out, what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tongzhou.confirmations.models import Confirmation
from tongzhou.lib import clock
from tongzhou.lib.access import access_declared, require
from tongzhou.lib.params import id_asked
from tongzhou.meetings.access import can_record
from tongzhou.meetings.forms import ActionForm, CancelForm, DecisionForm, ItemForm, PartForm, SendForm
from tongzhou.meetings.models import Edition, Meeting
from tongzhou.meetings.queries import meeting_or_404
from tongzhou.meetings.queries.live import live_of, shifts
from tongzhou.meetings.queries.page import tabled
from tongzhou.meetings.queries.reading import MeetingPage, Part, meeting_page
from tongzhou.meetings.queries.standing import silence_words
from tongzhou.people.access import signed_in
from tongzhou.projects.access import standing, while_open
from tongzhou.projects.queries.communication import silence_confirms
from tongzhou.rhythm.queries import calendar_for, working_days_after

READ = "read project plan, tasks"
WRITE = "edit charter draft"
USUAL_DAYS = 2


@require_safe
@access_declared(READ)
def meeting(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    return shown(request, meeting_or_404(signed_in(request), number, meeting_id))


@require_safe
@access_declared(WRITE)
def minutes_changes(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """What the project says otherwise now than its minutes do: fetched when the page of who writes them is shown."""
    user = signed_in(request)
    row = meeting_or_404(user, number, meeting_id)
    at = standing(user, row.project)
    require(can_record(at, row))
    items = [item for item in row.items.all() if item.taken_at is not None]
    live = live_of(row.project, [item.key for item in items])
    found = [(item, shifts(item.live, live[item.key])) for item in items if item.key in live]
    may_write = can_record(while_open(at, row.project), row) and row.cancelled_at is None and row.archived_at is None
    context = {"row": row, "changes": [(item, some) for item, some in found if some], "may_write": may_write}
    return render(request, "meetings/changes.html", context)


@require_safe
@access_declared(READ)
def edition(request: HttpRequest, number: str, meeting_id: int, edition: int) -> HttpResponse:
    """The minutes as they went out."""
    row = meeting_or_404(signed_in(request), number, meeting_id)
    found = get_object_or_404(Edition, meeting=row, number=min(edition, 32767))
    context = {"project": row.project, "tab": "start", "row": row, "edition": found, "minutes": tabled(found.content)}
    return render(request, "meetings/edition.html", context)


def shown(request: HttpRequest, row: Meeting, status: int = 422, bound: Mapping[str, Any] | None = None) -> HttpResponse:
    """Answer with the page of a meeting; `bound` are forms that were refused, `part` the one with its id."""
    user, now, bound = signed_in(request), clock.now(), bound or {}
    page = meeting_page(row, user, now, refused=bool(bound))
    context = {"project": row.project, "tab": "start", "row": row, "page": page, "refused": bool(bound)}
    context["silence"] = _silence(page)
    if page.may_write:
        context |= _writing(page, row, bound, now) | {"parts": _parts(page, bound, id_asked(request.GET.get("part", "")))}
    context |= {"cancel_form": bound.get("cancel") or CancelForm(), "answered": bound.get("answer")}
    # What was refused together with its form, because she may not any more, is said above.
    kept = [
        form for name, form in bound.items() if name != "conflict" and not (page.may_write or (name == "answer" and page.mine))
    ]
    context["lost"] = [str(text) for form in kept for texts in form.errors.values() for text in texts]
    return render(request, "meetings/meeting.html", context, status=status if bound else 200)


def _writing(page: MeetingPage, row: Meeting, bound: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the forms of who writes the minutes."""
    calendar = calendar_for(project_calendar=row.project.calendar_id)
    due = timezone.localtime(working_days_after(now, USUAL_DAYS, calendar)).replace(hour=18, minute=0, second=0, microsecond=0)
    return {
        "conflict": bound.get("conflict"),
        "item_form": bound.get("item") or ItemForm(),
        "decision_form": bound.get("decision") or DecisionForm(),
        "action_form": bound.get("action") or ActionForm(project=row.project),
        "send_form": bound.get("send") or SendForm(initial={"due": due}),
    }


def _parts(page: MeetingPage, bound: Mapping[str, Any], opened: int | None) -> list[tuple[Part, PartForm | None]]:
    """Return the parts, each with its form where it is written to: the one that is asked for, the one that was refused."""
    refused: PartForm | None = bound.get("part")
    forms = {part.id: written_form(part) for part in page.parts if part.id == opened and page.begun}
    if refused is not None:
        forms[refused.part] = refused  # type: ignore[attr-defined]
    return [(part, forms.get(part.id)) for part in page.parts]


def written_form(part: Part) -> PartForm:
    """Return the form with which a part is written to, over the text that stands there."""
    return PartForm(initial={"text": part.text, "version": part.version})


def _silence(page: MeetingPage) -> str:
    """Return what silence means: of the edition that is out, else of the one that is to be sent."""
    if page.question is not None and page.waits:
        return silence_words(page.question.silence == Confirmation.Silence.CONFIRMED)
    return silence_words(silence_confirms(page.row.project)) if page.may_send else ""
