"""Reads: departments, people by id, one-time ways in."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused
from tongzhou.people.models import Department, SignInLink, User


def departments() -> QuerySet[Department]:
    return Department.objects.select_related("parent").annotate(head_count=Count("people", filter=Q(people__is_active=True)))


def link_by_token(token: str, now: datetime) -> SignInLink | None:
    """Return the unused, unexpired link of `token`, or None."""
    found = SignInLink.objects.select_related("user", "user__department", "made_by").filter(
        token_hash=hash_of(token), used_at__isnull=True, expires_at__gt=now, user__is_active=True
    )
    return found.first()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def person_by_id(key: int, field: str) -> User:
    """Return the active person whose id somebody sent as `field`.

    :raises Refused: if there is none.
    """
    found = User.objects.filter(pk=key, is_active=True).first()
    if found is None:
        raise Refused("person-unknown", _("There is no such person."), field)
    return found


def department_by_id(key: int, field: str) -> Department:
    """Return the department whose id somebody sent as `field`.

    :raises Refused: if there is none.
    """
    found = Department.objects.filter(pk=key).first()
    if found is None:
        raise Refused("department-unknown", _("There is no such department."), field)
    return found


def address_of_link(token: str) -> str:
    """Return the address of a one-time way in."""
    return f"{settings.BASE_URL}/enter/{token}/"
