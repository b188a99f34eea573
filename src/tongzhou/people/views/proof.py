"""Screens: saying anew who one is, before a step that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from allauth.mfa.webauthn.internal import auth as webauthn
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Refused, access_declared
from tongzhou.people import actions, queries
from tongzhou.people.access import signed_in
from tongzhou.people.queries.factors import factors_of

DIALOG = "HX-Request"


@sensitive_post_parameters()
@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def authentication(request: HttpRequest) -> HttpResponse:
    """Ask who it is: a page that goes on to `next`, or for the dialog the form alone. 204 tells the dialog that it is known."""
    error = prove(request) if request.method == "POST" else ""
    proof = queries.proof_asked(request, request.POST.get("proof_method", ""), error)
    dialog = request.headers.get(DIALOG) is not None
    if proof.since is not None:
        return HttpResponse(status=204) if dialog else redirect(_next(request))
    page = "people/proof_form.html" if dialog else "people/proof_page.html"
    return render(request, page, {"proof": proof, "next": _next(request)}, status=422 if error else 200)


def prove(request: HttpRequest) -> str:
    """Check the fields of people/proof.html in a form that was sent; return what is wrong, "" when it is known who asks."""
    try:
        actions.authenticate(request=request, given=request.POST, now=clock.now())
    except Refused as refused:
        return refused.message
    return ""


@access_declared(SIGNED_IN)
@require_POST
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """Begin to ask for a passkey: the options that the browser is handed, a new challenge each time."""
    return JsonResponse(webauthn.begin_authentication(signed_in(request)))


def proof_needed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask who it is before the view, of who has a way to say it; a form sent too late is to be filled in again."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if queries.authenticated_since(request) is not None or not factors_of(signed_in(request)).methods:
            return view(request, *args, **kwargs)
        if request.headers.get(DIALOG) is not None:
            raise actions.ProofNeeded
        return redirect(f"{reverse('authentication')}?next={quote(request.get_full_path())}")

    return asked


def _next(request: HttpRequest) -> str:
    """Return the page of ours to go on to."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    fits = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if fits else reverse("my_factors")
