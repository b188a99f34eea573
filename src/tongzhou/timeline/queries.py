"""Reads of the record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from tongzhou.lib.prepared import Given, Question, prepared
from tongzhou.timeline.models import Change, Event

PAGE = 50
LATEST, RECENT = 8, 3
OBJECTS_SHOWN = 40
"""Of an event that changed more objects than this, the first ones are read; `Entry.objects` counts them all."""
SYSTEM = 0
"""Stands for the product itself where a person is asked for by id."""


@dataclass(frozen=True)
class Changed:
    """One field of one object, before and after."""

    type: str
    id: int
    label: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Entry:
    """One event as feeds show it; `changes` are (object label, field, before, after), `changed` the same with their objects."""

    id: int
    at: datetime
    kind: str
    actor: str
    department: str
    subject_type: str
    subject_id: int | None
    subject: str
    data: dict[str, Any]
    changes: tuple[tuple[str, str, Any, Any], ...]
    changed: tuple[Changed, ...] = ()
    project: int | None = None
    objects: int = 0


@dataclass(frozen=True)
class Wanted:
    """Which events to read. Empty means any; `outside` adds those of no project to those of `projects`."""

    projects: Collection[int] = ()
    outside: bool = False
    thing: tuple[str, int] | None = None
    type: str = ""
    """The type of an object that the event is about or changed."""
    actor: int | None = None
    kinds: Collection[str] = ()
    first: date | None = None
    last: date | None = None
    text: str = ""
    before: int | None = None

    def rows(self) -> QuerySet[Event]:
        """The events, the latest first."""
        place = Q(project_id__in=self.projects)
        rows = Event.objects.filter(place | Q(project_id__isnull=True) if self.outside else place)
        if self.actor is not None:
            rows = rows.filter(actor_id__isnull=True) if self.actor == SYSTEM else rows.filter(actor_id=self.actor)
        if self.kinds:
            rows = rows.filter(kind__in=self.kinds)
        if self.first:
            rows = rows.filter(at__gte=_midnight(self.first))
        if self.last:
            rows = rows.filter(at__lt=_midnight(self.last + timedelta(days=1)))
        if self.before is not None:
            rows = rows.filter(id__lt=self.before)
        return self._about(rows).order_by("-id")

    def _about(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        changes = Change.objects.filter(event_id=OuterRef("pk"))
        if self.thing:
            type_, id_ = self.thing
            touched = Exists(changes.filter(object_type=type_, object_id=id_))
            rows = rows.filter(Q(subject_type=type_, subject_id=id_) | touched)
        if self.type:
            rows = rows.filter(Q(subject_type=self.type) | Exists(changes.filter(object_type=self.type)))
        if self.text:
            named = Exists(changes.filter(object_label__icontains=self.text))
            rows = rows.filter(Q(subject_label__icontains=self.text) | Q(actor_name__icontains=self.text) | named)
        return rows


def entries(wanted: Wanted, *, limit: int = PAGE, most: int = OBJECTS_SHOWN) -> list[Entry]:
    """Return the events wanted, each with the changes of at most `most` objects (of `wanted.thing` alone, if one is named).

    Two queries.
    """
    return _entries(wanted.rows()[:limit], most, wanted.thing)


def events_of_project(
    project: int, *, before: int | None = None, kind: str = "", limit: int = PAGE, most: int = 1000
) -> list[Entry]:
    """Return a project's events, the latest first. Two queries."""
    return entries(Wanted(projects=[project], before=before, kinds=[kind] if kind else ()), limit=limit, most=most)


def events_of_subject(type_: str, id_: int, *, limit: int = PAGE) -> list[Entry]:
    return _entries(Event.objects.filter(subject_type=type_, subject_id=id_).order_by("-id")[:limit], OBJECTS_SHOWN, None)


def actions_of(projects: Collection[int], *, outside: bool = False) -> QuerySet[Event]:
    """The events whose actors `actors_in` names, to be asked for `actor_id` and `actor_name`."""
    return Wanted(projects=projects, outside=outside).rows().order_by()


