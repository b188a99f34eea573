"""The papers of initiation and planning as people take them along from the demo: what they say, and that they verify."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test import Client

from papers.samples import TOLD, in_order
from papers.test_pdf import missing_glyphs
from support.web import client_of
from tongzhou.config.commands import seed
from tongzhou.config.demo.lived import at
from tongzhou.documents.models import IssuedPaper
from tongzhou.documents.queries.codes import printed
from tongzhou.documents.queries.dressing import paper_again
from tongzhou.documents.queries.kinds import KINDS
from tongzhou.lib import clock
from tongzhou.lib.pdf import TYPEFACES
from tongzhou.meetings.actions import Plan, Sending, plan_meeting, send_minutes
from tongzhou.papers import Bullets, Column, Fact, Fields, Figures, Linked, Meters, Opinions, Paper, State, Table, Text
from tongzhou.papers.paper import Block
from tongzhou.papers.paper import Value as Told
from tongzhou.papers.typefaces import printable_with
from tongzhou.papers.values import as_table, figure_fields, opinion_texts
from tongzhou.papers.wording import chinese_date, number_text, percent_text
from tongzhou.people.models import User
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import CommunicationRule, Participation, Project
from tongzhou.resources.models import Commitment

TODAY = date(2026, 3, 2)
NUMBER = "XMB-2024"
HARD = "=1+1 😀𠮷<b>&amp;</b>{{ x }} #set $a$ "
MINUTES = "任务背景与目标 范围边界 参与部门及角色 时间节点 流程节点与优化建议 沟通机制 风险预案 资源支持需求"
SIGNED = "部门 负责人 意见 签字 日期"
# Word for word as the sources have them; where they describe a paper and show no form of it, what they ask it to hold.
LABELS = {
    "basic-information": "项目名称 项目编号 项目周期 项目负责人 联系方式 项目核心目标 参与部门及职责 关键里程碑 交付物清单",
    "charter": f"目标 范围 职责 里程碑 沟通机制 {SIGNED}",
    "kickoff-minutes": f"{MINUTES} {SIGNED}",
    "start-minutes": f"任务背景与目标 范围边界 参与部门及角色 时间节点 {SIGNED}",
    "memo": f"合作目标与周期 各部门具体职责 关键节点交付标准 资源支持需求 {SIGNED}",
    "duty-statement": "角色 职责说明 所属部门 项目总负责人 统筹全局 总经理办公室 项目经理 部门对接人",
    "commitments": f"提供部门 资源类别 资源内容 需求数量 使用时间 承诺结果 承诺数量 {SIGNED}",
    "task-list": f"责任部门 责任人 协作负责人 开始时间 截止时间 交付物 {SIGNED}",
    "assignment-and-progress": (
        "WBS编号 阶段 任务 子任务 责任部门 负责人 协作部门 开始时间 结束时间 交付标准 依赖关系 状态 完成度"
    ),
    "breakdown": (
        "任务名称 子任务名称 所属部门 直接负责人 协作负责人 计划开始时间 计划完成时间 关键产出物 前置依赖任务 风险点 备注"
    ),
    "tracking": "子任务名称 当前状态 实际完成时间 完成度 更新人 更新时间 异常说明(如有)",
    "weekly-report": "编号 周期 部门进度 实际 计划 差距 里程碑 基线 预计",
}
PLACES = {
    "basic-information": "basic-information.{}",
    "charter": "charter.{}?version=draft",
    "memo": "memo.{}?version=draft",
    "duty-statement": "duty-statement.{}",
    "commitments": "commitments.{}",
    "weekly-report": "report.{}",
} | {kind: f"plan/papers/{kind}.{{}}" for kind in ("task-list", "assignment-and-progress", "breakdown", "tracking")}


@dataclass(frozen=True)
class Demo:
    """The demo with hard texts in it, its manager, the hour, and where each kind of papers is taken."""

    manager: User
    now: datetime
    places: dict[str, str]

    def taken(self, kind: str, ending: str) -> tuple[bytes, IssuedPaper]:
        """Take a paper along, as it stands now; return the file and its row of the register."""
        with clock.pretend(self.now):
            answer = client_of(self.manager).get(f"/projects/{NUMBER}/{self.places[kind].format(ending)}")
        assert answer.status_code == 200, (kind, ending)
        return answer.content, IssuedPaper.objects.filter(kind=kind).order_by("-pk")[0]


@pytest.fixture
def demo(db: None) -> Demo:
    assert seed.run(Namespace(size="S", today=TODAY.isoformat())) == 0
    project = Project.objects.get(number=NUMBER)
    Project.objects.filter(pk=project.pk).update(name=f"{HARD}项目", objective=Concat(Value(HARD), F("objective")))
    WorkItem.objects.filter(project=project).update(name=Concat(Value(HARD), F("name")))
    Participation.objects.filter(project=project).update(duty=Concat(Value(HARD), F("duty")))
    Commitment.objects.filter(project=project).update(what=Concat(Value(HARD), F("what")))
    CommunicationRule.objects.filter(project=project).update(mechanism=Concat(Value(HARD), F("mechanism")))
    project.refresh_from_db()
    manager, now = User.objects.get(login="chenyi"), at(TODAY, 9)
    places = dict(PLACES)
    for kind, name in (("kickoff", "kickoff-minutes"), ("start", "start-minutes")):
        plan = Plan(f"{HARD}启动会", now, 30, manager.pk, f"{HARD}三楼")
        with clock.pretend(now):
            row = plan_meeting(by=manager, project=project, kind=kind, plan=plan, people=[head_of(project).pk], now=now)
            send_minutes(by=manager, meeting=row, sending=Sending(now + timedelta(days=1)), now=now + timedelta(hours=1))
        places[name] = f"meetings/{row.pk}/minutes.{{}}"
    return Demo(manager, now + timedelta(hours=2), places)


def head_of(project: Project) -> User:
    return User.objects.get(seats__participation__project=project, seats__kind="head", name="李四")


def texts_of(paper: Paper) -> Iterator[str]:
    """Yield every label and value of a paper, in its order."""
    yield from (paper.title, paper.subtitle)
    yield from pairs(paper.facts)
    yield from (paper.badge.word if paper.badge else "", paper.lead)
    if paper.figures:
        yield from block_texts(paper.figures)
    for section in paper.sections:
        yield section.heading
        for block in section.blocks:
            yield from block_texts(block)


def pairs(facts: tuple[Fact, ...]) -> Iterator[str]:
    for fact in facts:
        yield from (fact.label, fact.value)


def block_texts(block: Block) -> Iterator[str]:
    block = figure_fields(block) if isinstance(block, Figures) else as_table(block) if isinstance(block, Meters) else block
    match block:
        case Text():
            yield block.text
        case Fields():
            yield from pairs(block.facts)
        case Bullets():
            yield from (text for entry in block.entries for text in (entry.text, entry.note))
        case Opinions():
            yield from (*block.labels, *(text for row in block.rows for text in opinion_texts(row)))
        case Table() if block.rows:
            yield from (column.label for column in block.columns)
            yield from (value_text(*cell) for row in block.rows for cell in zip(block.columns, row, strict=True))


def value_text(column: Column, value: Told) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case State():
            return value.word
        case Linked():
            return value.text
        case date():
            return chinese_date(value)
    return percent_text(value) if column.kind == "percent" else number_text(value, column.decimals)


def test_every_paper_of_the_list_is_there() -> None:
    assert set(LABELS) == set(KINDS)


def test_every_label_and_every_value_in_its_order_and_no_missing_glyph(demo: Demo) -> None:
    for kind, ending in ((one.key, ending) for one in KINDS.values() for ending in one.endings):
        content, row = demo.taken(kind, ending)
        told, paper = TOLD[ending](content), paper_again(row)
        assert in_order(told, LABELS[kind].split()) == "", (kind, ending)
        printable = printable_with(TYPEFACES) if ending == "pdf" else str
        texts = [text for text in texts_of(paper) if text]
        assert any("😀𠮷<b>" in text for text in texts), kind
        assert in_order(told, (row.number, printed(row.code), *map(printable, texts))) == "", (kind, ending)
        assert "项目项目" not in paper.title
        if ending == "pdf":
            assert missing_glyphs(content) == 0, kind


def test_every_paper_verifies_by_its_code_for_anybody_and_a_changed_file_is_told(demo: Demo) -> None:
    for kind in KINDS.values():
        for ending in kind.endings:
            content, row = demo.taken(kind.key, ending)
            page = f"/verify/{printed(row.code)}/"
            for client in (Client(), client_of(demo.manager)):
                shown = client.get(page)
                assert shown.status_code == 200
                assert row.number in shown.content.decode() and kind.title in shown.content.decode()
                for file, verdict in ((content, "is-same"), (content + b"x", "is-other")):
                    answer = client.post(page, {"file": SimpleUploadedFile(f"a.{ending}", file)})
                    assert f'class="{verdict}"' in answer.content.decode(), (kind.key, ending)
