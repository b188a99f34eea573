"""Reads: what the pages of sheets show."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.lib import clock
from tongzhou.papers.html import Html
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.projects.queries.team import standing_of
from tongzhou.signoffs.access import Capacity, can_open, can_verify, capacities_of
from tongzhou.signoffs.models import Ending, Sheet, Signature
from tongzhou.signoffs.queries.difference import Changed, difference_of, snapshot_of
from tongzhou.signoffs.queries.places import Standing, ending_of, latest_of, standings
from tongzhou.signoffs.queries.queue import decisions_of, sheets_waiting
from tongzhou.signoffs.queries.wording import fingerprint, statement_of

WORDS = {
    "approve": ("circle-check", "c-done"),
    "condition": ("circle-check", "c-late"),
    "refuse": ("circle-x", "c-block"),
    "open": ("circle-dashed", "c-todo"),
    "later": ("clock", "c-todo"),
}
SOON = timedelta(hours=24)
MOST_CHANGES = 200
MOST_NAMED = 6


@dataclass(frozen=True)
class Version:
    """A version of a sheet in a list."""

    pk: int
    version: int
    title: str
    opened_at: datetime
    opened_by: str
    ended: str
    ended_at: datetime | None
    digest: str
    number: str
    about: tuple[str, int]
    due: datetime | None

    @property
    def word(self) -> str:
        """How it stands, in the reader's language."""
        return str(Ending.Kind(self.ended).label) if self.ended else _("Being signed")

    @property
    def tone(self) -> str:
        return {"final": "c-done", "": "c-doing", "voided": "c-cancel"}.get(self.ended, "c-todo")

    @property
    def icon(self) -> str:
        return {"final": "circle-check", "": "signature", "voided": "ban"}.get(self.ended, "history")

    @property
    def short(self) -> str:
        return fingerprint(self.digest)


def versions_of(project: Project, kind: str = "", key: int = 0) -> list[Version]:
    """Return the sheets of a project (of one subject), the newest first. One query."""
    rows = Sheet.objects.filter(project=project).select_related("ending").defer("snapshot", "html").order_by("-pk")
    if kind:
        rows = rows.filter(kind=kind, key=key)
    return [version_of(row, project.number) for row in rows]


def version_of(row: Sheet, number: str) -> Version:
    """Return a sheet, read with its ending, as a version in a list."""
    ended = ending_of(row)
    return Version(
        row.pk,
        row.version,
        row.title,
        row.opened_at,
        row.opened_by_name,
        ended,
        row.ending.at if ended else None,
        row.digest,
        number,
        (row.kind, row.key),
        row.due,
    )


@dataclass(frozen=True)
class Approval:
    """A signature of a version, in words: by whom, what, when."""

    sheet: int
    capacity: str
    name: str
    principal: str
    decision: str
    opinion: str
    at: datetime

    @property
    def word(self) -> str:
        return str(Signature.Decision(self.decision).label)


def approvals_of(project: Project, kind: str, key: int) -> list[Approval]:
    """Return what was decided about the versions of a subject and not taken back, in the order of time. One query."""
    rows = Signature.objects.filter(
        place__sheet__project=project, place__sheet__kind=kind, place__sheet__key=key, withdrawal=None
    )
    columns = ("place__sheet_id", "capacity", "name", "principal_name", "decision", "opinion", "at")
    return [Approval(*row) for row in rows.order_by("pk").values_list(*columns)]


@dataclass(frozen=True)
class Paper:
    """A paper in the list of a project: its newest version, the ones before it, and who decided what so far."""

    newest: Version
    before: list[Version]
    said: str
    mine: bool

    @property
    def due_left(self) -> str:
        return due_words(self.newest.due) if self.newest.due and not self.newest.ended else ""

    @property
    def is_late(self) -> bool:
        return self.newest.due is not None and self.newest.due < clock.now()


def papers_of(project: Project, user: User) -> list[Paper]:
    """Return the papers of a project: what waits for `user` first, then what is being signed, then the rest. Six queries."""
    versions: dict[tuple[str, int], list[Version]] = {}
    for version in versions_of(project):
        versions.setdefault(version.about, []).append(version)
    said = decisions_of(project)
    mine = sheets_waiting(user, clock.now())
    found = [Paper(rows[0], rows[1:], said.get(rows[0].pk, ""), rows[0].pk in mine) for rows in versions.values()]
    return sorted(found, key=lambda paper: (not paper.mine, bool(paper.newest.ended)))


@dataclass(frozen=True)
class Line:
    """A place as the paper and the rail show it."""

    at: Standing
    mine: bool

    @property
    def word(self) -> str:
        if self.at.signature is not None:
            return str(Signature.Decision(self.at.signature.decision).label)
        if self.mine and self.at.is_open:
            return _("Waits for you")
        return _("To sign") if self.at.is_open else _("Not its turn yet")

    @property
    def icon(self) -> str:
        return WORDS[self.at.state][0]

    @property
    def tone(self) -> str:
        return WORDS[self.at.state][1]

    @property
    def short(self) -> str:
        """The beginning of the hash under which the signature stands."""
        signature = self.at.signature
        return f"{signature.sheet_digest[:4]} {signature.sheet_digest[4:8]}" if signature else ""

    @property
    def carried(self) -> str:
        """What is said of a signature of an earlier version that still holds."""
        if not self.at.carried or self.at.signature is None:
            return ""
        version = self.at.signature.place.sheet.version
        return _("Signed on version %(version)s; the shared part and this seat's part did not change.") % {"version": version}


