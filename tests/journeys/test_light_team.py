"""A team lives with its plan: a list becomes a project, a table another, members report, two people meet, nothing is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import Server, Watched

pytestmark = pytest.mark.journey

Browse = Callable[..., Watched]
LIST = """\
1 筹备
1.1 定主题 张三 2天
1.2 邀请嘉宾 王五 3天 依赖1.1
1.3 场地合同 李四 2天
2 宣传
2.1 设计海报 赵六 3天 依赖1.1
2.2 印刷海报 赵六 2天 依赖2.1
2.3 朋友圈推送 孙七 1天 依赖2.1
3 现场
3.1 布置场地 周七 1天 依赖1.3、2.2
3.2 签到台 郑十 1天 依赖3.1
4 开幕 里程碑 依赖3.2
"""
OWNERS = {"定主题": "张三", "邀请嘉宾": "王五", "场地合同": "李四", "设计海报": "赵六", "朋友圈推送": "孙七", "签到台": "郑十"}
TABLE = """\
任务名称,谁来做,开始时间,结束时间,备注
接口清单,郑十,2026-11-23,2026-11-24,先问技术部
字段映射,郑十,2026-11-25,2026-11-26,
旧数据清洗,郑十,2026-11-27,2026-12-01,
上线演练,郑十,2026-12-02,2026-12-03,
上线,周七,2026-12-04,2026-12-04,
"""
CLIPBOARD = "navigator.clipboard.readText()"


def row(page: Page, name: str) -> Locator:
    return page.locator(".tabulator-row").filter(has_text=name).first


def started(watched: Watched, name: str) -> str:
    """Start a project from the list and return its number."""
    page = watched.page
    watched.open("/projects/new/list/")
    page.get_by_label("项目名称").fill(name)
    page.get_by_label("任务清单").fill(LIST)
    expect(page.locator("#quick-preview")).to_contain_text("开幕")
    page.get_by_role("button", name="启动项目").click()
    page.wait_for_url("**/start/notice/")
    return page.url.split("/projects/")[1].split("/")[0]


def brought(watched: Watched, number: str, name: str, folder: Path) -> None:
    """Create a project and bring the table in GBK, whose one column nobody could guess."""
    page = watched.page
    watched.open("/projects/new/")
    page.get_by_label("项目名称").fill(name)
    page.get_by_label("编号").fill(number)
    page.get_by_label("牵头部门").select_option(label="产品部")
    page.get_by_role("button", name="创建项目").click()
    page.wait_for_url(f"**/projects/{number}/plan/")
    table = folder / "迁移.csv"
    table.write_bytes(TABLE.encode("gbk"))
    watched.open(f"/projects/{number}/plan/import/")
    page.locator("input[type=file]").set_input_files(table)
    page.wait_for_url(f"**/projects/{number}/plan/import/*/")
    column = page.get_by_label("“谁来做”的含义")
    # Who mapped the same headings before finds it done.
    if column.input_value() == "":
        with page.expect_response(lambda response: "/layout/" in response.url):
            column.select_option(label="负责人")
    expect(page.get_by_label("“谁来做”的含义")).to_have_value("owner")
    confirm = page.get_by_role("button", name="确认导入")
    expect(confirm).to_be_enabled()
    confirm.click()
    page.get_by_role("link", name="复制通知").wait_for()


def links_of(watched: Watched, number: str) -> dict[str, str]:
    """Put personal links into the notice, copy it, and return name → link as the clipboard holds them."""
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=watched.server.address)
    watched.open(f"/projects/{number}/plan/notice/")
    page.get_by_role("button", name="加入个人链接").click()
    page.locator("#confirm-dialog").get_by_role("button").last.click()
    page.get_by_role("button", name="全部复制", exact=True).click()
    text = ""
    for _attempt in range(20):
        text = page.evaluate(CLIPBOARD)
        if "/enter/" in text:
            break
        page.wait_for_timeout(100)
    return dict(re.findall(r"@(\S+?)[\s：:][^@]*?(http\S+/enter/[\w-]+/)", text))


@pytest.fixture
def manager(browse: Browse) -> Watched:
    watched = browse()
    watched.enter("chenyi")
    return watched


def test_twelve_lines_become_a_light_project_within_a_minute(manager: Watched) -> None:
    page, began = manager.page, time.monotonic()
    manager.open("/")
    page.get_by_role("link", name="从清单开始").first.click()
    page.get_by_label("项目名称").fill("周年庆")
    page.get_by_label("任务清单").fill(LIST)
    expect(page.locator("#quick-preview")).to_contain_text("开幕")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/start/notice/")
    assert time.monotonic() - began < 60
    number = page.url.split("/projects/")[1].split("/")[0]
    notice = page.locator("#notice-text").input_value()
    for task, person in OWNERS.items():
        assert re.search(rf"@{person}\n(· .*\n?)*· {task}", notice), (task, notice)
    assert f"/projects/{number}/plan/" in notice
    page.get_by_role("link", name="打开计划").click()
    expect(page.locator(".tabulator-row")).to_have_count(12)
    for task, person in OWNERS.items():
        expect(row(page, task)).to_contain_text(person)
    expect(row(page, "布置场地")).to_contain_text("3.1")
    manager.open(f"/projects/{number}/start/")
    for person in {*OWNERS.values(), "周七", "陈一"}:
        expect(page.locator("main")).to_contain_text(person)
    expect(page.locator("main")).to_contain_text("轻")
    manager.assert_clean()


def test_a_gbk_table_is_mapped_on_the_page_and_the_notice_holds_each_ones_link(manager: Watched, tmp_path: Path) -> None:
    brought(manager, "QY-1", "数据迁移", tmp_path)
    page = manager.page
    page.get_by_role("link", name="前往计划").click()
    expect(page.locator(".tabulator-row")).to_have_count(5)
    expect(row(page, "旧数据清洗")).to_contain_text("郑十")
    expect(row(page, "旧数据清洗")).to_contain_text("12-01")
    links = links_of(manager, "QY-1")
    # A manager vouches for nobody who sees more than she does: 周七 takes part in a project of somebody else.
    assert list(links) == ["郑十"]
    manager.assert_clean()


def test_a_member_comes_by_his_link_and_reports_four_tasks_on_a_phone(manager: Watched, browse: Browse, tmp_path: Path) -> None:
    brought(manager, "QY-2", "第二次迁移", tmp_path)
    link = links_of(manager, "QY-2")["郑十"]
    phone, taps = browse(phone=True), 0
    page = phone.page
    page.goto(link)
    page.get_by_role("button", name="登录").tap()
    page.wait_for_url(f"{phone.server.address}/")
    phone.open("/my-tasks/?project=QY-2")
    tasks = page.locator("[data-task]")
    expect(tasks).to_have_count(4)
    expect(tasks.first).to_contain_text("0% 计划")
    began = time.monotonic()
    for name, state in (("接口清单", "is-done"), ("字段映射", "is-doing")):
        tasks.filter(has_text=name).get_by_role("button", name="更新").tap()
        page.locator("#progress-sheet").locator(f"label.{state}").tap()
        with page.expect_navigation():
            page.locator("#progress-sheet").get_by_role("button", name="提交").tap()
        taps += 3
    for name in ("旧数据清洗", "上线演练"):
        one = tasks.filter(has_text=name)
        one.get_by_role("button", name="无变化").tap()
        expect(one).to_have_class(re.compile("is-saved"))
        taps += 1
    assert time.monotonic() - began < 60
    assert taps == 8
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    manager.open("/projects/QY-2/tracking/")
    for name, state in (("接口清单", "done"), ("字段映射", "doing"), ("旧数据清洗", "todo"), ("上线演练", "todo")):
        told = manager.page.get_by_role("row").filter(has_text=name)
        expect(told.locator("select[name=state]")).to_have_value(state)
        expect(told.locator("td.is-short").last).to_contain_text("郑十")
    phone.page.goto(link)
    expect(phone.page.locator("main")).to_contain_text("这个链接已失效")
    phone.assert_clean()


def test_who_comes_second_sees_what_changed_and_keeps_her_words(manager: Watched, browse: Browse) -> None:
    number = started(manager, "年会")
    second, grid = browse(), browse()
    for watched in (second, grid):
        watched.enter("chenyi")
        watched.open(f"/projects/{number}/plan/")
        expect(row(watched.page, "定主题")).to_be_visible()
    manager.open(f"/projects/{number}/plan/")
    for watched in (manager, second):
        row(watched.page, "定主题").click()
        watched.page.get_by_role("link", name="编辑任务").click()
    rename(manager, "定主题和口号")
    expect(row(manager.page, "定主题和口号")).to_be_visible()
    # In the form: what changed stands beside what she typed, and nothing of hers is lost.
    page = second.page
    page.get_by_label("风险点").fill("嘉宾可能改期")
    rename(second, "定下主题")
    expect(page.get_by_role("alert").first).to_contain_text("还没有保存")
    expect(page.locator("main")).to_contain_text("现在是：定主题和口号")
    expect(page.locator("#id_name")).to_have_value("定下主题")
    expect(page.get_by_label("风险点")).to_have_value("嘉宾可能改期")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(row(page, "定下主题")).to_be_visible()
    # In the grid: the cell that was typed last into an old page is told with what was typed, and the page shows what is there.
    row(grid.page, "定主题").locator(".c-finish").dblclick()
    editor = grid.page.locator(".plan-editor input:focus")
    editor.fill("2027-03-31")
    editor.press("Enter")
    told = grid.page.get_by_role("alert").filter(has_text="2027-03-31")
    expect(told).to_contain_text("定主题 → 定下主题")
    expect(row(grid.page, "定下主题")).to_be_visible()
    for watched in (manager, second, grid):
        watched.assert_clean()


def rename(watched: Watched, name: str) -> None:
    watched.page.locator("#id_name").fill(name)
    watched.page.get_by_role("button", name="保存", exact=True).click()


def states_on(watched: Watched, number: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return name → state as the tracking table shows them."""
    watched.open(f"/projects/{number}/tracking/")
    found = {}
    for name in names:
        one = watched.page.get_by_role("row").filter(has_text=name)
        found[name] = one.locator("select[name=state]").input_value()
    return found


