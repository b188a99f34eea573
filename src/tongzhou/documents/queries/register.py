"""Reads: the papers of a project that were handed out, and how each of them stands now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tongzhou.documents.models import IssuedPaper
from tongzhou.documents.queries.codes import printed
from tongzhou.documents.queries.kinds import KINDS, PaperKind
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Ending, Sheet, Signature
from tongzhou.signoffs.queries.places import ending_of

SORTS = {"at": "at", "number": "number", "title": "title", "kind": "kind", "version": "version"}
TONES = {
    "current": "done",
    "in-force": "done",
    "signing": "doing",
    "refused": "blocked",
    "superseded": "late",
    "replaced": "late",
    "voided": "cancelled",
}


@dataclass(frozen=True)
class Wanted:
    """What an address asks of the register: a kind, words of number or title, an order."""

    kind: str = ""
    words: str = ""
    sort: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.kind or self.words)


@dataclass(frozen=True)
class Registered:
    """A paper of the register with its kind and how it stands: one of TONES."""

    row: IssuedPaper
    state: str

    @property
    def kind(self) -> PaperKind:
        return KINDS[self.row.kind]

    @property
    def code(self) -> str:
        return printed(self.row.code)

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def word(self) -> str:
        return words()[self.state]


def words() -> dict[str, str]:
    """How a paper stands, in a word."""
    return {
        "current": _("Newest"),
        "in-force": _("In force"),
        "signing": _("Being signed"),
        "refused": _("Not agreed"),
        "superseded": _("A newer one exists"),
        "replaced": _("Replaced by a later version"),
        "voided": _("Voided"),
    }


def papers() -> QuerySet[IssuedPaper]:
    """Return the papers of the register without what they say, each with `is_newest`, `is_refused` and `is_followed`."""
    same = IssuedPaper.objects.filter(thing=OuterRef("thing")).exclude(pk=OuterRef("pk"))
    newer = same.filter(Q(turn__gt=OuterRef("turn")) | Q(turn=OuterRef("turn"), version__gt=OuterRef("version")))
    refusals = Signature.objects.filter(
        place__sheet=OuterRef("sheet"), decision=Signature.Decision.REFUSE, withdrawal__isnull=True
    )
    same_matter = {name: OuterRef(f"sheet__{name}") for name in ("project", "kind", "key")}
    later = Sheet.objects.filter(**same_matter, version__gt=OuterRef("sheet__version"), ending__kind=Ending.Kind.FINAL)
    rows = IssuedPaper.objects.filter(kind__in=KINDS).select_related("sheet__ending")
    told = rows.defer("content", "sheet__snapshot", "sheet__html")
    return told.annotate(is_newest=~Exists(newer), is_refused=Exists(refusals), is_followed=Exists(later))


def registered(row: IssuedPaper) -> Registered:
    """Return how a paper of `papers` stands."""
    return Registered(row, _state(row))


def newest_of(row: IssuedPaper) -> IssuedPaper | None:
    """Return the newest paper of a thing, None where it is this one. One query."""
    newest = IssuedPaper.objects.filter(thing=row.thing).defer("content").order_by("-turn", "-version").first()
    return newest if newest is not None and newest.pk != row.pk else None


def _state(row: IssuedPaper) -> str:
    known: Any = row
    ending = ending_of(row.sheet) if row.sheet is not None else ""
    steps = (
        ("voided", ending == Ending.Kind.VOIDED),
        ("replaced", ending == Ending.Kind.REPLACED or known.is_followed),
        # What is in force stays so while a later version is written and signed.
        ("in-force", ending == Ending.Kind.FINAL),
        ("superseded", not known.is_newest or not row.turn),
        ("current", row.sheet is None),
        ("refused", known.is_refused),
    )
    return next((state for state, holds in steps if holds), "signing")


def papers_of(project: Project, wanted: Wanted) -> QuerySet[IssuedPaper]:
    """Return the papers of a project that are asked for, the newest first."""
    rows = papers().filter(project=project)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    for word in wanted.words.split():
        rows = rows.filter(Q(number__icontains=word) | Q(title__icontains=word) | Q(by_name__icontains=word))
    field = SORTS.get(wanted.sort.removeprefix("-"))
    if field is None:
        return rows.order_by("-at", "-pk")
    return rows.order_by(F(field).desc() if wanted.sort.startswith("-") else F(field).asc(), "-pk")


def kinds_of(project: Project) -> list[PaperKind]:
    """Return the kinds of which a project has papers on the register: a project is never asked for others. One query."""
    found = set(IssuedPaper.objects.filter(project=project).order_by().values_list("kind", flat=True).distinct())
    return [kind for key, kind in KINDS.items() if key in found]
