"""Screens: my ways to say who I am, and what the administrator can take away of somebody's."""

from __future__ import annotations

import segno
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongzhou.lib import clock
from tongzhou.lib.access import ADMINISTRATOR, PUBLIC, SIGNED_IN, Refused, access_declared, require
from tongzhou.people import actions, queries
from tongzhou.people.access import can_manage_people, signed_in
from tongzhou.people.actions import proving
from tongzhou.people.models import User
from tongzhou.people.queries.factors import PASSKEY, RECOVERY_CODE, TOTP, factors_of, passkeys_work
from tongzhou.people.views.proof import proof_needed
from tongzhou.people.views.signing_in import Door

TOTP_DIGITS = 6


@require_safe
@access_declared(SIGNED_IN)
def my_factors(request: HttpRequest) -> HttpResponse:
    """My ways to say who I am: password, app, passkeys, recovery codes, signing code."""
    context = {"factors": factors_of(signed_in(request)), "passkeys_work": passkeys_work(request)}
    return render(request, "people/factors.html", context)


@sensitive_post_parameters("code")
@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@proof_needed
def my_totp(request: HttpRequest) -> HttpResponse:
    """Show the secret of a new app as QR code and as text; keep it when the app's code is typed."""
    user, error = signed_in(request), ""
    if factors_of(user).totp is not None:
        return redirect("my_factors")
    secret = str(get_totp_secret())
    if request.method == "POST":
        try:
            codes = actions.activate_totp(
                by=user, secret=secret, code=request.POST.get("code", ""), proven=_proven(request), now=clock.now()
            )
            clear_totp_secret(request)
            return _added(request, codes)
        except Refused as refused:
            error = refused.message
    address = get_adapter().build_totp_url(user, secret)
    context = {
        "qr": segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": address,
        "error": error,
    }
    return render(request, "people/totp.html", context, status=422 if error else 200)


@access_declared(SIGNED_IN)
@require_POST
@proof_needed
def my_totp_removal(request: HttpRequest) -> HttpResponse:
    row = get_object_or_404(Authenticator, user=signed_in(request), type=Authenticator.Type.TOTP)
    return _removed(request, row)


@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@proof_needed
def my_passkeys(request: HttpRequest) -> HttpResponse:
    """Add a passkey: GET shows the form, POST brings its name and what the browser made."""
    user, error = signed_in(request), ""
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in ("name", "credential")}
        try:
            codes = actions.add_passkey(by=user, **given, proven=_proven(request), now=clock.now())
            return _added(request, codes)
        except Refused as refused:
            error = refused.message
    context = {"error": error, "passkeys_work": passkeys_work(request), "count": len(factors_of(user).passkeys) + 1}
    return render(request, "people/passkey.html", context, status=422 if error else 200)


@access_declared(SIGNED_IN)
@require_POST
@proof_needed
def my_passkey_challenge(request: HttpRequest) -> HttpResponse:
    """Begin to make a passkey: the options that the browser is handed."""
    return JsonResponse(webauthn.begin_registration(signed_in(request), passwordless=False))


