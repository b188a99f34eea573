"""Reads: what waits for a person's signature and what changed since she last saw it, what she signed, who signs for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from tongzhou.people.models import Department, User
from tongzhou.projects.access import seen_keys
from tongzhou.projects.models import ProjectRole, Seat
from tongzhou.signoffs.access import ROLE
from tongzhou.signoffs.models import Delegation, Ending, Place, Sheet, Signature, Viewing
from tongzhou.signoffs.queries.difference import Changed, difference_of, snapshot_of
from tongzhou.signoffs.queries.page import due_words
from tongzhou.signoffs.queries.queue import places_waiting, seats_held_by
from tongzhou.signoffs.queries.wording import fingerprint

COMPARED, MOST_CHANGES = 20, 200


@dataclass(frozen=True)
class Since:
    """What a paper says otherwise than the version that a person saw or signed last; None where there is none."""

    version: int | None = None
    changes: list[Changed] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True)
class Waiting:
    """A place that waits for a person. `principal`: for whom she signs, "" for her own seat; `opened_at`: when she saw it."""

    place: Place
    principal: str
    opened_at: datetime | None
    since: Since | None
    """None where it was not compared: beyond the first COMPARED of the list."""

    @property
    def sheet(self) -> Sheet:
        return self.place.sheet

    @property
    def short(self) -> str:
        return fingerprint(self.sheet.digest)

    @property
    def due_left(self) -> str:
        return due_words(self.sheet.due) if self.sheet.due else ""


def waiting_for(user: User, now: datetime) -> list[Waiting]:
    """Return what waits for `user`, by when it is due, with what changed since she saw it last. Seven queries."""
    places = places_waiting(user, now)
    opened = dict(_viewings(user, [place.sheet_id for place, _principal in places]))
    since = since_seen(user, [place.sheet for place, _principal in places[:COMPARED]])
    return [Waiting(place, name, opened.get(place.sheet_id), since.get(place.sheet_id)) for place, name in places]


def since_seen(user: User, sheets: Sequence[Sheet]) -> dict[int, Since]:
    """Return for each sheet what differs from the newest earlier version that `user` opened or signed. Two queries."""
    if not sheets:
        return {}
    known = Q(Exists(Viewing.objects.filter(sheet=OuterRef("pk"), person=user)))
    known |= Q(Exists(Signature.objects.filter(place__sheet=OuterRef("pk"), person=user)))
    about = Q()
    for sheet in sheets:
        about |= Q(project=sheet.project_id, kind=sheet.kind, key=sheet.key, version__lt=sheet.version)
    rows = Sheet.objects.filter(known, about).order_by("version").values_list("pk", "project_id", "kind", "key")
    last = {tuple(about): key for key, *about in rows}
    before = {sheet.pk: last.get((sheet.project_id, sheet.kind, sheet.key)) for sheet in sheets}
    wanted = {key for pair in before.items() if pair[1] for key in pair}
    full = Sheet.objects.only("version", "snapshot").in_bulk(list(wanted)) if wanted else {}
    return {key: _since(full.get(old) if old else None, full.get(key)) for key, old in before.items()}


def _since(before: Sheet | None, after: Sheet | None) -> Since:
    if before is None or after is None:
        return Since()
    changes = difference_of(snapshot_of(before), snapshot_of(after))
    return Since(before.version, changes[:MOST_CHANGES], len(changes))


def _viewings(user: User, sheets: Iterable[int]) -> QuerySet[Any, tuple[int, datetime]]:
    return Viewing.objects.filter(person=user, sheet__in=list(sheets)).order_by("-pk").values_list("sheet_id", "at")


@dataclass(frozen=True)
class Signed:
    """What a person signed, and how that stands: the state of the sheet, the newest version of the paper.

    Where she does not see the project any more, only what she signed is told.
    """

    signature: Signature
    newest: int
    visible: bool

    @property
    def sheet(self) -> Sheet:
        return self.signature.place.sheet

    @property
    def word(self) -> str:
        return str(Signature.Decision(self.signature.decision).label)

    @property
    def ended(self) -> str:
        return self.sheet.ending.kind if hasattr(self.sheet, "ending") else ""

    @property
    def state(self) -> str:
        """How the sheet stands, in words; a signature that was taken back says so."""
        if hasattr(self.signature, "withdrawal"):
            return _("Taken back")
        if not self.visible:
            return ""
        return str(Ending.Kind(self.ended).label) if self.ended else _("Being signed")

    @property
    def tone(self) -> str:
        if hasattr(self.signature, "withdrawal"):
            return "c-cancel"
        return {"final": "c-done", "": "c-doing", "voided": "c-cancel"}.get(self.ended, "c-todo")

    @property
    def is_newest(self) -> bool:
        return not self.visible or self.newest == self.sheet.version

    @property
    def short(self) -> str:
        return fingerprint(self.signature.sheet_digest)


def signatures_of(user: User) -> QuerySet[Signature]:
    """Return what `user` signed, the newest first, each with the newest version of its paper."""
    same = Sheet.objects.filter(
        project=OuterRef("place__sheet__project"), kind=OuterRef("place__sheet__kind"), key=OuterRef("place__sheet__key")
    )
    newest = same.order_by().values("key").annotate(newest=Max("version")).values("newest")
    rows = Signature.objects.filter(person=user).select_related("place__sheet__project", "place__sheet__ending", "withdrawal")
    rows = rows.defer("place__sheet__snapshot", "place__sheet__html")
    return rows.annotate(newest=Subquery(newest)).order_by("-pk")


def signed_by(user: User, rows: Iterable[Any]) -> list[Signed]:
    """Return rows of `signatures_of` as they are shown: what she does not see any more leads nowhere. One query."""
    seen = set(seen_keys(user))
    return [Signed(row, row.newest, row.place.sheet.project_id in seen) for row in rows]


@dataclass(frozen=True)
class Granted:
    """A delegation as the list shows it: the seat in words, the other person, whether it is hers or was given to her."""

    row: Delegation
    seat: str
    mine: bool
    holds: bool
    visible: bool
    """Whether the project is told: where it holds, or she sees it otherwise."""


def delegations_of(user: User, today: date) -> list[Granted]:
    """Return the delegations that hold or will, given by `user` or to her. Five queries.

    One whose principal left the seat does not hold: who sees the project by nothing else is not told how it is called now.
    """
    rows = Delegation.objects.filter(Q(principal=user) | Q(delegate=user), last__gte=today, ended_at__isnull=True)
    found = list(rows.select_related("project", "principal", "delegate").order_by("first", "pk"))
    keys = {int(key) for row in found if (key := row.seat.partition(":")[2]).isdecimal()}
    names = dict(Department.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
    held = seats_held_by({row.principal_id for row in found}) if found else set()
    seen = set(seen_keys(user)) if found else set()
    told = []
    for row in found:
        holds = (row.project_id, row.seat, row.principal_id) in held
        visible = holds or row.project_id in seen
        told.append(Granted(row, seat_word(row.seat, names), row.principal_id == user.pk, holds, visible))
    return told


def seat_word(seat: str, departments: dict[int, str]) -> str:
    """Return a seat in words: 研发部负责人, 项目总负责人."""
    kind, _colon, key = seat.partition(":")
    if kind == ROLE:
        return str(ProjectRole.Kind(key).label) if key in ProjectRole.Kind.values else seat
    name = departments.get(int(key), "") if key.isdecimal() else ""
    word = _("Head of %(department)s") if kind == Seat.Kind.HEAD else _("Liaison of %(department)s")
    return word % {"department": name}
