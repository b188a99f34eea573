"""Screens: what the administrator looks after."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, access_declared, require
from tongzhou.lib.registry import PANELS
from tongzhou.people.access import can_manage_people, signed_in
from tongzhou.people.queries import organisation


@require_safe
@access_declared(ADMINISTRATOR)
def administration(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    context = organisation.overview(clock.now(), clock.today()) | {
        "calendars_url": reverse("calendars"),
        "panels": [panel(request, None) for panel in PANELS.at("administration")],
    }
    return render(request, "people/administration.html", context)
