"""启动会纪要 and 任务启动纪要: an edition of the minutes as a paper, in the words and the order of forms that people know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tongzhou.confirmations.models import Confirmer
from tongzhou.meetings.models import Attendee, Edition, Meeting
from tongzhou.meetings.queries.content import project_of
from tongzhou.meetings.queries.kinds import is_signed
from tongzhou.papers import Column, Fact, Fields, Opinion, Opinions, Paper, Section, Table, Text
from tongzhou.papers.wording import chinese_date, written_day
from tongzhou.projects.models import Project
from tongzhou.projects.queries import team_of

HEADINGS = {
    "objectives": "任务背景与目标",
    "scope": "范围边界",
    "departments": "参与部门及角色",
    "milestones": "时间节点",
    "process": "流程节点与优化建议",
    "communication": "沟通机制",
    "risks": "风险预案",
    "resources": "资源支持需求",
}
"""The headings of papers that heads sign, in their order; other parts come after them."""
DAYS = frozenset({"day", "due", "start", "finish", "period"})
COUNTING = "一二三四五六七八九十"


def minutes_paper(meeting: Meeting, edition: Edition) -> Paper:
    """Return an edition as a paper. With the answers of people once all have confirmed; one query then, two for who signs.

    It says what was frozen, in the organisation's language: who takes it along later, or reads English, gets the same paper.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _paper(meeting, edition)


def _paper(meeting: Meeting, edition: Edition) -> Paper:
    content, signed = edition.content, is_signed(meeting.project)
    texts = content.get("wording", {}) if signed else {}
    sections = [*_parts(content["parts"], signed), *_resolutions(content), *_confirmed(meeting, edition)]
    numbered = [
        Section(f"{_count(place)}、{section.heading}", section.blocks) for place, section in enumerate(sections, start=1)
    ]
    first = [Text(texts["preamble"])] if texts.get("preamble") else []
    return Paper(
        title=content["kind"],
        subtitle=project_of(content, meeting.project)[0],
        sections=(
            Section("", (_facts(meeting, content, edition), *first)),
            *numbered,
            *_signing(meeting.project, texts, signed),
        ),
    )


def _facts(meeting: Meeting, content: dict[str, Any], edition: Edition) -> Fields:
    """Return the head of the form: which project, when, where, who."""
    starts, ends = (datetime.strptime(content[name], "%Y-%m-%d %H:%M") for name in ("starts_at", "ends_at"))
    last = f"{ends:%H:%M}" if ends.date() == starts.date() else f"{chinese_date(ends.date())} {ends:%H:%M}"
    people = content["attendees"]
    excused = [row for row in people if row["presence"] == Attendee.Presence.EXCUSED]
    name, number = project_of(content, meeting.project)
    facts = [
        Fact("项目名称", name),
        Fact("项目编号", number),
        Fact("会议名称", content["title"]),
        Fact("会议时间", f"{chinese_date(starts.date())} {starts:%H:%M}—{last}"),
        Fact("会议地点", content["place"]),
        Fact("主持人", content["host"]),
        Fact("记录人", content["recorder"]),
        Fact("纪要版本", f"第{edition.number}版"),
        Fact("参会人员", _names(row for row in people if row not in excused)),
        Fact("请假人员", _names(excused) or "无"),
    ]
    if not is_signed(meeting.project):
        # The form of those who sign has its places to write; in a short one nothing stands empty.
        facts = [fact for fact in facts if fact.value]
    return Fields(tuple(facts), columns=2)


def _names(rows: Iterable[dict[str, Any]]) -> str:
    return "、".join(f"{row['name']}（{row['department_name']}）" if row["department_name"] else row["name"] for row in rows)


def _parts(parts: list[dict[str, Any]], signed: bool) -> list[Section]:
    """Return the parts, those of the form first and in its order."""
    order = {key: place for place, key in enumerate(HEADINGS)} if signed else {}
    found = sorted(parts, key=lambda part: order.get(part["key"], len(order)))
    if not signed:
        return [_section(part, part["name"], empty="无") for part in found]
    return [_section(part, HEADINGS.get(part["key"], part["name"])) for part in found]


