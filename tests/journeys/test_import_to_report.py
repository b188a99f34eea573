"""The main job: a manager brings three tables, gets checked plans, owners report, deviations show, the report falls out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Server, Watched
from tests.workbooks import sample_books

PEOPLE_KNOWN = "the demo organisation has every department and person of the three workbooks"


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("books")
    return {
        name: sample_books.write(folder / f"{name}.xlsx", tables)
        for name, tables in (
            ("complaint", sample_books.complaint()),
            ("membership", sample_books.membership()),
            ("launch", sample_books.launch()),
        )
    }


@pytest.fixture
def desk(browse: Callable[..., Watched]) -> Iterator[Watched]:
    watched = browse()
    yield watched
    watched.assert_clean()


def bring(watched: Watched, number: str, name: str, book: Path) -> None:
    """Create a project, bring the workbook, settle what is asked with the proposals, confirm."""
    page = watched.page
    watched.open("/projects/new/")
    page.get_by_label("项目名称").fill(name)
    page.get_by_label("编号").fill(number)
    page.get_by_label("牵头部门").select_option(label="研发部")
    page.get_by_role("button", name="创建项目").click()
    page.wait_for_url(f"**/projects/{number}/plan/")
    page.get_by_role("link", name="导入", exact=False).first.click()
    page.locator("input[type=file]").set_input_files(book)
    page.wait_for_url(f"**/projects/{number}/plan/import/*/")
    confirm = page.get_by_role("button", name="确认导入")
    while confirm.is_disabled():
        open_ = page.locator(".tz-confirm > li").filter(has_not=page.get_by_role("button", name="撤回")).first
        shown = page.locator("#import").element_handle()
        assert shown is not None
        open_.get_by_role("button", name="采用").first.click()
        # The answer replaces all of it; what stands there before is not to be clicked again, nor asked whether it is done.
        shown.wait_for_element_state("hidden")
        expect(page.locator("#import.htmx-added, #import.htmx-settling, #import .htmx-added")).to_have_count(0)
    confirm.click()
    page.get_by_role("link", name="前往计划").click()
    page.wait_for_url(f"**/projects/{number}/plan/")


def row(page: Page, name: str):  # type: ignore[no-untyped-def]
    return page.locator(".tabulator-row").filter(has_text=name).first


@pytest.mark.journey
def test_the_complaint_table_becomes_a_plan_that_people_live_in(
    desk: Watched, server: Server, books: dict[str, Path], browse: Callable[..., Watched]
) -> None:
    desk.enter("admin")
    bring(desk, "TS-1", "客户投诉率下降", books["complaint"])
    page = desk.page
    expect(row(page, "用户反馈数据收集与分析")).to_contain_text("70%")
    expect(row(page, "用户反馈数据收集与分析")).to_contain_text("03-12")
    expect(page.locator(".plan-gantt svg").first).to_be_visible()

    desk.open("/projects/TS-1/tracking/")
    first = page.get_by_role("row").filter(has_text="用户反馈数据收集与分析")
    expect(first).to_contain_text("30.00")
    expect(page.get_by_role("row").filter(has_text="需求文档撰写与评审")).to_contain_text("16.67")
    desk.open("/projects/TS-1/")
    expect(page.locator(".tz-hero")).to_contain_text("10.00")
    expect(page.locator(".tz-hero")).not_to_contain_text("落后超过")

    phone = browse(phone=True)
    phone.enter("wangwu")
    phone.open("/my-tasks/")
    mine = phone.page.locator("[data-task]").filter(has=phone.page.locator("a[href^='/projects/TS-1/']"))
    mine.get_by_role("button", name="更新").click()
    sheet = phone.page.get_by_role("dialog", name="同步进度")
    sheet.get_by_role("radio", name="进行中").check()
    sheet.get_by_label("完成度").fill("10")
    sheet.get_by_label("一句话进展").fill("需求大纲已写")
    sheet.get_by_role("button", name="提交").click()
    expect(mine).to_contain_text("10%")
    phone.assert_clean()

    desk.open("/projects/TS-1/tracking/")
    second = page.get_by_role("row").filter(has_text="需求文档撰写与评审")
    expect(second).to_contain_text("6.67")
    expect(second).to_contain_text("需求大纲已写")

    desk.open("/projects/TS-1/report/")
    expect(page.locator("main")).to_contain_text("累计完成")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    cells = [cell for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line if cell is not None]
    assert "用户反馈数据收集与分析" in [str(cell) for cell in cells]


@pytest.mark.journey
def test_a_moved_date_lists_its_followers_before_it_moves_them(desk: Watched, books: dict[str, Path]) -> None:
    desk.enter("admin")
    bring(desk, "HY-1", "会员体系升级", books["membership"])
    page = desk.page
    cell = row(page, "用户访谈").locator(".c-finish")
    expect(cell).to_have_text("03-13")
    cell.dblclick()
    editor = page.locator(".plan-editor input:focus")
    editor.fill("2024-03-14")
    editor.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("需求整理")
    expect(dialog).to_contain_text("03-18")
    expect(dialog.get_by_role("heading")).to_have_text("将随之调整 12 项任务")
    expect(row(page, "需求整理").locator(".c-finish")).to_have_text("03-15")
    dialog.get_by_role("button", name="确认调整").click()
    expect(row(page, "需求整理").locator(".c-finish")).to_have_text("03-18")
    expect(row(page, "用户访谈").locator(".c-finish")).to_have_text("03-14")


@pytest.mark.journey
def test_the_launch_table_keeps_its_holiday_and_marks_a_deviation_a_day_later(desk: Watched, books: dict[str, Path]) -> None:
    desk.enter("admin")
    bring(desk, "XP-1", "新产品上市", books["launch"])
    page = desk.page
    desk.open("/projects/XP-1/tracking/?date=2024-04-02")
    test = page.get_by_role("row").filter(has_text="功能测试")
    expect(test.get_by_role("textbox", name="完成度")).to_have_value("60")
    expect(test).to_contain_text("/ 70%")
    expect(test.locator(".c-block")).to_have_count(0)
    desk.open("/projects/XP-1/tracking/?date=2024-04-03")
    expect(test).to_contain_text("20.00")
    expect(test.locator(".c-block").first).to_be_visible()
    desk.open("/projects/XP-1/plan/?date=2024-04-02")
    row(page, "正式上市").click()
    expect(page.locator("#plan-drawer")).to_contain_text("05-01 至 05-01")


@pytest.mark.journey
def test_who_takes_no_part_finds_nothing(browse: Callable[..., Watched], server: Server) -> None:
    stranger = browse()
    stranger.enter("zhaoliu")
    seen = []
    for number in ("XMB-2024", "NEVER-WAS"):
        answer = stranger.page.goto(f"{server.address}/projects/{number}/")
        assert answer is not None
        seen.append((answer.status, answer.body()))
    assert seen[0] == seen[1]
    assert seen[0][0] == 404


@pytest.mark.journey
def test_a_phone_reports_in_a_sheet_and_what_is_wrong_stays_in_it(browse: Callable[..., Watched]) -> None:
    phone = browse(phone=True)
    phone.enter("zhengshi")
    page = phone.page
    phone.open("/my-tasks/")
    key = page.locator("[data-task]").first.get_attribute("data-task")
    mine = page.locator(f"[data-task='{key}']")
    mine.get_by_role("button", name="更新").click()
    sheet = page.get_by_role("dialog", name="同步进度")
    sheet.get_by_role("radio", name="进行中").check()
    sheet.get_by_label("完成度").fill("120")
    sheet.get_by_role("button", name="提交").click()
    expect(sheet).to_contain_text("还没有保存")
    sheet.get_by_label("完成度").fill("65")
    sheet.get_by_role("button", name="提交").click()
    expect(mine).to_contain_text("65%")
    mine.get_by_role("button", name="更新").click()
    page.get_by_role("button", name="无变化，仍是进行中 65%").click()
    expect(page.get_by_role("dialog", name="同步进度")).to_have_count(0)
    phone.assert_clean()
