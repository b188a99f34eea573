"""Laying sizes M and L into a database: the organisation in one transaction, then each project in one of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from tongzhou.config.demo.large import FUNCTIONS, OBJECTS, PLACES, SHAPES, Shape, Size, names, shape
from tongzhou.config.demo.loading import Loader, moment
from tongzhou.people.actions import add_department
from tongzhou.people.models import Department, System, User, name_keys
from tongzhou.people.queries import working_calendar
from tongzhou.plan.actions.summarising import keep_summary
from tongzhou.plan.events import BaselineCut, PlanImported, ProgressRecorded
from tongzhou.plan.models import Baseline, BaselineLine, Dependency, Plan, ProgressMark, WorkItem
from tongzhou.plan.queries.calendars import as_plan
from tongzhou.plan.queries.keeping import kept
from tongzhou.progress.models import ProgressUpdate
from tongzhou.projects.events import ProjectCreated
from tongzhou.projects.models import Participation, Project, ProjectRole, Seat
from tongzhou.timeline.models import Change, Event

ZONE = ZoneInfo("Asia/Shanghai")
MANAGERS = 40
PARTS = 5


class NotThisSeed(Exception):
    """The database holds something else."""


def lay(size: Size, today: date, tell: Callable[[str], None]) -> int:
    """Lay what is missing of the size; return how many projects were laid now.

    :raises NotThisSeed: if the database holds anything that this seed would not have put there.
    """
    numbers = [f"{size.name}{today:%y%m%d}-{at:04d}" for at in range(1, size.projects + 1)]
    _check(size, numbers)
    if not User.objects.exists():
        with transaction.atomic():
            _organisation(size, today)
        tell(f"{size.departments} 个部门，{size.people} 人")
    there = set(Project.objects.values_list("number", flat=True))
    missing = [(at, number) for at, number in enumerate(numbers) if number not in there]
    laying = _Laying(size, today)
    for count, (at, number) in enumerate(missing, 1):
        with transaction.atomic():
            laying.project(at, number)
        if count % max(len(missing) // 20, 1) == 0:
            tell(f"{len(there) + count}/{size.projects} 个项目")
    return len(missing)


def hurry() -> None:
    """Let commits of this connection not wait for the disk: a seed that a power failure cut off is run again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off" if connection.vendor == "postgresql" else "PRAGMA synchronous = OFF")


def _check(size: Size, numbers: list[str]) -> None:
    """:raises NotThisSeed: see lay."""
    people, departments = User.objects.count(), set(Department.objects.values_list("name", flat=True))
    if (people, departments) == (0, set()):
        return
    ours = people == size.people + 2 and departments == set(FUNCTIONS) and User.objects.filter(login="pm001").exists()
    if not ours or Project.objects.exclude(number__in=numbers).exists():
        raise NotThisSeed


def _organisation(size: Size, today: date) -> None:
    random = Random(size.name)  # noqa: S311 - the same people every time
    at = _at(today - timedelta(days=400), 9)
    departments = [add_department(by=System(), name=name, now=at) for name in FUNCTIONS[: size.departments]]
    columns = ("login", "name", "employee_number", "department_id", "title", "password", "sort_key", "pinyin", "initials")
    loader = Loader(User, *columns, "is_active", "is_administrator")
    found = [
        ("admin", "系统管理员", "", departments[22].pk, "系统管理员", True),
        ("pm001", "陈一", "", departments[1].pk, "项目经理", False),
    ]
    for number, name in enumerate(names(size.people, random), 1):
        home = departments[number % size.departments].pk
        found.append((f"u{number:04d}", name, f"{number:05d}", home, "部门负责人" if number <= 30 else "员工", False))
    loader.put(
        (login, name, number, home, title, "!", *name_keys(name).values(), True, chief)
        for login, name, number, home, title, chief in found
    )
    loader.finish()