@access_declared(SIGNED_IN)
@require_POST
def my_passkey(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Call a passkey something else."""
    row = _passkey(request, passkey_id)
    actions.rename_passkey(by=signed_in(request), passkey=row, name=request.POST.get("name", ""), now=clock.now())
    messages.success(request, _("Saved."))
    return redirect("my_factors")


@access_declared(SIGNED_IN)
@require_POST
@proof_needed
def my_passkey_removal(request: HttpRequest, passkey_id: int) -> HttpResponse:
    return _removed(request, _passkey(request, passkey_id))


@access_declared(SIGNED_IN)
@require_POST
@proof_needed
def my_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, shown once in the answer."""
    codes = actions.renew_recovery_codes(by=signed_in(request), proven=_proven(request), now=clock.now())
    return render(request, "people/recovery_codes.html", {"codes": codes, "text": "\n".join(codes)})


@sensitive_post_parameters("code", "again")
@access_declared(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
@proof_needed
def my_signing_code(request: HttpRequest) -> HttpResponse:
    """Set the signing code, or another one."""
    user, error = signed_in(request), ""
    if request.method == "POST":
        code = request.POST.get("code", "")
        try:
            if proving.digits(code) != proving.digits(request.POST.get("again", "")):
                raise Refused("codes-differ", _("The two are not the same."), "again")
            actions.set_signing_code(by=user, code=code, proven=_proven(request), now=clock.now())
            _rotate(request)
            messages.success(request, _("Your signing code is set."))
            return redirect("my_factors")
        except actions.ProofNeeded:
            raise
        except Refused as refused:
            error = refused.message
    context = {"error": error, "factors": factors_of(user)}
    return render(request, "people/signing_code.html", context, status=422 if error else 200)


@access_declared(ADMINISTRATOR)
@require_POST
def person_factors(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take away somebody's signing code (`what=signing_code`), or app and passkeys (`what=second_factors`)."""
    user = signed_in(request)
    require(can_manage_people(user))
    person = get_object_or_404(User, pk=person_id)
    clear = actions.clear_second_factors if request.POST.get("what") == "second_factors" else actions.clear_signing_code
    cleared = clear(by=user, person=person, now=clock.now())
    messages.success(request, _("Taken away; it is on the record.") if cleared else _("There was nothing to take away."))
    return redirect("person", person_id)


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in: a code of the app, or a recovery code. Guesses count as everywhere."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        kind = TOTP if len(proving.digits(code)) == TOTP_DIGITS else RECOVERY_CODE
        _checked(self.user, kind, code)
        self.authenticator = Authenticator.objects.filter(user=self.user, type=_TYPE[kind]).get()
        return code


class SecondStepPasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in by passkey."""

    def clean_credential(self) -> Authenticator:
        # The raw text: what allauth has read of it may be anything.
        _checked(self.user, PASSKEY, self.data.get("credential", ""))
        return Authenticator.objects.filter(user=self.user, last_used_at__isnull=False).order_by("-last_used_at")[0]


second_step = AuthenticateView.as_view(template_name="people/second_step.html")

_TYPE = {TOTP: Authenticator.Type.TOTP, RECOVERY_CODE: Authenticator.Type.RECOVERY_CODES}


def _checked(person: User, method: str, answer: str) -> None:
    from allauth.core import context

    address = Door(context.request).get_client_ip(context.request)
    try:
        proving.check_answer(person=person, method=method, answer=answer, address=address, now=clock.now())
    except Refused as refused:
        raise ValidationError(refused.message, code=refused.code) from refused


@access_declared(PUBLIC)
@require_POST
def second_step_cancel(request: HttpRequest) -> HttpResponse:
    """Go back to the first step of signing in."""
    clear_login(request)
    return redirect("account_login")


def _passkey(request: HttpRequest, passkey_id: int) -> Authenticator:
    found: Authenticator = get_object_or_404(
        Authenticator, pk=passkey_id, user=signed_in(request), type=Authenticator.Type.WEBAUTHN
    )
    return found


def _removed(request: HttpRequest, row: Authenticator) -> HttpResponse:
    actions.remove_factor(by=signed_in(request), factor=row, proven=_proven(request), now=clock.now())
    _rotate(request)
    messages.success(request, _("Removed."))
    return redirect("my_factors")


def _added(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Show recovery codes once, where there are new ones."""
    _rotate(request)
    messages.success(request, _("Added."))
    return (
        render(request, "people/recovery_codes.html", {"codes": codes, "text": "\n".join(codes)})
        if codes
        else redirect("my_factors")
    )


def _rotate(request: HttpRequest) -> None:
    """Give the session another key: one that somebody copied before ends here."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def _proven(request: HttpRequest) -> bool:
    return queries.authenticated_since(request) is not None
