"""Screens: the minutes go out, people answer, the heads are asked to sign."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongzhou.confirmations.actions import confirm, object_to
from tongzhou.lib import clock
from tongzhou.lib.access import Refused, Stale, access_declared, require
from tongzhou.lib.params import blame
from tongzhou.meetings import actions
from tongzhou.meetings.access import can_record
from tongzhou.meetings.forms import AnswerForm, SendForm
from tongzhou.meetings.queries import meeting_or_404
from tongzhou.meetings.views.reading import READ, WRITE, shown
from tongzhou.people.access import signed_in
from tongzhou.projects.access import standing


@require_POST
@access_declared(WRITE)
def editions(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """Send the minutes as they stand to everybody who is invited, and ask them to confirm."""
    user = signed_in(request)
    row = meeting_or_404(user, number, meeting_id)
    require(can_record(standing(user, row.project), row))
    form = SendForm(request.POST)
    if form.is_valid():
        sending = actions.Sending(form.cleaned_data["due"], form.cleaned_data["note"])
        try:
            sent = actions.send_minutes(by=user, meeting=row, sending=sending, now=clock.now())
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Edition %(number)s is out; those who must are asked.") % {"number": sent.number})
            return redirect("meeting", number, row.pk)
    return shown(request, row, bound={"send": form})


@require_POST
@access_declared(READ)
def minutes_answer(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """Confirm the minutes, or object with a reason."""
    user = signed_in(request)
    row = meeting_or_404(user, number, meeting_id)
    form = AnswerForm(request.POST)
    if row.confirmation is None:
        raise Refused("not-sent", _("There are no minutes to confirm yet."))
    if form.is_valid():
        data = form.cleaned_data
        row.confirmation.project = row.project
        given = {"by": user, "confirmation": row.confirmation, "edition": data["edition"], "now": clock.now()}
        try:
            if data["answer"] == "confirmed":
                confirm(**given)
            else:
                object_to(reason=data["reason"], **given)
        except Stale as stale:
            # The reason that was typed stays, over the edition that is out now: sending it again is a decision.
            form.add_error(None, stale.message)
            return shown(request, meeting_or_404(user, number, meeting_id), 412, bound={"answer": form})
        except Refused as refused:
            blame(form, refused)
        else:
            messages.success(request, _("Your answer is kept."))
            return redirect("meeting", number, row.pk)
    return shown(request, row, bound={"answer": form})


@require_POST
@access_declared(WRITE)
def minutes_sheet(request: HttpRequest, number: str, meeting_id: int) -> HttpResponse:
    """Let the heads sign, once every department has one."""
    user = signed_in(request)
    row = meeting_or_404(user, number, meeting_id)
    actions.open_sheet_of(by=user, meeting=row, now=clock.now())
    messages.success(request, _("The heads are asked to sign."))
    return redirect("meeting", number, row.pk)
