"""启动会纪要 and 任务启动纪要 as files: every label of the forms in their order, every value, the signatures of the heads."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import translation

from meetings.ground import AFTER, UNTIL, answered, confirmed, fresh, planned, sent, signed, write
from support.cast import NOW, Cast, planned_project, small_project
from support.checks import refused
from support.web import client_of
from tongzhou.documents.actions import Wording, change_kind
from tongzhou.documents.models import IssuedPaper
from tongzhou.documents.queries.kinds import numbering, wording
from tongzhou.lib import clock
from tongzhou.meetings.actions import Plan, Sending, plan_meeting, send_minutes, take_minutes
from tongzhou.meetings.models import Meeting
from tongzhou.meetings.papers import minutes_paper
from tongzhou.meetings.queries import meeting_or_404
from tongzhou.meetings.queries.reading import meeting_page
from tongzhou.meetings.queries.standing import sheet_of
from tongzhou.papers import Opinions, Paper, Section, Table, Text
from tongzhou.people.models import User
from tongzhou.projects.models import CommunicationRule, Project
from tongzhou.projects.queries.missing import missing_for
from tongzhou.rhythm.jobs import settle
from tongzhou.signoffs.actions import void_sheet

FORM = [
    "任务背景与目标",
    "范围边界",
    "参与部门及角色",
    "时间节点",
    "流程节点与优化建议",
    "沟通机制",
    "风险预案",
    "资源支持需求",
]


def headings(paper: Paper) -> list[str]:
    return [section.heading.partition("、")[2] or section.heading for section in paper.sections]


def words(section: Section) -> str:
    found = []
    for block in section.blocks:
        if isinstance(block, Table):
            found += [column.label for column in block.columns] + [str(cell) for row in block.rows for cell in row]
        elif isinstance(block, Text):
            found.append(block.text)
    return " ".join(found)


def test_the_paper_holds_the_form_in_its_order_and_every_value(cast: Cast) -> None:
    row = planned(cast)
    take_minutes(by=cast.member, meeting=row, now=AFTER)
    write(cast, row, "risks", "研发延期时优先保障核心功能")
    edition = sent(cast, row)
    paper = minutes_paper(fresh(row), edition)
    assert paper.title == "启动会纪要"
    assert headings(paper) == ["", *FORM, "各部门负责人签字"]
    assert [section.heading.partition("、")[0] for section in paper.sections[1:4]] == ["一", "二", "三"]
    assert "研发部 牵头 李四 周七" in words(paper.sections[3])
    assert "定型 2024年3月8日" in words(paper.sections[4])
    assert "研发延期时优先保障核心功能" in words(paper.sections[7])
    assert any(isinstance(block, Opinions) for block in paper.sections[-1].blocks)


def test_who_confirmed_and_whose_silence_counted_stands_in_it(cast: Cast) -> None:
    row = planned(cast)
    CommunicationRule.objects.create(project=row.project, mechanism="启动会", silence_confirms=True)
    sent(cast, row)
    answered(cast, row, cast.member, cast.manager)
    settle(UNTIL)
    edition = row.editions.get()
    paper = minutes_paper(fresh(row), edition)
    confirmed = next(section for section in paper.sections if section.heading.endswith("参会人员确认"))
    assert "吴八 市场部 视为确认" in words(confirmed) and "不是签字" in words(confirmed)


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_the_file_carries_the_signatures(cast: Cast, ending: str) -> None:
    row, sheet = confirmed(cast)
    signed(sheet, cast.head)
    signed(sheet, cast.other_head)
    client = client_of(cast.quality)
    with clock.pretend(AFTER):
        answer = client.get(f"/projects/S-1/meetings/{row.pk}/minutes.{ending}")
        assert client.get(f"/projects/S-1/meetings/{row.pk}/minutes.xlsx").status_code == 404
    assert answer.status_code == 200
    assert answer.content[:4] == {"docx": b"PK\x03\x04", "pdf": b"%PDF"}[ending]


def word_of(person: User, row: Meeting) -> str:
    """Return what the downloaded document says."""
    with clock.pretend(AFTER):
        answer = client_of(person).get(f"/projects/S-1/meetings/{row.pk}/minutes.docx")
    assert answer.status_code == 200
    with ZipFile(BytesIO(answer.content)) as file:
        return "".join(re.findall(r"<w:t[^>]*>([^<]*)", file.read("word/document.xml").decode()))


def test_minutes_in_the_archive_are_the_same_paper_whatever_becomes_of_project_and_people(cast: Cast) -> None:
    row, sheet = confirmed(cast)
    signed(sheet, cast.head)
    signed(sheet, cast.other_head)
    before = word_of(cast.quality, row)
    assert "小项目 S-1" in before and "成员研发部已确认" in before and "同意" in before
    Project.objects.filter(pk=row.project_id).update(name="改了名的项目")
    User.objects.filter(pk=cast.member.pk).update(name="改了名的人", department=cast.marketing)
    assert word_of(cast.quality, row) == before
    with translation.override("en"):
        assert minutes_paper(fresh(row), row.editions.get()).title == "启动会纪要"
    # The register keeps it once.
    assert IssuedPaper.objects.get().sheet_id == sheet.pk


def test_the_fixed_texts_of_minutes_are_those_that_were_signed(cast: Cast) -> None:
    """They stand on the page that the heads sign; the organisation's next wording is that of the next minutes."""
    row, sheet = confirmed(cast)
    declared = wording("kickoff-minutes")["declaration"]
    assert declared and declared in bytes(sheet.html).decode()
    signed(sheet, cast.head)
    before = word_of(cast.quality, row)
    assert declared in before
    other = Wording(numbering=numbering("kickoff-minutes"), texts={"declaration": "各部门无条件追加投入。"})
    change_kind(by=cast.administrator, kind="kickoff-minutes", wording=other, now=AFTER)
    assert word_of(cast.quality, row) == before
    with refused("nothing-changed"):
        sent(cast, row)