def _section(part: dict[str, Any], heading: str, empty: str = "") -> Section:
    columns = tuple(Column(word) for _field, word in part["columns"])
    rows = tuple(tuple(_written(field, row) for field, _word in part["columns"]) for row in part["rows"])
    blocks = [Table(columns, rows)] if rows else []
    text = [Text(part["text"] or empty)] if part["text"] or not rows else []
    return Section(heading, (*blocks, *text))


def _written(field: str, row: dict[str, Any]) -> str:
    """Return a cell; days and periods as papers write them."""
    text = str(row.get(field, ""))
    return " 至 ".join(map(written_day, text.split(" 至 "))) if field in DAYS else text


def _resolutions(content: dict[str, Any]) -> list[Section]:
    found = []
    if content["decisions"]:
        rows = tuple((str(place), row["name"]) for place, row in enumerate(content["decisions"], start=1))
        found.append(Section("决议", (Table((Column("序号", width=6), Column("决议内容")), rows),)))
    if content["actions"]:
        heads = (Column("行动项"), Column("责任部门"), Column("责任人"), Column("完成时间"))
        tasks = tuple(
            (row["name"], row["department_name"], row["who_name"], written_day(row["due"])) for row in content["actions"]
        )
        found.append(Section("行动项", (Table(heads, tasks),)))
    return found


def _confirmed(meeting: Meeting, edition: Edition) -> list[Section]:
    """Return who confirmed this edition, and whose silence counted, once that is complete: people as they were then."""
    question = meeting.confirmation
    if meeting.confirmed_at is None or question is None or question.edition != edition.number:
        return []
    rows = question.confirmers.select_related("person__department")
    were = {one["id"]: (one["name"], one["department_name"]) for one in edition.content["attendees"]}
    heads = (Column("参会人"), Column("部门"), Column("确认情况"), Column("时间"))
    table = Table(heads, tuple((*were.get(row.person_id, _who(row)), *_answer(row)) for row in rows))
    note = [Text("“视为确认”为系统按沟通机制所作的记录，不是签字。")] if any(_is_assumed(row) for row in rows) else []
    return [Section("参会人员确认", (table, *note))]


def _who(row: Confirmer) -> tuple[str, str]:
    return row.person.name, row.person.department.name if row.person.department else ""


def _answer(row: Confirmer) -> tuple[str, str]:
    by = _("answered by %(name)s") % {"name": row.answered_by_name} if row.answered_by_name else ""
    word = f"{row.get_answer_display()}（{by}）" if by else str(row.get_answer_display())
    at = written_day(f"{timezone.localtime(row.answered_at):%Y-%m-%d %H:%M}") if row.answered_at else ""
    return word, at


def _is_assumed(row: Confirmer) -> bool:
    return row.answer == Confirmer.Answer.ASSUMED


def _signing(project: Project, texts: Any, signed: bool) -> tuple[Section, ...]:
    """Return the block in which heads sign, with the organisation's words over it; none where a tap is enough.

    Until they are asked to, its rows are there to be signed by hand.
    """
    if not signed:
        return ()
    parts = team_of(project).participations
    rows = tuple(Opinion(part.department, part.head.name if part.head else "") for part in parts)
    over = [Text(texts["declaration"])] if texts.get("declaration") else []
    under = [Text(texts["closing"])] if texts.get("closing") else []
    return (Section("各部门负责人签字", (*over, Opinions(rows), *under)),)


def _count(number: int) -> str:
    """Return 一, 十一, 二十三 … for 1 to 99."""
    tens, ones = divmod(number, 10)
    if not tens:
        return COUNTING[ones - 1]
    return ("" if tens == 1 else COUNTING[tens - 1]) + "十" + (COUNTING[ones - 1] if ones else "")
