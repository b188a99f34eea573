"""The page of syncs: one slot with who is missing by department, the weeks before, and how well departments keep to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.lib.waiting import WEEKDAYS
from tongzhou.plan.models import WorkItem
from tongzhou.progress.models import SyncResult, SyncRound
from tongzhou.progress.queries.beats import URGENCIES, Rhythm, beat_of
from tongzhou.progress.queries.misses import misses
from tongzhou.projects.models import Project

WEEKS = 12
MOST_SLOTS = 90
Missed = tuple[int, str, datetime | None]
"""A task that was missed: its id, its name, and when it was said afterwards."""
SYNCED, MISSED, LATE, NOBODY = "synced", "missed", "late", "nobody"
STATES = (MISSED, LATE, NOBODY, SYNCED)
TONES = {SYNCED: "done", MISSED: "blocked", LATE: "late", NOBODY: "cancelled"}


def state_word(state: str) -> str:
    words = {SYNCED: _("Synced"), MISSED: _("Not synced"), LATE: _("Synced late"), NOBODY: _("Nobody to ask")}
    return words[state]


@dataclass(frozen=True)
class Wanted:
    """What the address asks: a slot (its stamp), an urgency, a department (id), a state of results, words of a name."""

    slot: str = ""
    urgency: str = ""
    department: str = ""
    state: str = ""
    words: str = ""

    @property
    def filters(self) -> bool:
        return bool(self.urgency or self.department or self.state or self.words)


@dataclass(frozen=True)
class Line:
    """A person in a slot. `late` is when the last of what was missed was said; `missing` are the tasks that were missed.

    `person` is who was asked (id), `behind` each task that was missed, also where it was said afterwards.
    """

    department: str
    department_id: int | None
    name: str
    instead_of: str
    urgency: str
    tasks: int
    missed: int
    missing: str
    state: str
    late: str
    person: int
    behind: tuple[Missed, ...]

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def word(self) -> str:
        return state_word(self.state)


@dataclass(frozen=True)
class SlotShown:
    """A slot that was counted: its rounds added up."""

    stamp: str
    at: datetime
    word: str
    people: int
    synced: int
    tasks: int
    synced_tasks: int

    @property
    def percent(self) -> int:
        return share(self.synced, self.people)


@dataclass(frozen=True)
class Week:
    """The slots of a week, added up; `late` counts tasks that were said afterwards."""

    monday: date
    slots: int
    people: int
    synced: int
    late: int
    stamp: str

    @property
    def percent(self) -> int:
        return share(self.synced, self.people)


@dataclass(frozen=True)
class Discipline:
    """How a department kept to the slots of the last weeks: how often people were asked, and had said all in time."""

    department: str
    asked: int
    synced: int

    @property
    def percent(self) -> int:
        return share(self.synced, self.asked)


@dataclass(frozen=True)
class SyncPage:
    """What the page shows."""

    slots: list[SlotShown]
    slot: SlotShown | None
    lines: list[Line]
    departments: list[tuple[str, str]]
    weeks: list[Week]
    discipline: list[Discipline]
    total: int
    counts: dict[str, int]


def share(part: int, whole: int) -> int:
    """Return a share in whole percents, rounded down: 100 is all."""
    return part * 100 // whole if whole else 0


def stamp_of(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y%m%d-%H%M}"


def slot_word(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%Y-%m-%d} {WEEKDAYS[local.weekday()]()} {local:%H:%M}"


def sync_page(project: Project, wanted: Wanted) -> SyncPage:
    """Return the syncs of a project. At most five queries."""
    rounds = list(SyncRound.objects.filter(project=project).order_by("-slot_at", "urgency")[: 2 * MOST_SLOTS])
    by_slot: dict[datetime, list[SyncRound]] = defaultdict(list)
    for row in rounds:
        by_slot[row.slot_at].append(row)
    slots = [_slot(at, rows) for at, rows in by_slot.items()]
    chosen = next((slot for slot in slots if slot.stamp == wanted.slot), slots[0] if slots else None)
    lines = lines_of(by_slot[chosen.at]) if chosen else []
    since = rounds[0].slot_at - timedelta(weeks=WEEKS) if rounds else None
    recent = [row for row in rounds if since is not None and row.slot_at > since]
    return SyncPage(
        slots=slots,
        slot=chosen,
        lines=[line for line in lines if fits(line, wanted)],
        departments=sorted({(str(line.department_id), line.department) for line in lines if line.department_id}),
        weeks=_weeks(recent),
        discipline=_discipline(recent),
        total=len(lines),
        counts={state: sum(line.state == state for line in lines) for state in STATES},
    )


def lines_of(rounds: Iterable[SyncRound]) -> list[Line]:
    """Return the people of some rounds by department, who is missing first. Two queries."""
    urgencies = {row.pk: str(row.get_urgency_display()) for row in rounds}
    related = ("department", "owner", "asked")
    results = list(SyncResult.objects.filter(round__in=urgencies).select_related(*related).order_by("pk"))
    missed: dict[int, list[Missed]] = defaultdict(list)
    rows = misses().filter(result__round__in=urgencies).order_by("pk")
    for result, *task in rows.values_list("result_id", "work_item_id", "work_item__name", "late"):
        missed[result].append((task[0], task[1], task[2]))
    lines = [_line(row, missed[row.pk], urgencies[row.round_id]) for row in results]
    return sorted(lines, key=lambda line: (line.department, STATES.index(line.state), line.name))


def fits(line: Line, wanted: Wanted) -> bool:
    """Whether a line is asked for."""
    return (
        wanted.urgency in ("", *(value for value, word in WorkItem.Urgency.choices if str(word) == line.urgency))
        and wanted.department in ("", str(line.department_id))
        and wanted.state in ("", line.state)
        and all(word in f"{line.name} {line.instead_of} {line.missing}" for word in wanted.words.split())
    )


def _line(row: SyncResult, missed: list[Missed], urgency: str) -> Line:
    open_ = [one for one in missed if one[2] is None]
    late = max((at for _id, _name, at in missed if at is not None), default=None)
    state = SYNCED if not row.missed else MISSED if open_ else LATE
    if row.asked is None and state == MISSED:
        state = NOBODY
    asked = row.asked or row.owner
    return Line(
        department=row.department.name if row.department else _("No department"),
        department_id=row.department_id,
        name=asked.name,
        instead_of=row.owner.name if asked.pk != row.owner_id else "",
        urgency=urgency,
        tasks=row.tasks,
        missed=row.missed,
        missing="、".join(name for _id, name, _at in (open_ or missed)),
        state=state,
        late=f"{timezone.localtime(late):%m-%d %H:%M}" if late is not None and not open_ else "",
        person=asked.pk,
        behind=tuple(missed),
    )


def _slot(at: datetime, rows: list[SyncRound]) -> SlotShown:
    sums = [sum(getattr(row, name) for row in rows) for name in ("people", "synced_people", "tasks", "synced_tasks")]
    return SlotShown(stamp_of(at), at, slot_word(at), *sums)


def _weeks(rounds: list[SyncRound]) -> list[Week]:
    """Return the weeks, the latest first. One query."""
    late = misses().filter(result__round__in=[row.pk for row in rounds], late__isnull=False).order_by()
    counts = dict(late.values_list("result__round").annotate(Count("pk"))) if rounds else {}
    by_week: dict[date, list[SyncRound]] = defaultdict(list)
    for row in rounds:
        day = timezone.localtime(row.slot_at).date()
        by_week[day - timedelta(days=day.weekday())].append(row)
    return [
        Week(
            monday,
            len({row.slot_at for row in rows}),
            sum(row.people for row in rows),
            sum(row.synced_people for row in rows),
            sum(counts.get(row.pk, 0) for row in rows),
            stamp_of(rows[0].slot_at),
        )
        for monday, rows in by_week.items()
    ]


def _discipline(rounds: list[SyncRound]) -> list[Discipline]:
    """Return the departments, the best first. One query."""
    if not rounds:
        return []
    rows = SyncResult.objects.filter(round__in=[row.pk for row in rounds], asked__isnull=False).order_by()
    counted = rows.values_list("department__name").annotate(asked_n=Count("pk"), synced_n=Count("pk", filter=Q(missed=0)))
    found = [Discipline(name or _("No department"), asked, synced) for name, asked, synced in counted]
    return sorted(found, key=lambda one: (-one.percent, one.department))


@dataclass(frozen=True)
class NextSlots:
    """When the tasks of each urgency are synced next, in words; empty where never."""

    urgent: str
    regular: str


def next_slots(project: Project, rhythm: Rhythm, now: datetime) -> NextSlots:
    """Return the next slots of a project whose rhythm is known. One query."""
    beat = beat_of(rhythm, project.calendar_id)
    urgent, regular = (beat.after(urgency, now) for urgency in URGENCIES)
    return NextSlots(slot_word(urgent) if urgent else "", slot_word(regular) if regular else "")


@dataclass(frozen=True)
class MissingPanel:
    """The latest slot and who is missing of it by department: (name, how many tasks) each."""

    slot: SlotShown
    departments: list[tuple[str, list[tuple[str, int]]]]


def missing_panel(project: Project) -> MissingPanel | None:
    """Return who is missing of the latest slot; None where no slot was counted. One query."""
    rows = list(_latest(project.pk))
    if not rows:
        return None
    by_department: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in rows:
        department, name, owner, left = row[0], row[2], row[3], row[6]
        if left:
            by_department[department or _("No department")].append((name or owner, left))
    asked, behind = {row[1] for row in rows} - {None}, {row[1] for row in rows if row[5]}
    tasks, missed, at = sum(row[4] for row in rows), sum(row[5] for row in rows), rows[0][7]
    slot = SlotShown(stamp_of(at), at, slot_word(at), len(asked), len(asked - behind), tasks, tasks - missed)
    return MissingPanel(slot, list(by_department.items()))


@prepared
def _latest(project: Given) -> QuerySet[SyncResult, tuple[Any, ...]]:
    last = SyncRound.objects.filter(project=project).order_by("-slot_at").values("slot_at")[:1]
    rows = SyncResult.objects.filter(round__project=project, round__slot_at=Subquery(last))
    return (
        rows.annotate(left=_left())
        .order_by("department__name", "pk")
        .values_list("department__name", "asked_id", "asked__name", "owner__name", "tasks", "missed", "left", "round__slot_at")
    )


def _left() -> Subquery:
    """How many tasks of a result nobody has said anything about since."""
    rows = misses().filter(result=OuterRef("pk"), late=None).order_by().values("result")
    return Subquery(rows.annotate(n=Count("pk")).values("n"))


def missing_question(project: Project) -> Question:
    """What `missing_panel` asks, to be asked ahead."""
    return _latest.of(project.pk)
