"""Who may ask others to confirm, and who is asked into a project."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from tongzhou.confirmations.models import Confirmation, Confirmer
from tongzhou.lib.prepared import Given
from tongzhou.people.models import Leave, User
from tongzhou.projects.access import Standing, can_comment


def can_ask(at: Standing) -> bool:
    """Write a conclusion and name who must confirm it: everybody who takes part."""
    return can_comment(at)


def is_asker(user: User, confirmation: Confirmation) -> bool:
    """Change or withdraw it: who asked. What a room asks about its own (the minutes of a meeting) is changed there."""
    return confirmation.asker_id == user.pk and confirmation.subject_type == "project"


def asked_into(user: int | Given, today: date | Given) -> tuple[QuerySet[Confirmer, Any], ...]:
    """Return the keys of projects into which a person is asked today, because she stands in for somebody who is to confirm."""
    away = Leave.objects.filter(first__lte=today, last__gte=today)
    named = away.filter(Q(stand_in_id=user) | Q(stand_in__isnull=True, user__stand_in_id=user)).values("user_id")
    waiting = Confirmer.objects.filter(answer="", person__in=named, confirmation__closed_at__isnull=True).order_by()
    # Who left the project is asked nothing there any more, and lets nobody in.
    path = "confirmation__project__"
    there = Q(**{f"{path}roles__user": F("person")}) | Q(**{f"{path}participations__seats__holder": F("person")})
    return (waiting.filter(there, confirmation__withdrawn_at__isnull=True).values("confirmation__project_id"),)