def test_the_board_and_the_table_agree(manager: Watched, browse: Browse) -> None:
    number = started(manager, "开放日")
    board = browse()
    board.enter("chenyi")
    board.open(f"/projects/{number}/board/")
    page, names = board.page, ("定主题", "场地合同", "设计海报")
    assert states_on(manager, number, names) == dict.fromkeys(names, "todo")
    with page.expect_response(lambda response: "/report/" in response.url):
        page.locator("[data-card]", has_text="定主题").drag_to(page.locator('[data-column="doing"]'))
    expect(page.locator('[data-column="doing"]')).to_contain_text("定主题")
    page.locator("[data-card]", has_text="场地合同").focus()
    with page.expect_response(lambda response: "/report/" in response.url):
        for key in (" ", "ArrowRight", " "):
            page.keyboard.press(key)
    expect(page.locator('[data-column="doing"]')).to_contain_text("场地合同")
    assert states_on(manager, number, names) == {"定主题": "doing", "场地合同": "doing", "设计海报": "todo"}
    # And back: what the table says stands on the board.
    with manager.page.expect_response(lambda response: "/report/" in response.url):
        manager.page.get_by_role("row").filter(has_text="设计海报").locator("select[name=state]").select_option("doing")
    page.reload()
    for name in names:
        expect(page.locator('[data-column="doing"]')).to_contain_text(name)
    board.assert_clean()
    manager.assert_clean()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_exported_file_comes_back_with_nothing_to_change(manager: Watched, tmp_path: Path, ending: str) -> None:
    number = started(manager, f"产品日 {ending}")
    page = manager.page
    manager.open(f"/projects/{number}/tracking/")
    with page.expect_response(lambda response: "/report/" in response.url):
        page.get_by_role("row").filter(has_text="定主题").locator("select[name=state]").select_option("doing")
    manager.open(f"/projects/{number}/export/")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(f".*{ending}$")).first.click()
    book = tmp_path / f"导出.{ending}"
    download.value.save_as(book)
    if ending == "xlsx":
        cells = [str(cell) for sheet in openpyxl.load_workbook(book) for line in sheet.values for cell in line]
        assert "布置场地" in cells
    manager.open(f"/projects/{number}/plan/import/")
    page.locator("input[type=file]").set_input_files(book)
    page.wait_for_url(f"**/projects/{number}/plan/import/*/")
    expect(page.locator("h2.t")).to_have_text("文件内容与计划一致，无需导入")
    expect(page.locator(".tz-changes")).to_have_count(0)
    page.get_by_role("button", name="完成", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="内容与计划一致，没有改动").first).to_be_visible()
    manager.assert_clean()


def test_the_server_wrote_no_error(server: Server) -> None:
    log = (Path(server.environment["TONGZHOU_DATA"]) / "server.log").read_text(encoding="utf-8")
    assert "Traceback" not in log
