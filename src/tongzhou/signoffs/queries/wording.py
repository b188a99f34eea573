"""Reads: the sentence under which a person signs, shown before and kept after."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.signoffs.models import Sheet, Signature


def statement_of(sheet: Sheet, capacity: str, decision: str, name: str, principal: str = "") -> str:
    """Return what a person declares by signing."""
    words = {
        "name": name,
        "capacity": capacity,
        "principal": principal,
        "title": sheet.title,
        "version": sheet.version,
        "digest": sheet.digest,
        "decision": Signature.Decision(decision).label,
    }
    if principal:
        text = _(
            "%(name)s, for %(principal)s (%(capacity)s), has read “%(title)s”, version %(version)s, SHA-256 %(digest)s, "
            "and decides: %(decision)s."
        )
    else:
        text = _(
            "%(name)s (%(capacity)s) has read “%(title)s”, version %(version)s, SHA-256 %(digest)s, and decides: %(decision)s."
        )
    return text % words


def fingerprint(digest: str) -> str:
    """Return a hash as people compare it: the first and the last eight digits."""
    return f"{digest[:4]} {digest[4:8]} … {digest[-8:-4]} {digest[-4:]}"
