"""Reads: whether the chains, and everything that stands on them, are what they were: `tongzhou verify` and its pages.

A chain is walked from its first entry; then each sheet, signature, withdrawal, ending and delegation is built again from its
row and compared with its entry. So a row that was changed, that is gone, or that has no entry is found, and its entry named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from tongzhou.engine.chain import Anchor, Row, sealed, walk
from tongzhou.signoffs.models import Act
from tongzhou.signoffs.queries.anchors import anchor_of, anchored_chains, chain_name
from tongzhou.signoffs.queries.rows import Fault, Kept, row_faults

CHUNK = 4000
STARTS = {
    kind: f'{{"act":"{kind}",'.encode()
    for kind in ("sheet-opened", "signed", "refused", "withdrawn", "sheet-ended", "delegated", "restored")
}
KINDS = {start: kind for kind, start in STARTS.items()}
BEGINNINGS = frozenset(start[8:12] for start in KINDS)


@dataclass(frozen=True)
class Finding:
    """The first bad entry of a chain."""

    project: int
    number: int
    fault: str

    @property
    def text(self) -> str:
        return words()[self.fault] % {"number": self.number}


@dataclass(frozen=True)
class Chain:
    """What was found of one chain: its length, how far it is anchored, its restores, and its first bad entry."""

    project: int
    length: int
    head: str
    anchored: int | None
    restored: tuple[int, ...] = ()
    finding: Finding | None = None


@dataclass(frozen=True)
class Verified:
    """What was found of all chains that were asked for."""

    chains: tuple[Chain, ...]

    @property
    def entries(self) -> int:
        return sum(chain.length for chain in self.chains)

    @property
    def findings(self) -> list[Finding]:
        return [chain.finding for chain in self.chains if chain.finding is not None]


def words() -> dict[str, str]:
    """What each fault means, in the reader's language."""
    return {
        "missing": _("Entry %(number)s is not there, or not in its place."),
        "changed": _("Entry %(number)s was changed."),
        "forged": _("Entry %(number)s was not written by this product: its seal is wrong."),
        "cut": _("The entries from %(number)s on are gone, although they were anchored."),
        "anchor": _("Entry %(number)s is not the one that was anchored."),
        "unanchored": _("There is no anchor, although there are %(number)s entries."),
        "text": _("The text that was signed is not the one of entry %(number)s."),
        "page": _("The page that was shown is not the one of entry %(number)s."),
        "row": _("What is kept of entry %(number)s was changed."),
        "gone": _("What entry %(number)s wrote down is gone."),
        "extra": _("Something stands there that entry %(number)s did not write."),
    }


def verify(projects: Iterable[int] | None = None) -> Verified:
    """Verify the chains of these projects (0: the organisation), or all. All is read as of one moment."""
    # First the anchors: an act that is committed meanwhile is anchored later, and an anchor that is behind is no finding.
    known = anchored_chains() if projects is None else list(projects)
    anchors = {chain: anchor_of(chain) for chain in known}
    with _one_moment():
        wanted = sorted(set(known)) if projects is not None else _all_chains(anchors)
        return Verified(tuple(_verified(chain, anchors.get(chain)) for chain in wanted))


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as of one moment, and keep nobody from writing meanwhile."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # A transaction of Django's would hold the lock of writers; this one only reads.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("COMMIT")


def _all_chains(anchors: dict[int, Anchor | None]) -> list[int]:
    return sorted({*Act.objects.order_by().values_list("project_id", flat=True).distinct(), *anchors})


@dataclass
class _Passing:
    """What is noticed of a chain while it is walked."""

    chain: int
    anchored: int
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STARTS, 0))
    restored: list[int] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Yield the entries. Those that wrote rows are counted by the beginning of their bytes."""
        columns: Any = Act.objects.filter(project_id=self.chain).order_by("number").values_list("number", "body", "hash")
        for row in columns.iterator(chunk_size=CHUNK):
            body = row[1]
            if body[8:12] in BEGINNINGS:
                self._count(row[0], KINDS.get(body[: body.find(b",") + 1], ""))
            yield row

    def _count(self, number: int, kind: str) -> None:
        if kind:
            self.counts[kind] += 1
        if kind == "restored":
            self.restored.append(number)

    def first_unsealed(self) -> int:
        """Return the number of the first entry after the anchor whose seal is wrong, 0 where there is none.

        What was anchored needs no seal.
        """
        secret = settings.CHAIN_SECRET.encode()
        rows: Any = Act.objects.filter(project_id=self.chain, number__gt=self.anchored).order_by("number")
        found = rows.values_list("number", "hash", "seal").iterator(chunk_size=CHUNK)
        return next((number for number, hashed, seal in found if not compare_digest(sealed(secret, hashed), seal)), 0)


def _verified(chain: int, anchor: Anchor | None) -> Chain:
    passing = _Passing(chain, anchor.number if anchor else 0)
    walked = walk(chain_name(chain), passing.rows(), anchor)
    faults = [Fault(walked.at, walked.fault)] if walked.fault else []
    unsealed = passing.first_unsealed()
    if unsealed:
        faults.append(Fault(unsealed, "forged"))
    if walked.fault is None and anchor is None and walked.length > 1:
        faults.append(Fault(walked.length, "unanchored"))
    faults += row_faults(Kept(chain, passing.counts, walked.length))
    first = min(faults, key=lambda fault: fault.number, default=None)
    return Chain(
        project=chain,
        length=walked.length,
        head=walked.head.hex(),
        anchored=anchor.number if anchor else None,
        restored=tuple(passing.restored),
        finding=Finding(chain, first.number, first.fault) if first else None,
    )


def told(found: Verified, numbers: dict[int, str]) -> dict[str, Any]:
    """Return the same as programs are told it. `numbers`: id → number of the projects."""
    return {
        "ok": not found.findings,
        "entries": found.entries,
        "chains": [
            {
                "project": numbers.get(chain.project),
                "entries": chain.length,
                "head": chain.head,
                "anchored": chain.anchored,
                "restored": list(chain.restored),
                "finding": {"entry": chain.finding.number, "fault": chain.finding.fault, "text": chain.finding.text}
                if chain.finding
                else None,
            }
            for chain in found.chains
        ],
    }
