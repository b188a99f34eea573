"""What the clock did in the demo before it is seen: a sync that was missed and asked for again, a block that climbed by itself,
an exception that was decided, a sheet that waits for two seats. The engines do it, at the hours at which it would have been."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.html import format_html, format_html_join

from tongzhou.config.demo.met import answer_kickoff_minutes, plan_kickoff, send_kickoff_minutes
from tongzhou.escalations.actions import decide_case
from tongzhou.escalations.queries import open_case_of
from tongzhou.lib import clock
from tongzhou.notifications.actions import mark_all_read
from tongzhou.notifications.models import Notice
from tongzhou.people.models import User
from tongzhou.people.queries import working_calendar
from tongzhou.plan.actions import Report
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Asking, Filed, Words, keep_beats, report_exception, report_progress
from tongzhou.progress.models import ExceptionReport
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle
from tongzhou.signoffs.actions import About, Content, Course, open_sheet

ZONE = ZoneInfo("Asia/Shanghai")
FRIDAY = 4
MEMBERSHIP, COMPLAINT = "HYS-2024", "KST-2024"
AGREEMENT = "用户画像数据交付约定"
CLAUSES = (
    ("交付内容", "市场部提供用户画像样例数据，含 12 个标签字段与口径说明"),
    ("接口", "研发部提供接收接口与校验规则，收到数据当天回复是否可用"),
    ("时间", "样例数据先行，完整数据在样例通过后两个工作日内交付"),
)
SHARES = {"研发部": "周七 1 人，接口联调 2 天", "市场部": "冯十二 1 人，整理数据 2 天"}

PAGE = """<article class="tz-deed-body">
<h2 class="tz-deed-title">{} {}</h2>
<table class="tz-deed-rows"><tbody>{}</tbody></table>
</article>"""
ROW = '<tr><th scope="row">{}</th><td>{}</td></tr>'


@dataclass(frozen=True)
class Days:
    """The day of seeding, and how one finds the days before it."""

    today: date

    def work(self, back: int) -> date:
        """Return the working day that is so many working days before today."""
        day, calendar = self.today, working_calendar()
        while back:
            day -= timedelta(days=1)
            back -= calendar.is_working_day(day)
        return day

    def friday(self) -> date:
        """Return the last Friday before today."""
        return self.today - timedelta(days=(self.today.weekday() - FRIDAY - 1) % 7 + 1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def lay_clock(people: Mapping[str, User], today: date) -> None:
    """Let the days before `today` pass until its morning: at each hour what people do, then what is due."""
    days = Days(today)
    first = min(days.work(5), days.friday())
    acts: list[tuple[datetime, Callable[[datetime], object]]] = [
        (at(first, 8), keep_beats),
        (at(first, 9), lambda now: _all_read(people, now)),
        (at(days.work(4), 10), lambda now: _exception(people, days.work(3), now)),
        (at(days.work(4), 9), lambda now: plan_kickoff(people, at(days.work(3), 14), now)),
        (at(days.work(3), 17), lambda now: send_kickoff_minutes(people, now)),
        (at(days.work(1), 16), lambda now: answer_kickoff_minutes(people, now)),
        (at(days.work(2), 14), lambda now: _block(people, at(days.work(1), 9, 30), now)),
        (at(days.work(1), 10), lambda now: _decision(people, now)),
        (at(days.work(1), 15), lambda now: _agreement(people, at(today + timedelta(days=2), 18), now)),
    ]
    # The slot of the sync, the end of the exception's day, of its first step, and of the time to unblock.
    ends = (at(days.friday(), 17), at(days.work(3) + timedelta(days=1), 0), at(days.work(2), 18), at(days.work(1), 9, 30))
    acts += [(moment, lambda now: None) for moment in (*ends, at(today, 8, 30))]
    for now, act in sorted(acts, key=lambda one: one[0]):
        settle(now)
        with clock.pretend(now):
            act(now)
        settle(now)


def _all_read(people: Mapping[str, User], now: datetime) -> None:
    """What came with the plans themselves was read long ago."""
    last = Notice.objects.order_by("-pk").values_list("pk", flat=True).first()
    for person in people.values() if last else ():
        mark_all_read(by=person, until=last or 0, now=now)


def _exception(people: Mapping[str, User], expected: date, now: datetime) -> None:
    """Not resolved in time, it climbs from the department to the manager."""
    filed = Filed(
        kind="delay",
        reason="外部设计公司排期推迟两天",
        impact="权益页视觉稿晚交，前端页面开发少两天联调时间",
        solution="先交首页与权益页两张主视觉，其余页面顺延",
        expected=expected,
    )
    item = _task(MEMBERSHIP, "视觉设计")
    report_exception(by=people["吴八"], project=item.project, item=item, filed=filed, now=now)


def _decision(people: Mapping[str, User], now: datetime) -> None:
    row = ExceptionReport.objects.get(project__number=MEMBERSHIP)
    case = open_case_of("exception", row.pk)
    assert case is not None
    decision = "本周由市场部内部设计师完成两张主视觉，外部公司只做其余页面；前端开发顺序不变。"
    decide_case(by=people["孙七"], case=case, decision=decision, now=now)


def _block(people: Mapping[str, User], until: datetime, now: datetime) -> None:
    """Whom it waits for does not answer, so on the morning after it stands before the manager."""
    item = _task(COMPLAINT, "功能开发与测试")
    product = item.project.participations.get(department__name="产品部").department_id
    asking = Asking(department=product, until=until)
    words = Words(problem="需求文档没有定稿，接口范围确认不了，开发排期定不下来", blocking=asking)
    report_progress(
        by=people["赵六"], item=item, report=Report(WorkItem.State.BLOCKED, 0), words=words, status_date=now.date(), now=now
    )


def _agreement(people: Mapping[str, User], due: datetime, now: datetime) -> None:
    """What two departments promise each other waits for the signatures of both heads."""
    project = Project.objects.get(number=MEMBERSHIP)
    rows = project.participations.filter(department__name__in=SHARES).select_related("department")
    shares = {f"head:{row.department_id}": {"people": SHARES[row.department.name]} for row in rows}
    items = [{"id": number, "name": name, "text": text} for number, (name, text) in enumerate(CLAUSES, 1)]
    lines = (*((item["name"], item["text"]) for item in items), *((f"{name}投入", text) for name, text in SHARES.items()))
    page = format_html(PAGE, project.name, AGREEMENT, format_html_join("\n", ROW, lines))
    open_sheet(
        by=people["孙七"],
        project=project,
        about=About("agreement", project.pk, AGREEMENT, f"/projects/{project.number}/"),
        content=Content({"items": items}, page, shares, {"items": "约定", "text": "内容", "people": "投入"}),
        course=Course(tuple(shares), due=due),
        now=now,
    )


def _task(number: str, name: str) -> WorkItem:
    return WorkItem.objects.select_related("project", "owner").get(project__number=number, name=name)