def test_a_project_that_is_renamed_amends_no_minutes(cast: Cast) -> None:
    row = planned(cast)
    sent(cast, row)
    Project.objects.filter(pk=row.project_id).update(name="改了名的项目")
    with refused("nothing-changed"):
        sent(cast, row)
    with clock.pretend(AFTER):
        page = meeting_page(meeting_or_404(cast.manager, "S-1", row.pk), cast.manager, AFTER)
    assert (page.draft, page.may_send) == (False, False)
    answered(cast, row, cast.member, cast.manager, cast.other_head)
    sheet = fresh(row).sheet
    assert sheet is not None
    assert "小项目 S-1" in bytes(sheet.html).decode() and "改了名的项目" not in bytes(sheet.html).decode()


def test_a_voided_sheet_signs_nothing(cast: Cast) -> None:
    row, sheet = confirmed(cast)
    signed(sheet, cast.head)
    assert "同意李四" in word_of(cast.quality, row)
    void_sheet(by=cast.manager, sheet=sheet, reason="职责写错了", now=AFTER)
    assert "同意" not in word_of(cast.quality, row)


def test_an_edition_that_goes_out_meanwhile_has_no_answers_and_signatures_of_the_one_before(cast: Cast) -> None:
    row = planned(cast)
    first = sent(cast, row)
    answered(cast, row, cast.member, cast.manager, cast.other_head)
    seen = fresh(row)
    assert sheet_of(seen, first) == seen.sheet
    write(cast, row, "scope", "不含售后培训")
    second = sent(cast, row)
    assert sheet_of(seen, second) is None
    assert "参会人员确认" not in headings(minutes_paper(seen, second))


def test_without_an_edition_there_is_no_file(cast: Cast) -> None:
    row = planned(cast)
    with clock.pretend(NOW):
        assert client_of(cast.manager).get(f"/projects/S-1/meetings/{row.pk}/minutes.docx").status_code == 404


def test_a_light_start_has_no_place_to_sign(cast: Cast) -> None:
    project = planned_project(cast, weight="light")
    plan = Plan("任务启动", NOW, 15, cast.manager.pk)
    with clock.pretend(NOW):
        row = plan_meeting(by=cast.manager, project=project, kind="start", plan=plan, people=[cast.member.pk], now=NOW)
        edition = send_minutes(by=cast.manager, meeting=row, sending=Sending(NOW + timedelta(days=1)), now=NOW)
    paper = minutes_paper(fresh(row), edition)
    assert (paper.title, headings(paper)) == ("任务启动纪要", ["", "目标", "范围", "参与人", "里程碑"])


def test_the_start_page_says_what_of_it_is_missing(cast: Cast) -> None:
    project = small_project(cast)
    with clock.pretend(AFTER):
        rows = {row.key: row for row in missing_for(project, cast.manager)}
        assert not rows["kickoff-minutes"].done and rows["kickoff-minutes"].link.endswith("/meetings/new/kickoff/")
        assert "start-minutes" not in rows
        row = planned(cast, project)
        sent(cast, row)
        rows = {one.key: one for one in missing_for(project, cast.manager)}
        assert (rows["kickoff-minutes"].who, rows["kickoff-minutes"].note) == ("主持人 李四", "待确认")
        answered(cast, row, cast.member, cast.manager, cast.other_head)
        sheet = fresh(row).sheet
        assert sheet is not None
        signed(sheet, cast.head)
        signed(sheet, cast.other_head)
        assert {one.key: one for one in missing_for(project, cast.manager)}["kickoff-minutes"].done
