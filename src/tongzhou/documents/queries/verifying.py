"""Reads: what the verify page says of a paper to whoever holds it: no more than stands on the paper itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Max
from django.utils.translation import gettext as _

from tongzhou.documents.models import IssuedFile, IssuedPaper
from tongzhou.documents.queries.codes import typed
from tongzhou.documents.queries.register import Registered, newest_of, papers, registered
from tongzhou.documents.queries.signing import signer_text
from tongzhou.signoffs.models import Act, Sheet
from tongzhou.signoffs.queries.places import Standing, standings
from tongzhou.signoffs.queries.verifying import verify

KEPT_SECONDS = 60
"""For so long one walk along a chain answers for it: the page is open to everybody."""
SEAT_TONES = {"approve": "done", "condition": "done", "refuse": "blocked"}


@dataclass(frozen=True)
class Seat:
    """Who signed for a seat, with which decision, when; empty where nobody has."""

    capacity: str
    decision: str = ""
    tone: str = "todo"
    name: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Verified:
    """A paper as the verify page shows it. `holds`: whether the chain of its project verifies, None without a sheet."""

    paper: Registered
    files: tuple[IssuedFile, ...]
    seats: tuple[Seat, ...] = ()
    holds: bool | None = None
    newest: IssuedPaper | None = None

    @property
    def verdict(self) -> str:
        return verdicts()[self.paper.state]

    @property
    def signed(self) -> int:
        return sum(seat.at is not None for seat in self.seats)

    def file_of(self, digest: str) -> IssuedFile | None:
        """Return the file of this paper that has this hash."""
        return next((file for file in self.files if file.digest == digest), None)


def verdicts() -> dict[str, str]:
    """How a paper stands, as a sentence."""
    return {
        "current": _("On the register, and the newest"),
        "in-force": _("On the register, signed by all, and in force"),
        "signing": _("On the register, and being signed"),
        "refused": _("On the register, but not agreed by all"),
        "superseded": _("On the register, but a newer one exists"),
        "replaced": _("On the register, but replaced by a later version"),
        "voided": _("On the register, but voided"),
    }


def verified(code: str) -> Verified | None:
    """Return what there is to say of the paper with the code that somebody typed; None where there is none.

    At most eleven queries, however many have signed, but for the walk along the chain.
    """
    found = typed(code)
    row = papers().filter(code=found).first() if found else None
    if row is None:
        return None
    paper, files = registered(row), tuple(IssuedFile.objects.filter(paper=row).order_by("-pk"))
    newest = None
    if paper.state in ("superseded", "in-force"):
        newest = newest_of(row)
    if row.sheet is None:
        return Verified(paper, files, newest=newest)
    places = standings(row.sheet)
    return Verified(paper, files, tuple(map(_seat, places)), chain_holds(row.sheet), newest)


def _seat(at: Standing) -> Seat:
    said = at.signature
    if said is None:
        return Seat(at.place.capacity)
    decision = str(said.get_decision_display())
    return Seat(at.place.capacity, decision, SEAT_TONES[said.decision], signer_text(said), said.at)


def chain_holds(sheet: Sheet) -> bool:
    """Return whether the chain of a sheet's project is whole.

    Not only up to the sheet's last act: a row that was deleted does not tell any more that it was an act of this sheet.
    """
    return not _first_finding(sheet.project_id)


def _first_finding(project: int) -> int:
    """Return the number of the first bad entry of a chain, 0 for a whole one; walked anew when it grew, or after a while."""
    last = Act.objects.filter(project_id=project).aggregate(last=Max("number"))["last"]
    key = f"papers:chain:{project}:{last}"
    known = cache.get(key)
    if isinstance(known, int):
        return known
    finding = verify([project]).chains[0].finding
    number = finding.number if finding is not None else 0
    cache.set(key, number, KEPT_SECONDS)
    return number
