"""What goes out by a channel, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.lib import clock
from tongzhou.lib.registry import ENCLOSURES
from tongzhou.lib.telling import Enclosure
from tongzhou.notifications.access import shown_to
from tongzhou.notifications.models import Delivery, Digest, Notice
from tongzhou.notifications.queries.channels import Line, Message
from tongzhou.notifications.queries.kinds import KINDS
from tongzhou.people.models import User

State = Delivery.State
OPEN = (State.WAITING, State.FAILED)
LIST = 100


@dataclass(frozen=True)
class Parcel:
    """Deliveries that go out together: one notice, or a digest. `rows` are those that are still to go."""

    name: str
    person: User
    channel: str
    rows: tuple[Delivery, ...]
    needed: tuple[Delivery, ...]
    """Those of `rows` that the person still needs: she may see them, and a digest or quiet hours did not outlive them."""
    digest: bool

    def message(self) -> Message:
        lines = tuple(_line(row) for row in sorted(self.needed, key=lambda row: (not row.notice.urgent, row.notice_id)))
        choices = f"{settings.BASE_URL}{reverse('my_choices')}"
        return Message(self.name, self.person, lines, self.digest, choices, tuple(_enclosures(self.needed)))


def _enclosures(rows: Iterable[Delivery]) -> list[Enclosure]:
    """Return the files that go along with these notices, of each name the latest."""
    now, found = clock.now(), dict[str, Enclosure]()
    for row in sorted(rows, key=lambda row: row.notice_id):
        made = (one for enclose in ENCLOSURES.at(row.notice.kind) for one in enclose(row.notice.source, now))
        found |= {one.name: one for one in made}
    return list(found.values())


def parcel_of_notice(key: int) -> Parcel | None:
    """Return what the delivery with this id is about; None where nothing is to go any more. Two queries."""
    row = Delivery.objects.select_related("notice__person").filter(pk=key, state__in=OPEN, digest=None).first()
    if row is None:
        return None
    person = row.notice.person
    return Parcel(f"notice-{row.notice_id}", person, row.channel, (row,), _needed(person, [row]), digest=False)


def parcel_of_digest(key: int) -> Parcel | None:
    """Return what the digest with this id holds; None where nothing is to go any more. Three queries."""
    digest = Digest.objects.select_related("person").filter(pk=key).first()
    rows = list(Delivery.objects.select_related("notice").filter(digest=key, state__in=OPEN)) if digest else []
    if digest is None or not rows:
        return None
    return Parcel(f"digest-{key}", digest.person, digest.channel, tuple(rows), _needed(digest.person, rows), digest=True)


def _needed(person: User, rows: list[Delivery]) -> tuple[Delivery, ...]:
    if not person.is_active:
        return ()
    shown = Notice.objects.filter(shown_to(person.pk, clock.today()), pk__in=[row.notice_id for row in rows])
    seen = set(shown.values_list("pk", flat=True))
    return tuple(row for row in rows if row.notice_id in seen and not (row.notice.read_at and (row.held or row.digest_id)))


def _line(row: Delivery) -> Line:
    notice = row.notice
    kind = KINDS.get(notice.kind)
    url = f"{settings.BASE_URL}{notice.link}" if notice.link.startswith("/") else ""
    return Line(str(kind.word) if kind else notice.kind, notice.title, notice.text, url, notice.at, notice.urgent)


@dataclass(frozen=True)
class Report:
    """A delivery as an administrator sees it: to whom and what became of it, not what it says."""

    id: int
    person: str
    channel: str
    kind: str
    state: str
    state_word: str
    at: Any
    tries: int
    error: str


def deliveries(state: str = "", limit: int = LIST) -> list[Report]:
    """Return the latest deliveries, those that failed or were tried in vain, with what went wrong. One query."""
    rows = Delivery.objects.filter(Q(state=state) if state else Q(state=State.FAILED) | Q(state=State.WAITING, tries__gt=0))
    columns = ("pk", "notice__person__name", "channel", "notice__kind", "state", "tried_at", "due_at", "tries", "error")
    found = []
    for pk, person, channel, kind, now, tried, due, tries, error in rows.order_by("-pk").values_list(*columns)[:limit]:
        word = str(KINDS[kind].word) if kind in KINDS else kind
        found.append(Report(pk, person, channel, word, now, str(State(now).label), tried or due, tries, error))
    return found


def delivery_card(request: HttpRequest, subject: None) -> dict[str, str]:
    """Lead the administrator to what was not delivered. One query."""
    count = Delivery.objects.filter(state=State.FAILED).count()
    note = _("%(count)s not delivered") % {"count": count} if count else _("Mail server, defaults, what was not delivered")
    return {"href": reverse("deliveries"), "icon": "send", "word": _("Delivery of messages"), "note": note}
