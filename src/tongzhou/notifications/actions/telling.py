"""Telling people: one row for a person and a source, and its deliveries by her choices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation

from tongzhou.lib.live import announce
from tongzhou.lib.registry import GATES, NOTICES
from tongzhou.lib.telling import Told
from tongzhou.notifications.models import Delivery, Digest, Notice
from tongzhou.notifications.queries.channels import channels_on
from tongzhou.notifications.queries.choices import Moment, choices_of, when
from tongzhou.people.models import User
from tongzhou.rhythm.actions import owe
from tongzhou.timeline.models import Event

DELIVERY, DIGEST = "delivery", "digest"


@dataclass(frozen=True)
class Telling:
    """One thing that people are told, where it came from, and the project that one must see for it."""

    told: Told
    source: str
    project: int | None = None


def notify(*, told: Told, source: str, project: int | None, now: datetime) -> int:
    """Tell people one thing, at most once for a person and a source, ever; return how many were told now.

    Called by the worker (handlers of events and of due rows), in one transaction. Who left is not told.
    """
    return notify_all([Telling(told, source, project)], now=now)


def notify_all(tellings: Sequence[Telling], *, now: datetime) -> int:
    """Tell many things at once, as `notify` does each: in as many statements as one of them."""
    wanted: dict[tuple[int, str], Telling] = {}
    for telling in tellings:
        for person in telling.told.people:
            wanted.setdefault((person, telling.source), telling)
    keys, sources = {person for person, _source in wanted}, {source for _person, source in wanted}
    with transaction.atomic():
        rows = Notice.objects.filter(source__in=sources, person__in=keys)
        known = set(rows.values_list("person", "source"))
        left = {key: person for key, person in wanted.items() if key not in known}
        people = User.objects.filter(pk__in={person for person, _source in left}, is_active=True).order_by("pk")
        found = {person.pk: person for person in people}
        new = [_notice(key[0], telling, now) for key, telling in left.items() if key[0] in found]
        Notice.objects.bulk_create(sorted(new, key=lambda row: row.person_id), ignore_conflicts=True)
        told = {(row.person_id, row.source) for row in new}
        made = [row for row in rows.all() if (row.person_id, row.source) in told] if new else []
        _send_out(made, found, now)
        announce()
    return len(made)


def tell(event_id: int) -> None:
    """Tell whom the rooms name for an event, unless a gate says that another one tells it, too; safe to repeat."""
    event = Event.objects.get(pk=event_id)
    if any(gate(event) for gate in GATES.at("tell")):
        return
    # Whose request led here may speak another language; the worker has none of its own.
    with translation.override(settings.LANGUAGE_CODE):
        found = [told for told_of in NOTICES.at(event.kind) for told in told_of(event)]
    for told in found:
        people = tuple(key for key in told.people if told.herself or key != event.actor_id)
        if people:
            project = None if told.beyond else event.project_id
            notify(told=replace(told, people=people), source=f"event:{event_id}", project=project, now=event.at)


def _notice(person: int, telling: Telling, now: datetime) -> Notice:
    told = telling.told
    return Notice(
        person_id=person,
        source=telling.source,
        kind=told.kind,
        title=_line(told.title, 200),
        text=told.text[:500],
        link=told.link[:500],
        project_id=telling.project,
        urgent=told.urgent,
        at=now,
    )


def _line(text: str, most: int) -> str:
    """Return a text on one line, with an ellipsis where it is cut."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def _send_out(notices: list[Notice], people: dict[int, User], now: datetime) -> None:
    """Make the deliveries of new notices. Four statements a channel, however many people there are."""
    ways = channels_on()
    chosen = choices_of(people) if ways and notices else {}
    for name, channel in ways.items():
        ready = [
            _Ready(row, when(chosen[row.person_id], now, urgent=row.urgent))
            for row in notices
            if channel.reaches(people[row.person_id]) and chosen[row.person_id].wants(row.kind, name)
        ]
        _make_deliveries(name, ready)


@dataclass(frozen=True)
class _Ready:
    notice: Notice
    moment: Moment


def _make_deliveries(channel: str, ready: list[_Ready]) -> None:
    digests = _digests(channel, [one for one in ready if one.moment.digest])
    Delivery.objects.bulk_create(
        [
            Delivery(
                notice=one.notice,
                channel=channel,
                digest_id=digests.get((one.notice.person_id, one.moment.at)) if one.moment.digest else None,
                due_at=one.moment.at,
                held=one.moment.held,
            )
            for one in ready
        ],
        ignore_conflicts=True,
    )
    _owe(channel, [one for one in ready if not one.moment.digest])
    for (_person, at), key in digests.items():
        owe(DIGEST, [key], at)


def _owe(channel: str, ready: list[_Ready]) -> None:
    """Let the deliveries of these notices go out, each at its moment."""
    moments = {one.notice.pk: one.moment.at for one in ready}
    rows = Delivery.objects.filter(notice__in=moments, channel=channel).values_list("pk", "notice")
    due: dict[datetime, list[int]] = defaultdict(list)
    for key, notice in rows:
        due[moments[notice]].append(key)
    for at, keys in due.items():
        owe(DELIVERY, keys, at)


def _digests(channel: str, ready: Iterable[_Ready]) -> dict[tuple[int, datetime], int]:
    """Return the digest of each person and moment, made where there is none yet."""
    wanted = {(one.notice.person_id, one.moment.at) for one in ready}
    if not wanted:
        return {}
    by_moment: dict[datetime, set[int]] = defaultdict(set)
    for person, at in wanted:
        by_moment[at].add(person)
    Digest.objects.bulk_create(
        [Digest(person_id=person, channel=channel, due_at=at) for person, at in sorted(wanted)], ignore_conflicts=True
    )
    found: dict[tuple[int, datetime], int] = {}
    for at, keys in by_moment.items():
        rows = Digest.objects.filter(channel=channel, due_at=at, person__in=keys).values_list("person", "due_at", "pk")
        found |= {(person, due): key for person, due, key in rows}
    return found
