"""A week by the clock: a sync is missed, a block climbs to the general lead, he decides, an exception is closed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.clocked import World, world_on
from tests.journeys.conftest import Server, Watched

pytestmark = pytest.mark.journey

Browse = Callable[..., Watched]
SOON = 15_000
"""Milliseconds within which a count moves; without the stream it would be asked for after 30,000."""
BLOCK = "/projects/S-1/blocks/1/"
CASE = "/projects/S-1/escalations/1/"
EXCEPTION = "/projects/S-1/exceptions/1/"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def week(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world_on(request.param, tmp_path_factory.mktemp("week"), "03-01 09:00") as found:
        yield found


@pytest.fixture(scope="module")
def server(week: World) -> Server:
    return week.server


@pytest.fixture
def open_at(week: World, browse: Browse) -> Callable[[str, str], Watched]:
    """Return a function that opens a page in a browser of its own, as the person with a login."""

    def open_page(login: str, path: str) -> Watched:
        watched = browse()
        watched.enter(login)
        watched.open(path)
        watched.page.evaluate("window.stays = true")
        return watched

    return open_page


def test_a_week_by_the_clock(week: World, open_at: Callable[[str, str], Watched]) -> None:
    assert ("李四", "小项目 S-1：研发部 负责人由—改为李四", "/projects/S-1/start/") in week.told()
    lead, manager = open_at("chushiliu", "/"), open_at("chenyi", "/inbox/")
    a_sync_is_missed(week, manager)
    owner = open_at("zhengshi", week.mailed("zhengshi@example.com", "项任务未在"))
    a_block_is_reported(week, owner)
    it_climbs(week, lead, manager)
    he_decides(week, lead, manager)
    the_way_is_cleared(week, open_at("fengshier", week.mailed("fengshier@example.com", "解除阻塞")), lead)
    an_exception_is_reported(week, open_at("zhouqi", "/projects/S-1/exceptions/new/"), manager)
    it_is_closed(week, open_at("lisi", week.mailed("lisi@example.com", "报备异常")))
    what_is_read_counts_no_more(week, manager)
    assert len({(row["person__name"], row["source"]) for row in week.rows}) == len(week.rows)
    assert len({mail["Message-ID"] for mail in week.mails}) == len(week.mails)
    for watched in (lead, manager, owner):
        watched.assert_clean()


def a_sync_is_missed(week: World, manager: Watched) -> None:
    assert week.told("03-01 14:59") == set()
    mine = "/my-tasks/?group=report"
    assert week.told("03-01 15:00") == {("郑十", "请在 03-01 周五 17:00 前同步 2 项任务", mine)}
    missed = ("小项目 S-1：1 人未在 03-01 周五 17:00 前同步", "/projects/S-1/syncs/?state=missed")
    assert week.told("03-01 17:00") == {
        ("郑十", "2 项任务未在 03-01 周五 17:00 前同步", mine),
        ("陈一", *missed),
        ("周七", *missed),
    }
    counts(week, manager, "陈一")
    expect(manager.page.locator("#inbox")).to_contain_text("1 人未在 03-01 周五 17:00 前同步")


def a_block_is_reported(week: World, owner: Watched) -> None:
    """The owner follows his mail to his tasks and reports one of them as blocked, until Monday evening."""
    week.settle("03-01 17:20")
    page = owner.page
    expect(page.locator("[data-task]")).to_have_count(2)
    page.locator("[data-task]", has_text="设计").get_by_role("button", name="更新").click()
    sheet = page.locator("#progress-sheet")
    sheet.locator("label.is-blocked").click()
    sheet.get_by_label("由谁解除").select_option(label="冯十二（市场部）")
    sheet.get_by_label("截止时间").fill("2024-03-04T17:00")
    sheet.locator("summary").click()
    sheet.get_by_label("遇到的问题").fill("用户画像数据没有到")
    with page.expect_navigation():
        sheet.get_by_role("button", name="提交").click()
    assert week.told() == {("冯十二", "请在 03-04 17:00 前解除阻塞：「设计」", BLOCK)}
    owner.open("/projects/S-1/syncs/?state=missed")
    # Of the week's round one task was said late.
    expect(page.get_by_role("row").filter(has_text="02-26").get_by_role("cell").last).to_have_text("1")


def it_climbs(week: World, lead: Watched, manager: Watched) -> None:
    """Eight working hours a step: Monday's last hour and Tuesday until 17:00, and so on."""
    assert week.told("03-04 16:59") == set()
    assert week.told("03-04 17:00") == {("吴八", "升级到你（部门内），请决定：设计", CASE)}
    assert week.told("03-05 16:59") == set()
    assert week.told("03-05 17:00") == {("陈一", "升级到你（项目经理），请决定：设计", CASE)}
    counts(week, manager, "陈一")
    assert week.told("03-06 16:59") == set()
    expect(lead.page.locator("#owed-case-1")).to_have_count(0)
    assert week.told("03-06 17:00") == {("褚十六", "升级到你（项目总负责人），请决定：设计", CASE)}
    counts(week, lead, "褚十六")
    counts(week, manager, "陈一")


