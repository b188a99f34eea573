"""`tongzhou seed`: the demo organisation, its three projects laid around a day. The same day gives the same data."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from tongzhou.config.checkpoint import Checkpointer
from tongzhou.config.demo.agreed import lay_agreed
from tongzhou.config.demo.asked import lay_asked
from tongzhou.config.demo.chartered import lay_being_signed, lay_signed
from tongzhou.config.demo.complaint import COMPLAINT
from tongzhou.config.demo.large import SIZES
from tongzhou.config.demo.launch import LAUNCH
from tongzhou.config.demo.laying import NotThisSeed, hurry, lay
from tongzhou.config.demo.lived import lay_clock
from tongzhou.config.demo.membership import MEMBERSHIP
from tongzhou.config.demo.organisation import DEPARTMENTS, PEOPLE
from tongzhou.config.demo.provided import lay_provided
from tongzhou.config.demo.shapes import Sample, Told, Work
from tongzhou.engine.daymode import duration_of_days
from tongzhou.lib import clock
from tongzhou.lib.params import parse_day
from tongzhou.people.actions import add_department, add_person
from tongzhou.people.models import Department, System, User
from tongzhou.people.queries import working_calendar
from tongzhou.plan.actions import ItemSpec, LinkSpec, MilestoneSpec, Report, SupportSpec, bring_in, set_key_milestones
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Asking, Words, report_progress
from tongzhou.projects.actions import Part, ScopeLine, create_project, give_role, seat, set_participation, set_scope
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle

ZONE = ZoneInfo("Asia/Shanghai")
SOURCE_YEAR = 2024
LINK = re.compile(r"^(?P<code>[\d.]+)(?P<kind>FS|SS|FF|SF)?(?:\+(?P<days>\d+)(?:d|天)(?P<within>内)?)?$")


def run(options: argparse.Namespace) -> int:
    today = parse_day(options.today) if options.today else clock.today()
    if today is None:
        print(f"日期应写作 2026-03-02: {options.today}", file=sys.stderr)
        return 2
    return _large(options.size, today) if options.size in SIZES else _small(today)


def _large(name: str, today: date) -> int:
    """Lay size M or L; what was laid before it was interrupted stays."""
    begun = monotonic()
    hurry()
    # Nobody else keeps SQLite's log short while no server runs: size L would leave sixteen gigabytes in it.
    checkpointer = Checkpointer()
    checkpointer.start()
    try:
        made = lay(SIZES[name], today, lambda text: print(f"· {text}（{monotonic() - begun:.0f} 秒）", flush=True))
    except NotThisSeed:
        print("数据库里已有其他数据：演示数据只放进空库，或接着放入同一天、同一规模、中断了的演示数据。", file=sys.stderr)
        return 1
    finally:
        connection.close()
        checkpointer.stop()
    print(f"规模 {name} 的演示数据已就绪（以 {today} 为今天，新放入 {made} 个项目）；账号 admin、pm001、u0001…")
    return 0


def _small(today: date) -> int:
    if User.objects.exists() or Department.objects.exists():
        print("数据库里已有账号或部门，演示数据只放进空库。", file=sys.stderr)
        return 1
    with transaction.atomic():
        people, departments = _organisation(_at(today - timedelta(days=60), 9))
        for sample in (LAUNCH, COMPLAINT, MEMBERSHIP):
            Seeding(sample, today, people, departments).run()
            lay_provided(Project.objects.get(number=sample.number), _at(today - timedelta(days=20), 10))
        lay_agreed(people, departments, today)
        lay_signed(people)
        lay_clock(people, today)
        lay_being_signed(people, _at(today - timedelta(days=1), 18))
        lay_asked(people, _at(today, 9))
        settle(_at(today, 9))
    print(f"演示数据已就绪：{len(departments)} 个部门，{len(people)} 人，3 个项目（以 {today} 为今天）")
    return 0


def _organisation(now: datetime) -> tuple[dict[str, User], dict[str, Department]]:
    departments = {name: add_department(by=System(), name=name, now=now) for name in DEPARTMENTS}
    people = {}
    for number, (login, name, department, title) in enumerate(PEOPLE, 1001):
        details = {"employee_number": str(number), "title": title}
        people[name] = add_person(
            by=System(), name=name, login=login, department=departments[department], details=details, now=now
        )
    admin = User.objects.create_user("admin", "系统管理员", department=departments["信息技术部"], is_administrator=True)
    people[admin.name] = admin
    return people, departments


class Seeding:
    """One sample project on its way into the database."""

    def __init__(self, sample: Sample, today: date, people: dict[str, User], departments: dict[str, Department]) -> None:
        self.sample, self.people, self.departments = sample, people, departments
        # Whole weeks, so that a Monday stays a Monday.
        self.shift = timedelta(days=(today - self._source(sample.now)).days // 7 * 7)
        self.today = today

    def run(self) -> None:
        sample = self.sample
        first = min(self.day(work.first) for work in sample.work)
        with clock.pretend(_at(first - timedelta(days=7), 10)):
            project = self._project(first)
        with clock.pretend(_at(first - timedelta(days=3), 15)):
            ids = self._plan(project)
        for day, work, told in sorted(self._told(), key=lambda entry: (entry[0], entry[1].code)):
            if day <= self.today:
                self._tell(ids[work.code], work, told, day)

    def day(self, text: str) -> date:
        return self._source(text) + self.shift

    def _source(self, text: str) -> date:
        return date.fromisoformat(f"{SOURCE_YEAR}-{text}")

    def _project(self, first: date) -> Project:
        sample, now = self.sample, clock.now()
        manager = self.people[sample.manager]
        last = self.day(sample.ends) if sample.ends else max(self.day(work.last) for work in sample.work)
        basics = {"name": sample.name, "kind": sample.kind, "objective": sample.objective, "starts_on": first, "ends_on": last}
        lead = self.departments[sample.parts[0].department]
        project = create_project(by=manager, number=sample.number, manager=manager, lead=lead, now=now, basics=basics)
        for part in sample.parts:
            row = set_participation(
                by=manager,
                project=project,
                department=self.departments[part.department],
                part=Part(part.kind, part.duty, part.deliverables),
                now=now,
            )
            seat(by=manager, participation=row, kind="head", holder=self.people[part.head], now=now)
            seat(by=manager, participation=row, kind="liaison", holder=self.people[part.liaison], now=now)
        for name, role in (*sample.roles, ("系统管理员", "it_support")):
            give_role(by=manager, project=project, person=self.people[name], role=role, now=now)
        lines = [ScopeLine("in", text) for text in sample.included] + [ScopeLine("out", text) for text in sample.excluded]
        set_scope(by=manager, project=project, lines=lines, now=now)
        return project

    def _plan(self, project: Project) -> dict[str, int]:
        now, manager = clock.now(), self.people[self.sample.manager]
        made = bring_in(
            by=manager,
            project=project,
            items=[self._item(work) for work in self.sample.work],
            links=[link for work in self.sample.work for link in _links(work)],
            now=now,
        )
        milestones = [MilestoneSpec(name, self.day(due), made.ids.get(code)) for name, due, code in self.sample.milestones]
        set_key_milestones(by=manager, project=project, milestones=milestones, now=now)
        return made.ids

    def _item(self, work: Work) -> ItemSpec:
        start, finish = self.day(work.first), self.day(work.last)
        summary = any(other.code.startswith(f"{work.code}.") for other in self.sample.work)
        return ItemSpec(
            key=work.code,
            name=work.name,
            parent_key=work.code.rpartition(".")[0] or None,
            source_code=work.code,
            is_milestone=work.milestone,
            department=self.departments[work.department].pk,
            owner=self.people[work.owner].pk,
            typed_start=None if summary else start,
            typed_finish=None if summary else finish,
            duration=None if summary else duration_of_days(working_calendar(), start, finish) or 480,
            key_output=work.output,
            delivery_standard=work.standard,
            risk_point=work.risk,
            remark=work.remark,
            supporters=tuple(self._helper(name, content) for name, content in work.helpers),
            follow_links=True,
        )

    def _helper(self, name: str, content: str) -> SupportSpec:
        if name in self.people:
            return SupportSpec(content, user=self.people[name].pk)
        return SupportSpec(content, department=self.departments[name].pk)

    def _told(self) -> Iterator[tuple[date, Work, Told]]:
        for work in self.sample.work:
            for told in work.told:
                yield self.day(told.day), work, told

    def _tell(self, item_id: int, work: Work, told: Told, day: date) -> None:
        item = WorkItem.objects.select_related("project").get(project__number=self.sample.number, pk=item_id)
        help_from = self.departments[told.help_from].pk if told.help_from else None
        # Who reported today did so before the morning in which the demo is seen.
        now, blocking = _at(day, 8 if day == self.today else 17), None
        if told.state == WorkItem.State.BLOCKED:
            # It waits for two days, and should be over today.
            now = max(now, _at(self.today - timedelta(days=2), 10))
            blocking = Asking(department=help_from, until=_at(self.today, 18))
        words = Words(told.done, told.problem, told.help_needed, help_from, blocking=blocking)
        with clock.pretend(now):
            report = Report(told.state, told.percent * 100)
            report_progress(by=self.people[work.owner], item=item, report=report, words=words, status_date=day, now=now)


def _links(work: Work) -> Iterator[LinkSpec]:
    for text in filter(None, work.before.split(";")):
        found = LINK.match(text)
        assert found is not None, text
        minutes = int(found["days"] or 0) * 480
        within = minutes if found["within"] else None
        yield LinkSpec(found["code"], work.code, found["kind"] or "FS", 0 if found["within"] else minutes, within=within)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)
