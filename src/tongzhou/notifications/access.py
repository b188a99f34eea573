"""Who sees a notice: the person who was told, while she sees the project that it is about."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from tongzhou.lib import clock
from tongzhou.lib.registry import SIGHTS
from tongzhou.notifications.models import Notice
from tongzhou.people.models import User


def can_manage_delivery(user: User) -> bool:
    """The organisation's defaults, the mail server, what was not delivered: the system administrator."""
    return user.is_active and user.is_administrator


def visible_to(user: User) -> QuerySet[Notice]:
    """Return what `user` was told and may still see; asked anew whenever it is shown."""
    return Notice.objects.filter(shown_to(user.pk, clock.today()), person=user)


def shown_to(user: int, today: date) -> Q:
    """Return the condition of notices about nothing that is hidden from the person with this id."""
    shown = Q(project_id=None)
    for queries_of in SIGHTS.at("notice_project"):
        for keys in queries_of(user, today):
            shown |= Q(project_id__in=keys)
    return shown