def he_decides(week: World, lead: Watched, manager: Watched) -> None:
    """The mail leads to the form; here he uses the one in the queue of the page that has been open since Friday."""
    week.settle("03-06 17:10")
    other = lead.page.context.new_page()
    other.goto(f"{week.server.address}{week.mailed('chushiliu@example.com', '请决定')}")
    expect(other.get_by_label("决定")).to_be_visible()
    other.close()
    row = lead.page.locator("#owed-case-1")
    expect(row).to_be_visible(timeout=SOON)
    if row.locator("textarea").count() == 0:
        row.get_by_role("link", name="裁决").click()
    row.get_by_label("决定").fill("市场部今天先给出样例数据，周四补齐")
    row.get_by_role("button", name="裁决", exact=True).click()
    expect(row).to_have_count(0)
    told = ("褚十六 已就「设计」作出决定", CASE)
    assert week.told() == {("郑十", *told), ("吴八", *told), ("陈一", *told)}
    counts(week, manager, "陈一")


def the_way_is_cleared(week: World, asked: Watched, lead: Watched) -> None:
    week.settle("03-06 17:20")
    page = asked.page
    page.get_by_label("如何解决的").fill("样例数据已发到项目群")
    page.get_by_role("button", name="已解除").click()
    expect(page).to_have_url(re.compile(r"/tasks/\d+/"))
    closed = ("升级事项已关闭：设计", CASE)
    assert week.told() == {
        ("郑十", "「设计」已解除阻塞，可以继续", BLOCK),
        *((name, *closed) for name in ("郑十", "吴八", "陈一", "褚十六")),
    }
    counts(week, lead, "褚十六")
    asked.assert_clean()


def an_exception_is_reported(week: World, liaison: Watched, manager: Watched) -> None:
    """The manager's browser is offline meanwhile; what it missed is there when it is back."""
    week.settle("03-06 17:30")
    manager.page.context.set_offline(True)
    page = liaison.page
    page.get_by_label("异常类型").select_option(label="资源冲突")
    page.get_by_label("任务").select_option(label="测试")
    for label, words in (("原因", "测试环境不足"), ("影响", "测试推迟一天"), ("解决方案", "借用二号环境")):
        page.get_by_label(label).fill(words)
    page.get_by_label("预计解决时间").fill("2024-03-08")
    page.get_by_role("button", name="报备", exact=True).click()
    expect(page).to_have_url(re.compile(EXCEPTION))
    told = ("周七 报备异常（资源冲突）：测试", EXCEPTION)
    assert week.told() == {("李四", *told), ("陈一", *told), ("郑十", *told)}
    manager.page.context.set_offline(False)
    manager.errors[:] = [error for error in manager.errors if "INTERNET_DISCONNECTED" not in error]
    counts(week, manager, "陈一")
    expect(manager.page.locator("#inbox")).to_contain_text(told[0])
    liaison.assert_clean()


def it_is_closed(week: World, head: Watched) -> None:
    week.settle("03-06 17:40")
    page = head.page
    page.get_by_text("关闭异常").click()
    page.get_by_label("处理结果").fill("已借到二号环境，周五完成测试")
    page.get_by_role("button", name="关闭", exact=True).click()
    expect(page.locator("main")).to_contain_text("已关闭")
    told = ("异常已关闭：测试", EXCEPTION)
    assert week.told() == {("周七", *told), ("郑十", *told)}
    # What was closed in time is not escalated when its day is over.
    assert week.told("03-09 00:01") & {(name, *told) for name in ("周七", "郑十")} == set()
    assert [row["kind"] for row in week.rows if row["kind"] == "exception"] == ["exception"] * 5
    head.assert_clean()


def what_is_read_counts_no_more(week: World, manager: Watched) -> None:
    """Read in one tab, the count goes down in the other."""
    other = manager.page.context.new_page()
    other.goto(f"{week.server.address}/inbox/")
    other.get_by_role("button", name="全部标为已读").click()
    expect(badge(manager.page)).to_be_hidden(timeout=SOON)
    assert manager.page.evaluate("window.stays") is True
    assert week.unread("陈一") == "0"


def counts(week: World, watched: Watched, name: str) -> None:
    """The badge shows how many unread notices somebody has, on the page that was never loaded again."""
    expect(badge(watched.page)).to_have_text(week.unread(name), timeout=SOON)
    assert watched.page.evaluate("window.stays") is True


def badge(page: Page) -> Locator:
    return page.locator(".tz-nav [data-live=unread]")
