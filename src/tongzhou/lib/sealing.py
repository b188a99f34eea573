"""Secrets that have to be read again are closed before they are stored: who has the database alone cannot read them."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(Exception):
    """What was kept was closed with another key: the database and the secrets of the data folder do not belong together."""


def seal(text: str) -> str:
    """Close a text with the key of the data folder (Fernet: AES-128-CBC, HMAC-SHA256)."""
    return _box(settings.SEALING_KEY).encrypt(text.encode()).decode()


def unseal(closed: str) -> str:
    """Open what `seal` returned.

    :raises Unreadable: if it was closed with another key, or damaged.
    """
    try:
        return _box(settings.SEALING_KEY).decrypt(closed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("sealed with another key") from error


@lru_cache(maxsize=4)
def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