@dataclass(frozen=True)
class SheetPage:
    """Everything that the page of a sheet shows."""

    sheet: Sheet
    html: Html | None
    lines: list[Line]
    changes: list[Changed]
    before: Sheet | None
    latest: Sheet
    versions: list[Version]
    mine: Line | None
    capacity: Capacity | None
    my_signature: Signature | None
    can_void: bool
    can_verify: bool

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.sheet.digest)

    @property
    def ended(self) -> str:
        return ending_of(self.sheet)

    @property
    def can_sign(self) -> bool:
        return self.mine is not None and self.mine.at.is_open and not self.ended

    @property
    def is_newest(self) -> bool:
        return self.latest.pk == self.sheet.pk

    @property
    def counts(self) -> str:
        """4 席：2 同意，1 不同意，1 待签."""
        states = [line.at.state for line in self.lines]
        agreed = sum(state in ("approve", "condition") for state in states)
        refused = states.count("refuse")
        parts = [_("%(count)s agree") % {"count": agreed}]
        if refused:
            parts.append(_("%(count)s disagree") % {"count": refused})
        waiting = len(states) - agreed - refused
        if waiting:
            parts.append(_("%(count)s to sign") % {"count": waiting})
        seats = ngettext("%(count)s seat", "%(count)s seats", len(states)) % {"count": len(states)}
        return _("%(seats)s: %(parts)s") % {"seats": seats, "parts": _(", ").join(parts)}

    @property
    def due_left(self) -> str:
        """How long there is still, or how long it is overdue."""
        return due_words(self.sheet.due) if self.sheet.due else ""

    @property
    def is_pressing(self) -> bool:
        return self.sheet.due is not None and self.sheet.due - clock.now() < SOON

    @property
    def after(self) -> list[str]:
        """What follows when this person signs."""
        others = [line.at.held.capacity for line in self.lines if line is not self.mine and not line.at.is_settled]
        if others:
            seats = "、".join(others[:MOST_NAMED])
            if len(others) > MOST_NAMED:
                seats = _("%(seats)s and others, %(count)s in all") % {"seats": seats, "count": len(others)}
            return [_("It is in force when all agree; still to agree: %(seats)s.") % {"seats": seats}]
        return [_("With this signature it is in force at once.")]

    @property
    def identity(self) -> str:
        """As what this person signs."""
        if self.capacity is None:
            return ""
        if self.capacity.principal is not None:
            known = {"capacity": self.capacity.held.capacity, "principal": self.capacity.principal.name}
            return _("%(capacity)s (for %(principal)s)") % known
        return _("%(capacity)s (holder of the seat)") % {"capacity": self.capacity.held.capacity}

    def statements(self, person: str) -> dict[str, str]:
        """The sentence that is signed, by decision."""
        assert self.mine is not None
        principal = self.capacity.principal.name if self.capacity and self.capacity.principal else ""
        capacity = self.mine.at.place.capacity
        kinds = Signature.Decision.values
        return {kind: statement_of(self.sheet, capacity, kind, person, principal) for kind in kinds}


def sheet_page(user: User, sheet: Sheet, place: int | None = None) -> SheetPage:
    """Return what the page of a sheet shows to `user`; `place` is the one at which she signs, if she may at several."""
    at, today = standing_of(user, sheet.project), clock.today()
    found = standings(sheet)
    as_what = capacities_of(user, sheet.project, (row.held for row in found), today)
    may = [(row, as_what[row.held.seat]) for row in found if row.held.seat in as_what]
    chosen = next((pair for pair in may if pair[0].place.pk == place), None)
    chosen = chosen or next((pair for pair in may if pair[0].is_open), None) or (may[0] if may else None)
    mine = {row.place.pk for row, _capacity in may}
    lines = [Line(row, row.place.pk in mine) for row in found]
    versions = versions_of(sheet.project, sheet.kind, sheet.key)
    before = _before(sheet)
    return SheetPage(
        sheet=sheet,
        html=shown_html(sheet),
        lines=lines,
        changes=difference_of(snapshot_of(before), snapshot_of(sheet))[:MOST_CHANGES] if before else [],
        before=before,
        latest=latest_of(sheet),
        versions=versions,
        mine=next((line for line in lines if chosen and line.at.place.pk == chosen[0].place.pk), None),
        capacity=chosen[1] if chosen else None,
        my_signature=next((row.signature for row in found if row.signature and row.signature.person_id == user.pk), None),
        can_void=can_open(at) and not ending_of(sheet),
        can_verify=can_verify(user, at, sheet),
    )


def _before(sheet: Sheet) -> Sheet | None:
    """Return the version with which this one is compared: the last one before it that was not voided."""
    rows = Sheet.objects.filter(project_id=sheet.project_id, kind=sheet.kind, key=sheet.key, version__lt=sheet.version)
    return rows.exclude(ending__kind=Ending.Kind.VOIDED).order_by("-version").first()


def shown_html(sheet: Sheet) -> Html | None:
    """Return the page as it was shown when it was frozen; None if its bytes are not those any more."""
    data = bytes(sheet.html)
    if hashlib.sha256(data).hexdigest() != sheet.html_digest:
        return None
    # Written by templates of ours, which escape; the hash says that nobody wrote into it since.
    return Html(data.decode())


def due_words(due: datetime, now: datetime | None = None) -> str:
    """剩 1 天 4 小时 / 已过 2 小时."""
    left = due - (now or clock.now())
    minutes = int(abs(left.total_seconds()) // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        text = _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    else:
        text = _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}
    return (_("%(time)s left") if left >= timedelta(0) else _("%(time)s overdue")) % {"time": text}


def due_text(due: datetime) -> str:
    return timezone.localtime(due).strftime("%Y-%m-%d %H:%M")
