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
from tongzhou.people.models import ApiToken, SignInLink, StatutoryYear, User
from tongzhou.people.queries import organisation


@require_safe
@access_declared(ADMINISTRATOR)
def administration(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(signed_in(request)))
    now, today = clock.now(), clock.today()
    known = set(StatutoryYear.objects.filter(announced=True).values_list("year", flat=True))
    context = {
        "calendars_url": reverse("calendars"),
        "attention": organisation.attention(),
        "unknown_years": [year for year in (today.year, today.year + 1) if year not in known],
        "people": User.objects.filter(is_active=True).count(),
        "disabled": User.objects.filter(is_active=False).count(),
        "links": SignInLink.objects.filter(used_at=None, expires_at__gt=now, user__is_active=True).count(),
        "panels": [panel(request, None) for panel in PANELS.at("administration")],
        "tokens": ApiToken.objects.filter(revoked_at=None, expires_at__gt=now).count(),
    }
    return render(request, "people/administration.html", context)
