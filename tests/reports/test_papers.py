"""The weekly report as a paper."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from tongzhou.papers import Linked, Section, Table, to_docx, to_html, to_xlsx
from tongzhou.papers.paper import Bullets, Fact, Meters
from tongzhou.people.models import System
from tongzhou.plan.actions import MilestoneSpec, set_key_milestones
from tongzhou.progress.actions import Words
from tongzhou.reports.papers import answer, weekly_paper
from tongzhou.reports.queries import Cut, weekly_cut
from tongzhou.reports.queries.cut import Advance, Judged

from .conftest import CAUSE, NOW, TENTH, Cast, empty_project


@pytest.fixture
def cut(cast: Cast) -> Cut:
    return weekly_cut(cast.project, asked=TENTH)


def section(cut: Cut, heading: str) -> Section:
    return next(section for section in weekly_paper(cut).sections if section.heading == heading)


def lines(cut: Cut, heading: str) -> list[tuple[str, str]]:
    (block,) = section(cut, heading).blocks
    assert isinstance(block, Bullets)
    return [(entry.text, entry.note) for entry in block.entries]


def table(cut: Cut, heading: str) -> list[tuple[object, ...]]:
    (block,) = section(cut, heading).blocks
    assert isinstance(block, Table)
    return [tuple(cell.text if isinstance(cell, Linked) else cell for cell in row) for row in block.rows]


def test_it_says_what_it_is(cut: Cut) -> None:
    paper = weekly_paper(cut)
    assert paper.title == "客户投诉率下降项目 第 2 周进度报告"
    assert paper.facts == (
        Fact("周期", "2024年3月4日（星期一） 至 3月10日（星期日）"),
        Fact("数据截至", "2024年3月10日（星期日）"),
        Fact("编制", "陈一"),
    )


def test_the_answer_comes_first(cut: Cut) -> None:
    assert answer(cut).startswith("累计完成 14%，计划 24%，落后 10.00 点；预计 4月")
    assert weekly_paper(cut).badge is None


@pytest.mark.parametrize(
    ("finish", "words"),
    [
        (date(2024, 4, 10), "预计 4月10日完成，比基线晚 5 天。"),
        (date(2024, 4, 5), "预计 4月5日完成，与基线一致。"),
        (date(2024, 4, 1), "预计 4月1日完成，比基线早 4 天。"),
        (date(2025, 1, 6), "预计 2025年1月6日完成，比基线晚 276 天。"),
    ],
)
def test_the_forecast_is_held_against_the_baseline(cut: Cut, finish: date, words: str) -> None:
    assert answer(replace(cut, finish=finish, baseline_finish=date(2024, 4, 5))).endswith(words)


@pytest.mark.parametrize(
    ("points", "words"),
    [(Fraction(0), "与计划一致"), (Fraction(-3), "超前 3.00 点"), (Fraction(1001, 100), "落后 10.01 点")],
)
def test_the_gap_is_said_in_words(cut: Cut, points: Fraction, words: str) -> None:
    judged = Judged(Fraction(1, 2), Fraction(1, 2), points, marked=points > 10, asked=False)
    assert words in answer(replace(cut, total=judged))
    assert (weekly_paper(replace(cut, total=judged)).badge is not None) == judged.marked


def test_a_finished_plan_says_when_it_was_finished(cut: Cut) -> None:
    whole = Judged(Fraction(1), Fraction(1), Fraction(0), marked=False, asked=False)
    done = replace(cut, complete=True, total=whole, finish=date(2024, 4, 3), baseline_finish=date(2024, 4, 3))
    assert answer(done) == "累计完成 100%，计划 100%，与计划一致；已于 4月3日完成，与基线一致。"
    assert answer(replace(done, complete=False)).startswith("累计完成 99.99%")


def test_without_baseline_nothing_is_compared(cut: Cut) -> None:
    words = answer(replace(cut, total=None, finish=date(2024, 4, 3), baseline_finish=None))
    assert words == "计划还没有基线，暂时无法比较计划与实际；预计 4月3日完成。"


def test_figures_of_the_week(cut: Cut) -> None:
    strip = weekly_paper(cut).figures
    assert strip is not None
    assert [(figure.label, figure.value, figure.note) for figure in strip.figures][:3] == [
        ("本周推进", "+14", "点，计划 +20"),
        ("任务完成", "0", "/ 计划 1"),
        ("阻塞", "0", ""),
    ]
    assert strip.figures[3].value == "1"
    backward = weekly_paper(replace(cut, advance=Advance(Fraction(-1, 3), Fraction(0)))).figures
    assert backward is not None
    assert (backward.figures[0].value, backward.figures[0].note) == ("-0.33", "点，计划 0")


def test_deviations_with_the_words_of_the_owners(cut: Cut) -> None:
    assert table(cut, "偏差与措施") == [
        ("用户反馈数据收集与分析", 1, Fraction(7, 10), 30, CAUSE, "张三"),
        ("需求文档撰写与评审", Fraction(1, 6), 0, Fraction(1667, 100), "等待《用户反馈分析报告》输出", "王五"),
    ]


def test_departments_with_their_gap(cut: Cut) -> None:
    (block,) = section(cut, "部门进度").blocks
    assert isinstance(block, Meters)
    assert [(row.label, row.actual, row.planned, row.note) for row in block.rows] == [
        ("客服部", Fraction(7, 10), 1, "落后 30"),
        ("产品部", 0, Fraction(1, 6), "落后 16.67"),
        ("技术部", 0, 0, ""),
        ("运营部", 0, 0, ""),
    ]


def test_problems_say_who_is_asked_for_what(cast: Cast) -> None:
    support = cast.departments["技术部"].pk
    cast.report(3, 0, TENTH, Words(help_needed="测试环境", help_department=support, reporter_name="赵六"), state="blocked")
    cast.report(4, 0, TENTH, Words(problem="缺口径", help_department=support, reporter_name="孙七"), state="blocked")
    cut = weekly_cut(cast.project, asked=TENTH)
    assert lines(cut, "问题与需要协调")[:2] == [
        ("上线效果监控与报告输出：缺口径；需要技术部支持", "孙七，3月10日"),
        ("功能开发与测试：需要技术部支持：测试环境", "赵六，3月10日"),
    ]


def test_lists_of_this_and_the_next_week(cast: Cast) -> None:
    cast.report(1, 100, TENTH, state="done")
    cut = weekly_cut(cast.project, asked=TENTH)
    assert lines(cut, "本周完成") == [("用户反馈数据收集与分析", "客服部，3月7日")]
    assert [text.split("，")[0] for text, _note in lines(cut, "下周计划")] == ["需求文档撰写与评审"]


def test_milestones_compare_baseline_and_forecast(cast: Cast) -> None:
    specs = [MilestoneSpec("数据收集完成", date(2024, 3, 7), cast.task(1).pk), MilestoneSpec("评审会", date(2024, 3, 20))]
    set_key_milestones(by=System(), project=cast.project, milestones=specs, now=NOW)
    first, second = table(weekly_cut(cast.project, asked=TENTH), "里程碑")
    assert (first[0], first[1], getattr(first[4], "word", None)) == ("数据收集完成", date(2024, 3, 7), "延期")
    assert second == ("评审会", date(2024, 3, 20), None, None, None)


def test_every_line_leads_to_its_task(cast: Cast, cut: Cut) -> None:
    (block,) = section(cut, "偏差与措施").blocks
    assert isinstance(block, Table)
    link = block.rows[0][0]
    assert isinstance(link, Linked)
    assert link.href == f"/projects/TS-2024/plan/?task={cast.task(1).pk}&date=2024-03-10"


def test_a_plan_without_tasks_says_so_and_nothing_else(db: None) -> None:
    paper = weekly_paper(weekly_cut(empty_project().project, asked=TENTH))
    assert (paper.lead, paper.figures, paper.sections) == ("计划里还没有任务。", None, ())


def test_a_paper_names_the_worst_and_says_where_the_others_are(cut: Cut) -> None:
    row = cut.deviating[0]
    assert row.judged is not None
    many = tuple(
        replace(row, id=place, name=f"任务{place}", judged=replace(row.judged, points=Fraction(1100 + place, 100)))
        for place in range(57)
    )
    paper = weekly_paper(replace(cut, deviating=many, late=many))
    for heading, query in (("偏差与措施", "state=marked&sort=-points"), ("延期任务", "state=late")):
        shown, rest = next(section for section in paper.sections if section.heading == heading).blocks
        assert isinstance(shown, Table) and isinstance(rest, Bullets)
        assert len(shown.rows) == 20
        (entry,) = rest.entries
        assert entry.text == "共 57 项，另有 37 项未列出，见任务进度跟踪表"
        assert entry.href == f"/projects/{cut.number}/tracking/?{query}&date=2024-03-10"
    first = next(section for section in paper.sections if section.heading == "偏差与措施").blocks[0]
    assert isinstance(first, Table)
    assert [row[3] for row in first.rows] == [Fraction(1100 + place, 100) for place in range(56, 36, -1)]
    for text in (
        to_html(paper),
        "".join(Document(BytesIO(to_docx(paper))).element.body.itertext()),
        sheet_text(to_xlsx(paper)),
    ):
        assert "另有 37 项未列出" in text


def sheet_text(data: bytes) -> str:
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    return "".join(str(cell or "") for row in sheet.iter_rows(values_only=True) for cell in row)
