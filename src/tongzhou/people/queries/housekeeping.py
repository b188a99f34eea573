"""Reads: what has grown old, and names whose keys are not theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from tongzhou.people.models import IdempotentAnswer, SignInLink, StatutoryDay, StatutoryYear, User, name_keys

ANSWERS_KEPT = timedelta(days=1)
LINKS_KEPT = timedelta(days=30)
CHUNK = 1000


def expired_answers(now: datetime) -> QuerySet[IdempotentAnswer]:
    """Return the answers that no program will ask for again."""
    return IdempotentAnswer.objects.filter(at__lt=now - ANSWERS_KEPT)


def spent_links(now: datetime) -> QuerySet[SignInLink]:
    """Return the ways in that were used, or ended unused, more than 30 days ago."""
    limit = now - LINKS_KEPT
    return SignInLink.objects.filter(Q(used_at__lt=limit) | Q(expires_at__lt=limit))


def stray_name_keys() -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the people whose stored keys are not those of their names, with the right keys. One query, read in chunks."""
    rows = User.objects.order_by("pk").values_list("pk", "name", "sort_key", "pinyin", "initials")
    for key, name, *stored in rows.iterator(chunk_size=CHUNK):
        keys = name_keys(name)
        if stored != list(keys.values()):
            yield key, keys


def doubtful_years(this_year: int) -> list[int]:
    """Return the years whose statutory days do not go with their state, and this one if not announced. Two queries."""
    with_days = {day.year for day in StatutoryDay.objects.values_list("day", flat=True)}
    announced = set(StatutoryYear.objects.filter(announced=True).values_list("year", flat=True))
    return sorted((with_days ^ announced) | ({this_year} - announced))
