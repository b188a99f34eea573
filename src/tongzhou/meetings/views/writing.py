"""Screens: what the project says into the minutes, texts, further parts, decisions and action items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongzhou.lib import clock
from tongzhou.lib.access import Refused, Stale, access_declared, require
from tongzhou.lib.params import blame, id_asked, json_body
from tongzhou.meetings import actions
from tongzhou.meetings.access import can_record
from tongzhou.meetings.forms import ActionForm, DecisionForm, ItemForm, PartForm
from tongzhou.meetings.models import ActionItem, AgendaItem, Decision, Meeting
from tongzhou.meetings.queries import meeting_or_404, of_meeting
from tongzhou.meetings.queries.reading import meeting_page
from tongzhou.meetings.views.reading import WRITE, shown, written_form
from tongzhou.people.access import signed_in
from tongzhou.projects.access import standing

STALE = 412


@require_POST
@access_declared(WRITE)
def minutes(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """Take what the project says now into the minutes: all of it, or the part that `item` names."""
    row = _writable(request, number, meeting_id)
    key = id_asked(request.POST.get("item", ""))
    actions.take_minutes(by=signed_in(request), meeting=row, items=[key] if key else [], now=clock.now())
    messages.success(request, _("What the project says now stands in the minutes."))
    return redirect(_place(row, f"part-{key}" if key else "agenda"))


@access_declared(WRITE)
@require_http_methods(["GET", "POST"])
def agenda_text(request: HttpRequest, number: str, meeting_id: int, agenda_id: int) -> HttpResponse:
    """Write the text of a part, as JSON while one writes. Where somebody else wrote meanwhile, both texts are shown."""
    row = _writable(request, number, meeting_id)
    item = of_meeting(row, AgendaItem.objects.all(), agenda_id)
    if request.method == "GET":
        return _part_opened(request, row, item)
    if request.content_type == "application/json":
        return _saved_meanwhile(request, item)
    form = PartForm(request.POST)
    form.part = item.pk  # type: ignore[attr-defined]
    if not form.is_valid():
        return shown(request, row, bound={"part": form})
    try:
        actions.write_part(by=signed_in(request), item=item, now=clock.now(), **form.cleaned_data)
    except Stale as stale:
        if not stale.current:
            raise
        # What was typed stays in the field, over the version that is there now: saving again is a decision.
        form.data = {**request.POST.dict(), "version": str(stale.current["version"])}
        form.add_error("text", stale.message)
        return shown(request, row, STALE, bound={"part": form, "conflict": {"part": item.pk, **stale.current}})
    except Refused as refused:
        blame(form, refused)
        return shown(request, row, bound={"part": form})
    return redirect(_place(row, f"part-{item.pk}"))


def _part_opened(request: HttpRequest, row: Meeting, item: AgendaItem) -> HttpResponse:
    """Return a part of the page with its form; without scripts the page with it."""
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('meeting', args=[row.project.number, row.pk])}?part={item.pk}#part-{item.pk}")
    page = meeting_page(row, signed_in(request), clock.now())
    # Once the project ended one reads the newest edition, which may be without a part that was added since.
    place, part = next(((place, part) for place, part in enumerate(page.parts, 1) if part.id == item.pk), (0, None))
    if part is None:
        raise Http404
    context = {"project": row.project, "row": row, "part": part, "place": place, "begun": page.begun}
    return render(
        request, "meetings/part.html", context | {"form": written_form(part) if page.begun and page.may_write else None}
    )


def _saved_meanwhile(request: HttpRequest, item: AgendaItem) -> HttpResponse:
    """Save what JSON says and answer with the version that stands now; 412 with the other text, over which nothing is saved."""
    body = json_body(request)
    form = PartForm(body)
    if not isinstance(body.get("text"), str):
        raise Refused("text-invalid", _("Give a text."), "text")
    if not form.is_valid():
        raise Refused("text-invalid", str(next(iter(form.errors.values()))[0]), next(iter(form.errors)))
    try:
        saved = actions.write_part(by=signed_in(request), item=item, now=clock.now(), **form.cleaned_data)
    except Stale as stale:
        if not stale.current:
            raise
        told, status = {"detail": stale.message, **stale.current}, STALE
    else:
        said = _("saved %(at)s") % {"at": f"{timezone.localtime(saved.edited_at or clock.now()):%H:%M:%S}"}
        told, status = {"version": saved.version, "said": said}, 200
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})


@require_POST
@access_declared(WRITE)
def agenda(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """Add a part to the agenda."""
    row = _writable(request, number, meeting_id)
    form = ItemForm(request.POST)
    return _added(request, row, "item", form, lambda: actions.add_item(**_who(request, row), **form.cleaned_data))


@require_POST
@access_declared(WRITE)
def agenda_removal(request: HttpRequest, number: str, meeting_id: int, agenda_id: int) -> HttpResponse:
    row = _writable(request, number, meeting_id)
    actions.remove_item(by=signed_in(request), item=of_meeting(row, AgendaItem.objects.all(), agenda_id), now=clock.now())
    return redirect(_place(row, "agenda"))


@require_POST
@access_declared(WRITE)
def decisions(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """Write down what was decided."""
    row = _writable(request, number, meeting_id)
    form = DecisionForm(request.POST)

    def write() -> object:
        return actions.add_decision(**_who(request, row), text=form.cleaned_data["decision"])

    return _added(request, row, "decision", form, write)


@require_POST
@access_declared(WRITE)
def decision_removal(request: HttpRequest, number: str, meeting_id: int, decision_id: int) -> HttpResponse:
    row = _writable(request, number, meeting_id)
    actions.remove_decision(
        by=signed_in(request), decision=of_meeting(row, Decision.objects.all(), decision_id), now=clock.now()
    )
    return redirect(_place(row, "decisions"))


@require_POST
@access_declared(WRITE)
def action_items(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """Write down who does what by when."""
    row = _writable(request, number, meeting_id)
    form = ActionForm(request.POST, project=row.project)

    def write() -> object:
        data = form.cleaned_data
        return actions.add_action(**_who(request, row), task=actions.Task(data["what"], data["who"].pk, data["due"]))

    return _added(request, row, "action", form, write)


@require_POST
@access_declared(WRITE)
def action_removal(request: HttpRequest, number: str, meeting_id: int, action_id: int) -> HttpResponse:
    row = _writable(request, number, meeting_id)
    action = of_meeting(row, ActionItem.objects.select_related("who"), action_id)
    actions.remove_action(by=signed_in(request), action=action, now=clock.now())
    return redirect(_place(row, "decisions"))


def _writable(request: HttpRequest, number: str, meeting_id: int) -> Meeting:
    """Return a meeting whose minutes she may write.

    :raises Http404, Forbidden: otherwise.
    """
    row = meeting_or_404(signed_in(request), number, meeting_id)
    require(can_record(standing(signed_in(request), row.project), row))
    return row


def _who(request: HttpRequest, row: Meeting) -> dict[str, Any]:
    return {"by": signed_in(request), "meeting": row, "now": clock.now()}


def _added(request: HttpRequest, row: Meeting, name: str, form: forms.Form, write: Callable[[], object]) -> HttpResponse:
    """Add what a form says; a refusal is said in the form."""
    if form.is_valid():
        try:
            write()
        except Refused as refused:
            blame(form, refused)
        else:
            return redirect(_place(row, "agenda" if name == "item" else "decisions"))
    return shown(request, row, bound={name: form})


def _place(row: Meeting, anchor: str) -> str:
    return f"{reverse('meeting', args=[row.project.number, row.pk])}#{anchor}"
