"""Reads: several papers signed one after the other after one proof of identity: where a person stands on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.papers.html import Html
from tongzhou.people.models import User
from tongzhou.projects.access import seen_keys
from tongzhou.signoffs.models import Place, Sheet, Signature, Viewing
from tongzhou.signoffs.queries.mine import Since, since_seen
from tongzhou.signoffs.queries.page import WORDS, due_words, shown_html
from tongzhou.signoffs.queries.queue import decided_places, places_waiting
from tongzhou.signoffs.queries.wording import fingerprint, statement_of

MOST = 50
WAITING, SIGNED, GONE = "waiting", "signed", "gone"


@dataclass(frozen=True)
class Stop:
    """One place on the way: it waits for her, she signed it, or it is not hers to sign (any more)."""

    key: int
    state: str
    place: Place | None = None
    principal: str = ""
    decision: str = ""

    @property
    def title(self) -> str:
        """The paper and its version; nothing of one that she does not see."""
        if self.place is None:
            return _("A paper that does not wait for you any more")
        sheet = self.place.sheet
        return _("%(title)s, version %(version)s") % {"title": sheet.title, "version": sheet.version}

    @property
    def word(self) -> str:
        if self.state == SIGNED:
            return str(Signature.Decision(self.decision).label)
        return _("Waits for you") if self.state == WAITING else _("Not yours to sign any more")

    @property
    def icon(self) -> str:
        return WORDS[self.decision][0] if self.state == SIGNED else "circle-dashed" if self.state == WAITING else "ban"

    @property
    def tone(self) -> str:
        return WORDS[self.decision][1] if self.state == SIGNED else "c-todo" if self.state == WAITING else "c-cancel"


def stops_of(user: User, keys: Sequence[int], now: datetime) -> list[Stop]:
    """Return where each of these places stands for `user`, in their order; without keys all that wait for her. Six queries."""
    waiting = {place.pk: (place, principal) for place, principal in places_waiting(user, now)}
    wanted = list(keys) or list(waiting)[:MOST]
    others = [key for key in wanted if key not in waiting]
    signed, known = (_signed(user, others), _known(user, others)) if others else ({}, {})
    return [_stop(key, waiting, signed, known) for key in wanted]


def _stop(key: int, waiting: dict[int, tuple[Place, str]], signed: dict[int, str], known: dict[int, Place]) -> Stop:
    if key in waiting:
        return Stop(key, WAITING, *waiting[key])
    if key in signed:
        return Stop(key, SIGNED, known.get(key), decision=signed[key])
    return Stop(key, GONE, known.get(key))


def _signed(user: User, keys: Sequence[int]) -> dict[int, str]:
    rows = Signature.objects.filter(place__in=keys, person=user, withdrawal=None)
    return dict(rows.values_list("place_id", "decision"))


def _known(user: User, keys: Sequence[int]) -> dict[int, Place]:
    rows = Place.objects.filter(pk__in=keys, sheet__project__in=seen_keys(user)).select_related("sheet__project")
    return {row.pk: row for row in rows.defer("sheet__snapshot", "sheet__html")}


@dataclass(frozen=True)
class Seen:
    """A paper on the way, as it is shown: what changed since she saw it last, who decided what, whether she came to its end."""

    stop: Stop
    sheet: Sheet
    html: Html | None
    since: Since
    seats: list[tuple[str, str, str, str]]
    """Capacity, word, icon, tone of each seat."""
    whole: bool
    opened_at: datetime | None
    statements: dict[str, str]

    @property
    def place(self) -> Place:
        assert self.stop.place is not None
        return self.stop.place

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.sheet.digest)

    @property
    def due_left(self) -> str:
        return due_words(self.sheet.due) if self.sheet.due else ""

    @property
    def identity(self) -> str:
        """As what this person signs."""
        known = {"capacity": self.place.capacity, "principal": self.stop.principal}
        if self.stop.principal:
            return _("%(capacity)s (for %(principal)s)") % known
        return _("%(capacity)s (holder of the seat)") % known


def seen_paper(user: User, stop: Stop) -> Seen:
    """Return the paper of a place that waits for `user`. Five queries."""
    assert stop.place is not None
    sheet = Sheet.objects.get(pk=stop.place.sheet_id)
    sheet.project = stop.place.sheet.project
    views = list(Viewing.objects.filter(sheet=sheet, person=user).values_list("whole", "at"))
    seats = [(row.capacity, *_seat(row, row.pk == stop.key)) for row in decided_places(sheet)]
    kinds = Signature.Decision.values
    return Seen(
        stop=stop,
        sheet=sheet,
        html=shown_html(sheet),
        since=since_seen(user, [sheet]).get(sheet.pk, Since()),
        seats=seats,
        whole=any(whole for whole, _at in views),
        opened_at=min((at for _whole, at in views), default=None),
        statements={kind: statement_of(sheet, stop.place.capacity, kind, user.name, stop.principal) for kind in kinds},
    )


def _seat(row: Place, mine: bool) -> tuple[str, str, str]:
    decision = row.decided or row.holds  # type: ignore[attr-defined]
    if decision:
        return str(Signature.Decision(decision).label), *WORDS[decision]
    return _("Waits for you") if mine else _("To sign"), *WORDS["open"]


def walked(stops: Sequence[Stop]) -> str:
    """Say what was done on the way."""
    signed = sum(stop.state == SIGNED for stop in stops)
    left = sum(stop.state == WAITING for stop in stops)
    said = ngettext("%(count)s paper signed", "%(count)s papers signed", signed) % {"count": signed}
    if left:
        more = ngettext("%(count)s still waits for you", "%(count)s still wait for you", left) % {"count": left}
        return _("%(said)s; %(more)s.") % {"said": said, "more": more}
    return _("%(said)s.") % {"said": said}
