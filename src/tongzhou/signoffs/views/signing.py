"""Screens: what a person does at a sheet: signs it, takes a signature back, voids it."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, access_declared, require
from tongzhou.people.access import signed_in
from tongzhou.people.actions import authenticate
from tongzhou.people.queries import authenticated_since
from tongzhou.projects.access import standing
from tongzhou.signoffs import actions
from tongzhou.signoffs.access import can_open, capacities_of, seats_held, sheet_or_404
from tongzhou.signoffs.models import Place, Sheet
from tongzhou.signoffs.queries.places import own_signature
from tongzhou.signoffs.views.sheets import shown

APPROVE = "approve task list for release (总负责人审批后发布)"


@require_POST
@access_declared(APPROVE)
def sign(request: HttpRequest, number: str, sheet_id: int) -> HttpResponse:
    """Sign: agree, agree on condition, or disagree, about the hash that was shown."""
    user, given = signed_in(request), request.POST
    sheet = sheet_or_404(user, number, sheet_id)
    place = my_place(request, sheet, given.get("place", ""))
    try:
        known = authenticated_since(request) or authenticate(request=request, given=given.dict(), now=clock.now())
        said = actions.Said(given.get("decision", ""), given.get("digest", ""), given.get("opinion", ""))
        actions.sign_place(by=user, place=place, said=said, origin=origin_of(request, known), now=clock.now())
    except Forbidden:
        raise
    except Refused as error:
        return shown(request, sheet, error)
    messages.success(request, _("Signed: it is on the record and on the project's chain."))
    return redirect("workbench") if given.get("next") == "queue" else redirect("sheet", number=number, sheet_id=sheet_id)


def my_place(request: HttpRequest, sheet: Sheet, named: str) -> Place:
    """Return the place that is named, or the first one at which who asks may sign.

    :raises Forbidden: if she may sign at none. :raises Http404: if the sheet has no such place.
    """
    user, places = signed_in(request), list(sheet.places.all())
    held = seats_held(sheet.project, [place.seat for place in places])
    today = clock.today()
    as_what = capacities_of(user, sheet.project, held.values(), today)
    mine = [place for place in places if place.seat in as_what]
    require(bool(mine), _("This seat is not yours today: its holder signs, or whom the holder let sign."))
    if not named:
        return mine[0]
    found = next((place for place in places if str(place.pk) == named), None)
    if found is None:
        raise Http404
    require(found in mine, _("This seat is not yours today: its holder signs, or whom the holder let sign."))
    return found


def origin_of(request: HttpRequest, known: tuple[object, str]) -> actions.Origin:
    """Return where a request came from, and how who sent it proved who she is."""
    at, method = known
    asked = request.headers.get("X-Request-Id", "") or get_random_string(22)
    address, agent = get_adapter(request).get_client_ip(request), request.headers.get("User-Agent", "")
    return actions.Origin(method, at, address, agent, asked)  # type: ignore[arg-type]


@require_POST
@access_declared(APPROVE)
def withdraw(request: HttpRequest, number: str, sheet_id: int) -> HttpResponse:
    """Take one's own signature back while the sheet is not complete."""
    user = signed_in(request)
    sheet = sheet_or_404(user, number, sheet_id)
    row = own_signature(sheet, user.pk)
    if row is None:
        my_place(request, sheet, "")
        return shown(request, sheet, Refused("nothing-signed", _("You have not signed this.")))
    try:
        actions.withdraw_signature(by=user, signature=row, reason=request.POST.get("reason", ""), now=clock.now())
    except Refused as error:
        return shown(request, sheet, error)
    messages.success(request, _("Your signature was taken back."))
    return redirect("sheet", number=number, sheet_id=sheet_id)


@require_POST
@access_declared("edit charter draft")
def void(request: HttpRequest, number: str, sheet_id: int) -> HttpResponse:
    """Void a sheet that is not complete."""
    user = signed_in(request)
    sheet = sheet_or_404(user, number, sheet_id)
    require(can_open(standing(user, sheet.project)))
    try:
        actions.void_sheet(by=user, sheet=sheet, reason=request.POST.get("reason", ""), now=clock.now())
    except Forbidden:
        raise
    except Refused as error:
        return shown(request, sheet, error)
    messages.success(request, _("The sheet was voided."))
    return redirect("sheet", number=number, sheet_id=sheet_id)
