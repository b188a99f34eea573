"""Screens: one-time ways in for one person or many, to copy or to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, Refused, access_declared, require
from tongzhou.lib.params import id_asked, text_asked
from tongzhou.people import actions
from tongzhou.people.access import can_manage_people, signed_in
from tongzhou.people.forms import LinksForm
from tongzhou.people.models import User
from tongzhou.people.queries import organisation
from tongzhou.people.queries.people import address_of_link


@dataclass(frozen=True)
class Slip:
    """What one person is handed: who it is for, the address, its QR code as a data address."""

    person: User
    address: str
    code: str


@require_POST
@access_declared(ADMINISTRATOR)
def sign_in_link(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a new one-time way in for a person, once."""
    require(can_manage_people(signed_in(request)))
    person = get_object_or_404(User.objects.select_related("department"), pk=person_id, is_active=True)
    now = clock.now()
    slip = _slip(person, actions.make_sign_in_link(by=signed_in(request), person=person, now=now))
    context = {"person": person, "link": slip.address, "slip": slip, "until": now + actions.LINK_LIFETIME}
    return render(request, "people/link.html", context)


@access_declared(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def sign_in_links(request: HttpRequest) -> HttpResponse:
    """Choose people; then show a page to print for each department."""
    require(can_manage_people(signed_in(request)))
    form = LinksForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        people = list(form.cleaned_data["people"].select_related("department").order_by("department__name", "sort_key", "pk"))
        try:
            now = clock.now()
            return _printed(request, actions.make_sign_in_links(by=signed_in(request), people=people, now=now), now)
        except Refused as refused:
            form.add_error("people", refused.message)
    branches = organisation.flat(organisation.tree())
    department = id_asked(text_asked(request, "department"))
    context = {
        "form": form,
        "branches": branches,
        "department": department,
        "here": next((branch for branch in branches if branch.id == department), None),
        "people": organisation.without_way_in(department, clock.now()),
    }
    return render(request, "people/links.html", context, status=422 if form.is_bound else 200)


def _printed(request: HttpRequest, tokens: list[tuple[User, str]], now: datetime) -> HttpResponse:
    slips = [_slip(person, token) for person, token in tokens]
    pages = [(department, list(those)) for department, those in groupby(slips, key=lambda slip: slip.person.department)]
    context = {"pages": pages, "until": now + actions.LINK_LIFETIME, "count": len(slips)}
    return render(request, "people/links_print.html", context)


def _slip(person: User, token: str) -> Slip:
    address = address_of_link(token)
    return Slip(person, address, segno.make(address, error="m").svg_data_uri(scale=4, border=2, light="#fff"))
