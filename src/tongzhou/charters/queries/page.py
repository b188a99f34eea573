"""Reads: what the page of a charter shows: the draft, what it lacks, what is being signed and what is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BinaryField, Case, Subquery, When

from tongzhou.charters.models import CharterPart, CharterVersion
from tongzhou.charters.queries.cut import Cut, cut_of, headings, labels
from tongzhou.charters.queries.missing import FORMS, Lack, form_of, lacking
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.projects.queries.team import may_manage
from tongzhou.signoffs.models import Ending, Place, Sheet, Signature
from tongzhou.signoffs.queries.difference import Changed, difference_of, snapshot_of
from tongzhou.signoffs.queries.page import Version, version_of
from tongzhou.signoffs.queries.places import ending_of

MOST_CHANGES = 200
SETTLED = (Signature.Decision.APPROVE, Signature.Decision.CONDITION)


@dataclass(frozen=True)
class Written:
    """A text of the charter's own, as it stands: who wrote it when, and its version (0: never)."""

    kind: str
    title: str
    text: str = ""
    version: int = 0
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Seat:
    """Where the version that is being signed is signed: as what, by whom so far, and what was decided.

    `carried`: the version on which this was signed, where that is an earlier one.
    """

    capacity: str
    name: str = ""
    decision: str = ""
    opinion: str = ""
    carried: int = 0

    @property
    def is_settled(self) -> bool:
        return self.decision in SETTLED

    @property
    def is_refused(self) -> bool:
        return self.decision == Signature.Decision.REFUSE


@dataclass(frozen=True, kw_only=True)
class SignedPage:
    """What the pages of a charter and of a memo share: what is lacking, and how the newest version stands that was opened."""

    lacks: list[Lack]
    can_edit: bool
    sheet: Sheet | None
    seats: list[Seat]
    changes: list[Changed]
    versions: list[Version]

    @property
    def needed(self) -> list[Lack]:
        return [lack for lack in self.lacks if lack.needed]

    @property
    def wished(self) -> list[Lack]:
        return [lack for lack in self.lacks if not lack.needed]

    @property
    def waiting(self) -> Sheet | None:
        """The version that is being signed."""
        return self.sheet if self.sheet is not None and not ending_of(self.sheet) else None

    @property
    def refusals(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.is_refused]

    @property
    def agreed(self) -> int:
        return sum(seat.is_settled for seat in self.seats)


@dataclass(frozen=True, kw_only=True)
class CharterPage(SignedPage):
    """Everything that the page of a charter shows."""

    cut: Cut
    heads: dict[str, str]
    parts: dict[str, Written]
    links: list[tuple[str, str]]
    force: CharterVersion | None

    @property
    def is_new(self) -> bool:
        """Whether what stands here was not asked to be signed yet, as it stands."""
        return self.sheet is None or ending_of(self.sheet) == Ending.Kind.VOIDED or bool(self.changes)

    @property
    def can_ask(self) -> bool:
        """Whether the manager may ask for signatures now."""
        return self.can_edit and not self.needed and self.is_new


def charter_page(user: User, project: Project) -> CharterPage:
    """Return what the page shows to `user`. Fourteen queries at most, however large the charter."""
    opened = versions_opened(project)
    force = next((row for row in opened if row.in_force_at), None)
    sheet = opened[0].sheet if opened else None
    parts = written_of(project)
    cut = cut_of(project, {part.kind: part.text for part in parts.values()})
    # As can_edit_charter says; the team was read for the cut.
    can_edit = force is None and may_manage(user, project)
    ended = ending_of(sheet) if sheet is not None else Ending.Kind.VOIDED
    return CharterPage(
        cut=cut,
        heads=headings(),
        parts=parts,
        lacks=[] if force else lacking(project, cut),
        can_edit=can_edit,
        links=change_links(project) if can_edit else [],
        force=force,
        sheet=sheet,
        seats=seats_of(sheet) if sheet is not None and not ended else [],
        changes=since(sheet, cut)[:MOST_CHANGES] if sheet is not None and ended != Ending.Kind.VOIDED else [],
        versions=[version_of(row.sheet, project.number) for row in opened],
    )


def versions_opened(project: Project) -> list[CharterVersion]:
    """Return the versions that were opened, the newest first, with their sheets; the newest has its snapshot. One query."""
    rows = CharterVersion.objects.filter(charter__project=project).select_related("sheet__ending", "baseline")
    newest = CharterVersion.objects.filter(charter__project=project).order_by("-pk").values("pk")[:1]
    frozen = Case(When(pk=Subquery(newest), then="sheet__snapshot"), output_field=BinaryField())
    found: list[Any] = list(
        rows.defer("planned", "sheet__snapshot", "sheet__html", "baseline__calendar").annotate(frozen=frozen)
    )
    for row in found[:1]:
        row.sheet.snapshot = row.frozen
    return found


def seats_of(sheet: Sheet) -> list[Seat]:
    """Return the places of a sheet with what holds there, be it from an earlier version. One query."""
    rows = Place.objects.filter(sheet=sheet).order_by("order", "signatures__pk")
    said = ("name", "decision", "opinion", "withdrawal")
    own, earlier = (tuple(f"{where}__{name}" for name in said) for where in ("signatures", "carried"))
    found: dict[str, Seat] = {}
    for capacity, *told, version in rows.values_list("capacity", *own, *earlier, "carried__place__sheet__version"):
        for (name, decision, opinion, withdrawal), since in ((told[4:], version), (told[:4], 0)):
            if decision is not None and withdrawal is None:
                found[capacity] = Seat(capacity, name, decision, opinion, since)
        found.setdefault(capacity, Seat(capacity))
    return list(found.values())


def written_of(project: Project) -> dict[str, Written]:
    """Return the charter's own texts with their versions. One query."""
    rows = {row.kind: row for row in CharterPart.objects.filter(charter__project=project)}
    found = {}
    for kind in CharterPart.Kind:
        row = rows.get(kind)
        given: tuple[Any, ...] = (row.text, row.version, row.written_by_name, row.written_at) if row else ()
        found[str(kind)] = Written(str(kind), str(kind.label), *given)
    return found


def since(sheet: Sheet, cut: Cut) -> list[Changed]:
    """Return what the charter says otherwise than a version of it, but for its plan, which may move, and its fixed texts."""
    before = snapshot_of(sheet)
    for frozen in ("plan", "wording"):
        before["shared"].pop(frozen, None)
    return difference_of(before, {"shared": cut, "labels": labels(), "parts": before["parts"]})


def change_links(project: Project) -> list[tuple[str, str]]:
    """Return where each part that is live data is changed."""
    return [(part, form_of(project, part)) for part in FORMS]
