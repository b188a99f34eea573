"""Reads: personal tokens."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from tongzhou.people.models import ApiToken, User
from tongzhou.people.queries.people import hash_of

READ, WRITE, ADMIN = "read", "write", "admin"
SCOPES = (READ, WRITE, ADMIN)
PREFIX = "tz_"


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Return the tokens of a person that are not revoked, the newest first."""
    return ApiToken.objects.filter(user=user, revoked_at__isnull=True)


def token_by_text(text: str, now: datetime) -> ApiToken | None:
    """Return the valid token of an active person with this text, or None. One query."""
    if not text.startswith(PREFIX) or not text.isascii():
        return None
    found = ApiToken.objects.select_related("user", "user__department").filter(
        token_hash=hash_of(text), revoked_at__isnull=True, expires_at__gt=now, user__is_active=True
    )
    return found.first()
