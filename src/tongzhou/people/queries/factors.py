"""Reads: how a person can say who she is, and when she last did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.lib import clock
from tongzhou.lib.sealing import seal, unseal
from tongzhou.people.access import signed_in, token_of
from tongzhou.people.models import SigningCode, User

PASSWORD, TOTP, PASSKEY, RECOVERY_CODE, SIGNING_CODE = "password", "totp", "passkey", "recovery_code", "signing_code"
METHODS: dict[str, str | Promise] = {
    PASSWORD: _("Password"),
    PASSKEY: _("Passkey"),
    TOTP: _("Code of the authenticator app"),
    SIGNING_CODE: _("Signing code"),
    RECOVERY_CODE: _("Recovery code"),
}
"""Ways to say who one is, in the order in which they are offered."""
FRESH = timedelta(minutes=5)
PROOF = "proof"
"""The session's note of the last time: {"person": id, "method": one of METHODS, "at": seconds}."""
PRODUCT = "同舟"


class Vault(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth keeps of second factors is sealed, and is called by the product's name."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return PRODUCT

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        found: dict[str, str] = super().get_public_key_credential_rp_entity()
        return found | {"name": PRODUCT}

    def _get_site_name(self) -> str:
        return PRODUCT


@dataclass(frozen=True)
class Passkey:
    """A passkey as its owner sees it."""

    id: int
    name: str
    added: datetime
    used: datetime | None


@dataclass(frozen=True)
class Factors:
    """All ways of one person to say who she is."""

    password: bool
    totp: datetime | None
    passkeys: tuple[Passkey, ...]
    recovery_codes: int
    signing_code: datetime | None

    @property
    def methods(self) -> tuple[str, ...]:
        """Return those that hold now; a signing code counts only while there is no password."""
        has = {
            PASSWORD: self.password,
            PASSKEY: bool(self.passkeys),
            TOTP: self.totp is not None,
            SIGNING_CODE: self.signing_code is not None and not self.password,
            RECOVERY_CODE: self.recovery_codes > 0,
        }
        return tuple(method for method in METHODS if has[method])

    @property
    def second(self) -> bool:
        """Whether the password alone does not let her in."""
        return self.totp is not None or bool(self.passkeys)


@dataclass(frozen=True)
class Proof:
    """What a form asks of its reader to be sure who it is: nothing (`since` is fresh), or an answer by one of `methods`."""

    methods: tuple[tuple[str, str], ...]
    since: datetime | None
    method: str = ""
    error: str = ""
    away: bool = False
    """She has passkeys, but this address cannot ask for them."""

    @property
    def asked(self) -> str:
        """The method that is asked for first."""
        return self.method or (self.methods[0][0] if self.methods else "")


def factors_of(person: User) -> Factors:
    """Return how a person can say who she is. Two queries."""
    rows = list(Authenticator.objects.filter(user=person).order_by("pk"))
    by_type = {row.type: row for row in rows}
    totp, codes = by_type.get(Authenticator.Type.TOTP), by_type.get(Authenticator.Type.RECOVERY_CODES)
    keys = [row for row in rows if row.type == Authenticator.Type.WEBAUTHN]
    return Factors(
        password=person.has_usable_password(),
        totp=totp.created_at if totp else None,
        passkeys=tuple(Passkey(row.pk, row.data["name"], row.created_at, row.last_used_at) for row in keys),
        recovery_codes=len(codes.wrap().get_unused_codes()) if codes else 0,
        signing_code=SigningCode.objects.filter(user=person).values_list("set_at", flat=True).first(),
    )


def authenticated_since(request: HttpRequest) -> tuple[datetime, str] | None:
    """Return when and how (a key of METHODS) who asks last said anew who she is; None if it is more than five minutes ago.

    A program's token never counts, and neither does signing in: only an answer to being asked.
    """
    if token_of(request) is not None or not request.user.is_authenticated:
        return None
    kept = request.session.get(PROOF)
    if not isinstance(kept, dict) or kept.get("person") != request.user.pk:
        return None
    at, now = datetime.fromtimestamp(float(kept["at"]), UTC), clock.now()
    # A note from the future was made before the clock was put back: nobody knows how old it is.
    return (at, str(kept["method"])) if timedelta(0) <= now - at <= FRESH else None


def proof_asked(request: HttpRequest, method: str = "", error: str = "") -> Proof:
    """Return what a form has to ask of its reader before a step that needs it. Two queries, none while it is fresh."""
    known = authenticated_since(request)
    if known is not None:
        return Proof((), known[0])
    methods = factors_of(signed_in(request)).methods
    away = PASSKEY in methods and not passkeys_work(request)
    usable = tuple((one, str(METHODS[one])) for one in methods if not (away and one == PASSKEY))
    return Proof(usable, None, method if method in dict(usable) else "", error, away)


def passkeys_work(request: HttpRequest) -> bool:
    """Whether browsers offer passkeys at this address: by https and name, or on localhost."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    named = not host.replace(".", "").isdigit() and "[" not in host
    return named and (host == "localhost" or request.is_secure() or urlsplit(settings.BASE_URL).scheme == "https")
