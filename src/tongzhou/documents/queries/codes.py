"""Reads: the code by which a paper is verified: how it is made, printed, and read as people type it."""

from __future__ import annotations

import re
import secrets
import unicodedata

from django.conf import settings
from django.urls import reverse

ALPHABET = "34679ACDEFGHJKMNPQRTVWXY"
"""No character that is easily taken for another one: 0 O, 1 I L, 2 Z, 5 S, 8 B, U."""
LENGTH, GROUP = 20, 4
"""20 of 24 characters: 91 bits."""
_WHOLE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_BETWEEN = re.compile(r"[\W_]+")


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def printed(code: str) -> str:
    """Return a code in groups: 3ADF-7HJK-…"""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def typed(text: str) -> str:
    """Return the code that somebody typed, in small or full-width letters, with or without groups; "" for none."""
    code = _BETWEEN.sub("", unicodedata.normalize("NFKC", text[:200])).upper()
    return code if _WHOLE.fullmatch(code) else ""


def address_of(code: str) -> str:
    """Return the whole address at which a code is verified, as it stands in the QR code."""
    return settings.BASE_URL + reverse("verify_paper", kwargs={"code": printed(code)})
