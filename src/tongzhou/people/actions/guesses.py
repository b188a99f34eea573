"""Writes: wrong answers are counted before anybody looks at them, so that many at once are no more than a few."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.core.internal import ratelimit
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused
from tongzhou.people.models import GuessCount, User

PROOF, SIGNING_CODE = "proof", "signing_code"


@dataclass(frozen=True)
class Limit:
    """So many answers without a right one among them, then none until `pause` after the last."""

    most: int
    pause: timedelta


LIMITS = {PROOF: Limit(10, timedelta(minutes=10)), SIGNING_CODE: Limit(5, timedelta(minutes=15))}


def count_guess(person: User, kind: str, now: datetime) -> None:
    """Count an answer that is about to be looked at. Committed at once: no later failure takes it back.

    :raises Refused: if there were too many; the answer is not to be looked at then.
    """
    limit = LIMITS[kind]
    with transaction.atomic(durable=True):
        GuessCount.objects.get_or_create(user=person, kind=kind, defaults={"last_at": now})
        row = GuessCount.objects.select_for_update().get(user=person, kind=kind)
        count = 0 if now - row.last_at >= limit.pause else row.count
        if count >= limit.most:
            until = timezone.localtime(row.last_at + limit.pause)
            raise Refused("locked", _("Too many wrong answers: locked until %(time)s.") % {"time": f"{until:%H:%M}"}, "proof")
        row.count, row.last_at = count + 1, now
        row.save(update_fields=["count", "last_at"])


def forget_guesses(person: User, *kinds: str) -> None:
    """A right answer: begin anew."""
    GuessCount.objects.filter(user=person, kind__in=kinds, count__gt=0).update(count=0)


def may_guess_from(request: HttpRequest, kind: str) -> bool:
    """Return whether from this network address more may be guessed now, signed in or not. Limits: ACCOUNT_RATE_LIMITS."""
    return bool(ratelimit.consume(request, app="allauth.account", action=kind, limit_get=True, dry_run=True))


def count_guess_from(request: HttpRequest, kind: str) -> None:
    """Count something that was guessed wrongly from this network address."""
    ratelimit.consume(request, app="allauth.account", action=kind, limit_get=True)