def actors_in(rows: Iterable[tuple[int | None, str]]) -> list[tuple[int, str]]:
    """Return who acted, as (id, name) by name; the product itself has the id SYSTEM."""
    found = {actor or SYSTEM: name for actor, name in rows}
    return sorted(found.items(), key=lambda one: (one[0] == SYSTEM, one[1]))


@dataclass
class _Read:
    """The changes read of some events."""

    by_event: dict[int, list[Changed]] = field(default_factory=lambda: defaultdict(list))
    objects: dict[int, int] = field(default_factory=dict)

    def add(self, change: Change) -> None:
        self.by_event[change.event_id] += [
            Changed(change.object_type, change.object_id, change.object_label, name, change.before.get(name), after)
            for name, after in _fields(change)
        ]


@prepared
def _latest(project: Given) -> QuerySet[Event]:
    return Event.objects.filter(project_id=project).order_by("-id")[:LATEST]


def latest_question(project: int) -> Question:
    """What `latest_events` asks, to be asked ahead."""
    return _latest.of(project)


def latest_events(project: int) -> list[Entry]:
    """Return a project's LATEST events without what they changed. One query."""
    return _told(_latest(project), _Read())


@prepared
def _about(project: Given, type_: Given, key: Given) -> QuerySet[Event]:
    touched = Exists(Change.objects.filter(event_id=OuterRef("pk"), object_type=type_, object_id=key))
    rows = Event.objects.filter(Q(subject_type=type_, subject_id=key) | touched, project_id=project)
    return rows.order_by("-id")[:RECENT]


@prepared
def _changes_of(events: Given, type_: Given, key: Given) -> QuerySet[Change]:
    return Change.objects.filter(event__pk__among=events, object_type=type_, object_id=key).order_by("pk")


def about_question(project: int, type_: str, id_: int) -> Question:
    """The first of what `latest_about` asks, to be asked ahead."""
    return _about.of(project, type_, id_)


def latest_about(project: int, type_: str, id_: int) -> list[Entry]:
    """Return the RECENT events of a project that are about a thing or changed it, with what they changed of it. Two queries."""
    rows, read = _about(project, type_, id_), _Read()
    for change in _changes_of([row.pk for row in rows], type_, id_):
        read.add(change)
    return _told(rows, read)


def _entries(rows: Iterable[Event], most: int, thing: tuple[str, int] | None) -> list[Entry]:
    found = list(rows)
    return _told(found, _changes([row.pk for row in found], most, thing))


def _told(rows: Iterable[Event], read: _Read) -> list[Entry]:
    return [
        Entry(
            row.pk,
            row.at,
            row.kind,
            row.actor_name,
            row.actor_department,
            row.subject_type,
            row.subject_id,
            row.subject_label,
            row.data,
            tuple((one.label, one.field, one.before, one.after) for one in read.by_event[row.pk]),
            tuple(read.by_event[row.pk]),
            row.project_id,
            read.objects.get(row.pk, 0),
        )
        for row in rows
    ]


def _changes(events: list[int], most: int, thing: tuple[str, int] | None) -> _Read:
    """Read the changes of events; an import changed thousands of objects, so the database counts and cuts."""
    rows = Change.objects.filter(event_id__in=events)
    if thing:
        rows = rows.filter(object_type=thing[0], object_id=thing[1])
    read = _Read()
    place = Window(RowNumber(), partition_by=[F("event_id")], order_by=F("pk").asc())
    objects = Window(Count("pk"), partition_by=[F("event_id")])
    for change in rows.annotate(place=place, objects_changed=objects).filter(place__lte=max(most, 1)).order_by("pk"):
        read.objects[change.event_id] = change.objects_changed
        if most:
            read.add(change)
    return read


def _fields(change: Change) -> list[tuple[str, Any]]:
    """The fields of a change with their values after it; what was only before is gone now."""
    gone = [(name, None) for name in change.before if name not in change.after]
    return [*change.after.items(), *gone]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