class _Laying:
    """The loaders of all tables, the shapes, and the people by department."""

    def __init__(self, size: Size, today: date) -> None:
        self.size, self.today, self.calendar = size, today, working_calendar()
        self.shapes: dict[int, Shape] = {}
        self.kept = json.dumps(kept(as_plan(self.calendar)), ensure_ascii=False)
        self.departments = list(Department.objects.order_by("pk").values_list("pk", flat=True))
        self.people: dict[int, list[int]] = {key: [] for key in self.departments}
        self.names: dict[int, str] = {}
        for key, name, home in (
            User.objects.exclude(login__in=("admin", "pm001")).order_by("pk").values_list("pk", "name", "department_id")
        ):
            self.names[key] = name
            if home is not None:
                self.people[home].append(key)
        self.manager = User.objects.get(login="pm001")
        self._loaders()

    def _loaders(self) -> None:
        self.items = Loader(
            WorkItem,
            *("project_id", "parent_id", "rank", "name", "is_milestone", "department_id", "owner_id", "duration"),
            *("state", "percent", "actual_start", "actual_finish", "reported_on", "start", "finish", "slack", "critical"),
        )
        self.links = Loader(Dependency, "project_id", "predecessor_id", "successor_id", "kind", "lag")
        self.lines = Loader(
            BaselineLine,
            *("baseline_id", "item_id", "parent_item_id", "start_at", "finish_at", "start", "finish"),
            *("weight", "is_milestone", "is_summary"),
        )
        told = ("work_item_id", "status_date", "state", "percent", "actual_start", "actual_finish")
        self.marks = Loader(ProgressMark, *told)
        self.updates = Loader(ProgressUpdate, *told, "reported_at", "reported_by_id", "reporter_name", "done")
        self.events = Loader(
            Event,
            *("at", "kind", "actor_id", "actor_name", "actor_department", "project_id"),
            *("subject_type", "subject_id", "subject_label", "data"),
        )
        self.changes = Loader(Change, "event_id", "object_type", "object_id", "object_label", "before", "after")

    def project(self, at: int, number: str) -> None:
        """Lay project `at` with all that belongs to it."""
        laid = self._shape(at % SHAPES)
        made = Project.objects.create(
            number=number,
            name=f"{PLACES[at % len(PLACES)]}{OBJECTS[at % len(OBJECTS)]}项目 {at + 1:04d}",
            starts_on=laid.start,
            ends_on=max(one.finish for one in laid.planned.values()),
            objective="按期交付，质量达标",
            stage=Project.Stage.EXECUTING,
            created_at=_at(laid.start - timedelta(days=7), 10),
        )
        random = Random(number)  # noqa: S311 - the same people every time
        homes = self._team(made, at, random)
        owners = [random.choice(self.people[homes[at_ % PARTS]]) if item.leaf else None for at_, item in enumerate(laid.items)]
        keys = self._items(made, laid, homes, owners)
        self._baseline(made, laid, keys)
        self._reports(made, laid, keys, owners)
        self._finish()
        keep_summary(project=made)

    def _shape(self, number: int) -> Shape:
        if number not in self.shapes:
            self.shapes[number] = shape(number, self.today, self.calendar)
        return self.shapes[number]

    def _finish(self) -> None:
        for loader in (self.items, self.links, self.lines, self.marks, self.updates, self.events, self.changes):
            loader.finish()

    def _team(self, made: Project, at: int, random: Random) -> list[int]:
        """Let five departments take part, the first as lead, each with head and liaison; return their ids."""
        homes = [self.departments[(at + step * 5) % len(self.departments)] for step in range(PARTS)]
        parts = Participation.objects.bulk_create(
            Participation(project=made, department_id=home, kind="support" if step else "lead", is_initiating=not step)
            for step, home in enumerate(homes)
        )
        Seat.objects.bulk_create(
            Seat(participation=part, kind=kind, holder_id=self.people[part.department_id][place])
            for part in parts
            for place, kind in enumerate(("head", "liaison"))
        )
        managers = [key for key in self.names if key % 7 == 3][:MANAGERS]
        # One manager has a full page of projects; the others share the rest.
        manager = self.manager.pk if at % 10 == 0 else managers[at % len(managers)]
        roles = {("manager", manager)} | {("member", key) for home in homes for key in self.people[home]}
        ProjectRole.objects.bulk_create(ProjectRole(project=made, user_id=user, kind=kind) for kind, user in sorted(roles))
        Plan.objects.create(project=made, version=1)
        return homes

    def _items(self, made: Project, laid: Shape, homes: list[int], owners: list[int | None]) -> range:
        first = self.items.next_key
        keys = self.items.put(
            (
                *(made.pk, first + item.parent - 1 if item.parent else None, item.rank, item.name, item.is_milestone),
                *(homes[at % PARTS], owners[at], item.duration if item.leaf else 480, item.state, item.percent),
                *(_text(item.actual_start), _text(item.actual_finish), _text(item.reported_on)),
                *(_text(laid.dates[item.id].start), _text(laid.dates[item.id].finish)),
                *(laid.dates[item.id].slack, laid.dates[item.id].critical),
            )
            for at, item in enumerate(laid.items)
        )
        self.links.put((made.pk, keys[one - 1], keys[other - 1], "FS", lag) for one, other, lag in laid.links)
        return keys

    def _baseline(self, made: Project, laid: Shape, keys: range) -> None:
        baseline = Baseline.objects.create(
            project=made,
            number=0,
            cut_at=made.created_at,
            cut_by_name=self.manager.name,
            start=laid.start,
            finish=max(one.finish for one in laid.planned.values()),
            calendar=json.loads(self.kept),
        )
        self.lines.put(
            (
                *(baseline.pk, keys[item.id - 1], keys[item.parent - 1] if item.parent else None),
                *(at.start_at, at.finish_at, _text(at.start), _text(at.finish)),
                *(0 if item.is_milestone or not item.leaf else item.duration, item.is_milestone, not item.leaf),
            )
            for item, at in ((item, laid.planned[item.id]) for item in laid.items)
        )
        events = ((ProjectCreated(made.pk), "project-created"), (PlanImported(made.pk, 500, 0, 0), "plan-imported"))
        self.events.put(
            (
                *(moment(made.created_at), kind, self.manager.pk, self.manager.name, "项目管理部", made.pk),
                *("project", made.pk, made.name, json.dumps(asdict(event))),
            )
            for event, kind in (*events, (BaselineCut(made.pk, 0), "baseline-cut"))
        )

    def _reports(self, made: Project, laid: Shape, keys: range, owners: list[int | None]) -> None:
        rows = [
            (keys[one.place - 1], owners[one.place - 1] or self.manager.pk, laid.items[one.place - 1].name, one)
            for one in laid.told
        ]
        told = [
            (key, _text(one.day), one.state, one.percent, _text(one.started), _text(one.finished))
            for key, _owner, _name, one in rows
        ]
        self.marks.put(told)
        self.updates.put(
            (*row, moment(_at(one.day, 17)), owner, self.names.get(owner, self.manager.name), "按计划推进")
            for row, (_key, owner, _name, one) in zip(told, rows, strict=True)
        )
        events = self.events.put(
            (
                *(
                    moment(_at(one.day, 17)),
                    "progress-recorded",
                    owner,
                    self.names.get(owner, ""),
                    "",
                    made.pk,
                    "work_item",
                    key,
                    name,
                ),
                json.dumps(asdict(ProgressRecorded(key, one.day.isoformat(), one.state, one.percent))),
            )
            for key, owner, name, one in rows
        )
        self.changes.put(
            (event, "work_item", key, name, "{}", json.dumps({"state": one.state, "percent": one.percent}))
            for event, (key, _owner, name, one) in zip(events, rows, strict=True)
        )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)
