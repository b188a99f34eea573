"""Screens: what one sets for oneself."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, access_declared
from tongzhou.lib.params import id_asked, json_body
from tongzhou.people import actions, queries
from tongzhou.people.access import signed_in
from tongzhou.people.forms import LeaveForm, StandInForm
from tongzhou.people.models import Leave, User
from tongzhou.people.queries.leave import leaves_of
from tongzhou.people.queries.preferences import KEYS
from tongzhou.people.queries.sessions import last_link_of, sessions_of
from tongzhou.people.views.people import take_leave
from tongzhou.people.views.signing_in import LANGUAGE


@require_safe
@access_declared(SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """Show «my settings»: leave, stand-in, password, language, sessions."""
    return _page(request, StandInForm(initial={"stand_in": signed_in(request).stand_in}), 200)


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def my_leave(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("me")
    return take_leave(request, signed_in(request), "me")


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def my_leave_cancel(request: HttpRequest, leave_id: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("me")
    leave = get_object_or_404(Leave.objects.select_related("user"), pk=leave_id, user=signed_in(request))
    actions.cancel_leave(by=signed_in(request), leave=leave, now=clock.now())
    messages.success(request, _("Leave cancelled."))
    return redirect("me")


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def my_stand_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("me")
    form = StandInForm(request.POST)
    if form.is_valid():
        try:
            user, stand_in = signed_in(request), form.cleaned_data["stand_in"]
            actions.set_stand_in(by=user, person=user, stand_in=stand_in, now=clock.now())
            messages.success(request, _("Saved."))
            return redirect("me")
        except Refused as refused:
            form.add_error("stand_in", refused.message)
    return _page(request, form, 422)


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def my_sessions(request: HttpRequest) -> HttpResponse:
    """End one session, named by `session`, or all others."""
    if request.method != "POST":
        return redirect("me")
    user, asked = signed_in(request), id_asked(request.POST.get("session", ""))
    if asked is not None:
        actions.end_session(by=user, person=user, session=asked, now=clock.now())
    else:
        actions.end_other_sessions(by=user, person=user, here=request.session.session_key, now=clock.now())
    messages.success(request, _("Signed out there."))
    return redirect("me")


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def my_language(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("me")
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Refused("language-unknown", _("This language is not on offer."), "language")
    actions.set_preference(by=signed_in(request), key="language", value=language, now=clock.now())
    request.session[LANGUAGE] = language
    with override(language):
        messages.success(request, _("Saved."))
    return redirect("me")


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def preference(request: HttpRequest, key: str) -> HttpResponse:
    """Remember or tell one preference as JSON: {"value": any JSON value or null}."""
    user = signed_in(request)
    if key not in KEYS:
        return JsonResponse({"title": "key-unknown", "status": 404, "detail": _("There is no such preference.")}, status=404)
    if request.method == "POST":
        body = json_body(request)
        if "value" not in body:
            raise Refused("value-missing", _("A value is needed."), "value")
        actions.set_preference(by=user, key=key, value=body["value"], now=clock.now())
    return JsonResponse({"value": queries.preference(user, key)}, json_dumps_params={"ensure_ascii": False})


def _page(request: HttpRequest, form: StandInForm, status: int) -> HttpResponse:
    user = User.objects.select_related("department", "stand_in").get(pk=signed_in(request).pk)
    context = {
        "person": user,
        "today": clock.today(),
        "leaves": leaves_of(user),
        "leave_form": LeaveForm(auto_id="leave_%s"),
        "stand_in_form": form,
        "has_password": user.has_usable_password(),
        "languages": settings.LANGUAGES,
        "language": request.session.get(LANGUAGE, settings.LANGUAGE_CODE),
        "last_link": last_link_of(user),
        "sessions": sessions_of(user, clock.now(), request.session.session_key),
    }
    return render(request, "people/me.html", context, status=status)
