"""资源承诺表: the lines of a project as a paper to be printed and signed, with the total of money in capital numerals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.papers.paper import Column, Fact, Fields, Opinion, Opinions, Paper, Section, Table, Text
from tongzhou.papers.wording import chinese_amount, chinese_date, titled
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of
from tongzhou.resources.models import Commitment
from tongzhou.resources.queries import Line

Kind, State = Commitment.Kind, Commitment.State
TITLE = "资源承诺表"


def commitments_paper(project: Project, lines: Iterable[Line], texts: Mapping[str, str]) -> Paper:
    """Return the paper of what departments are asked for and promise; withdrawn lines are left out.

    :param lines: as the reader may read them; where she may not read an amount of money there is no total either.
    :param texts: the organisation's fixed texts (documents.queries.kinds.wording). Two queries.
    """
    kept = [line for line in lines if line.state != State.WITHDRAWN]
    team = team_of(project)
    period = " 至 ".join(chinese_date(day) for day in (project.starts_on, project.ends_on) if day)
    facts = (
        Fact("项目名称", project.name),
        Fact("项目编号", project.number),
        Fact("牵头部门", team.lead),
        Fact("项目经理", team.manager),
        Fact("项目周期", period),
    )
    before = [Text(texts["preamble"])] if texts.get("preamble") else []
    sections = [Section("", (*before, Fields(facts, columns=2))), Section("资源承诺", (_table(kept), *_total(kept)))]
    sections.append(Section("部门确认", _signed(project, kept, texts)))
    if texts.get("closing"):
        sections.append(Section("", (Text(texts["closing"]),)))
    return Paper(title=TITLE, subtitle=titled(project.name), sections=tuple(sections))


def _table(lines: list[Line]) -> Table:
    heads = (
        Column("序号", "number"),
        Column("提供部门"),
        Column("资源类别"),
        Column("资源内容", width=24),
        Column("需求数量"),
        Column("使用时间", width=34),
        Column("对应任务", width=20),
        Column("承诺结果"),
        Column("承诺数量"),
        Column("说明", width=24),
    )
    rows: tuple[tuple[str | int, ...], ...] = tuple((number, *_row(line)) for number, line in enumerate(lines, 1))
    return Table(heads, rows, empty="尚未提出资源需求。")


def _row(line: Line) -> tuple[str, ...]:
    asked, given = ("—", "—") if line.hidden else (line.asked, line.given)
    period = " 至 ".join(chinese_date(day) for day in (line.starts_on, line.ends_on) if day)
    if line.starts_on is None or line.ends_on is None:
        period = f"{period}{'起' if line.starts_on else '前'}" if period else ""
    return (line.department, line.kind_word, line.what, asked, period, line.item, line.word, given, line.reason)


def _total(lines: list[Line]) -> tuple[Text, ...]:
    """What is promised in money, in figures and capital numerals. Lines in other units than yuan do not add up."""
    money = [line for line in lines if line.kind == Kind.BUDGET and line.unit in ("元", "yuan", _("yuan"))]
    if not money or any(line.hidden for line in money):
        return ()
    total = sum((line.promised or Decimal(0) for line in money), Decimal(0))
    return (Text(f"已承诺预算合计：{total:,.2f} 元（人民币大写：{chinese_amount(total)}）"),)


def _signed(project: Project, lines: list[Line], texts: Mapping[str, str]) -> tuple[Text | Opinions, ...]:
    """The block of the providing heads: what each answered on line, room to sign by hand."""
    heads = {part.department_id: part.head.name for part in team_of(project).participations if part.head}
    departments = dict.fromkeys((line.department_id, line.department) for line in lines)
    rows = tuple(
        _opinion(name, heads.get(key, ""), [one for one in lines if one.department_id == key]) for key, name in departments
    )
    declaration = (Text(texts["declaration"]),) if texts.get("declaration") else ()
    return (*declaration, Opinions(rows))


def _opinion(department: str, head: str, lines: list[Line]) -> Opinion:
    answers = [line.answer for line in lines if line.answer is not None]
    if len(answers) < len(lines):
        return Opinion(department, head)
    words = {State.CONFIRMED: "确认", State.TRIMMED: "减少", State.DECLINED: "不予承诺"}
    counts = [(word, sum(line.state == state for line in lines)) for state, word in words.items()]
    latest = max(answers, key=lambda step: step.at)
    who = f"{latest.name}（代{latest.instead_of}）" if latest.instead_of else latest.name
    said = "，".join(f"{word} {count} 项" for word, count in counts if count)
    return Opinion(department, head or who, f"{who}在线答复：{said}", "", chinese_date(timezone.localtime(latest.at).date()))
