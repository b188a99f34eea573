"""Screens: my tokens for programs."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongzhou.lib import clock
from tongzhou.lib.access import SIGNED_IN, Forbidden, Refused, access_declared
from tongzhou.people import actions
from tongzhou.people.access import can_manage_people, signed_in
from tongzhou.people.forms import TokenForm
from tongzhou.people.queries.tokens import tokens_of


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """My tokens; a new one is shown once, in the answer to its making."""
    user = signed_in(request)
    form = TokenForm(request.POST if request.method == "POST" else None, may_administer=can_manage_people(user))
    made = _made(request, form) if form.is_valid() else ""
    context = {
        "form": TokenForm(may_administer=can_manage_people(user)) if made else form,
        "made": made,
        "tokens": tokens_of(user),
        "now": clock.now(),
    }
    return render(request, "people/tokens.html", context, status=422 if form.is_bound and not made else 200)


@access_declared(SIGNED_IN)
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    user = signed_in(request)
    token = get_object_or_404(tokens_of(user), pk=token_id)
    actions.revoke_api_token(by=user, token=token, now=clock.now())
    messages.success(request, _("Token “%(name)s” revoked.") % {"name": token.name})
    return redirect("tokens")


def _made(request: HttpRequest, form: forms.Form) -> str:
    user, data = signed_in(request), form.cleaned_data
    try:
        return actions.make_api_token(
            by=user, person=user, name=data["name"], scopes=data["scopes"], days=int(data["days"]), now=clock.now()
        )
    except Forbidden:
        raise
    except Refused as refused:
        form.add_error(refused.field or None, refused.message)
        return ""
