"""What a manager has in her hands every day: a list read as she types, a table pasted from Excel, a colleague named with @."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import Watched

pytestmark = pytest.mark.journey

Browse = Callable[..., Watched]
PASTED = 500
CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parts = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (parts) => parts.slice(0, 3)
    .map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found[3] === 255) return found;
    }
    return [255, 255, 255, 255];
  };
  const ratio = (one, two) => {
    const [low, high] = [light(one), light(two)].sort((a, b) => a - b);
    return Math.round(((high + 0.05) / (low + 0.05)) * 100) / 100;
  };
  const words = document.createTreeWalker(document.querySelector("#progress-sheet"), NodeFilter.SHOW_TEXT);
  const found = {};
  while (words.nextNode()) {
    const text = words.currentNode.data.trim(), element = words.currentNode.parentElement;
    if (!text || !element.checkVisibility()) continue;
    found[text] = ratio(parts(getComputedStyle(element).color), ground(element));
  }
  for (const box of document.querySelectorAll("#progress-sheet :is(input, textarea):not([type=hidden], [type=radio])")) {
    if (box.checkVisibility()) found[box.name || box.id] = ratio(parts(getComputedStyle(box).color), ground(box));
  }
  return found;
}"""


@pytest.fixture
def manager(browse: Browse) -> Watched:
    watched = browse()
    watched.enter("chenyi")
    return watched


def row(page: Page, name: str) -> Locator:
    return page.locator(".tabulator-row").filter(has_text=name).first


def preview(page: Page) -> Locator:
    return page.locator("#quick-preview")


def test_a_list_is_read_while_it_is_typed(manager: Watched) -> None:
    page = manager.page
    manager.open("/projects/new/list/")
    expect(preview(page)).to_contain_text("3天、2周")
    lines = page.get_by_label("任务清单")
    lines.fill("设计海报 张三 3天\n印刷 李四 2天 依赖1")
    first, second = preview(page).locator("tbody tr").nth(0), preview(page).locator("tbody tr").nth(1)
    expect(first).to_contain_text("张三")
    expect(first).to_contain_text("3 天")
    expect(second).to_contain_text("李四")
    expect(preview(page)).to_contain_text("2 个任务")
    # A line that cannot be is marked in its row, and mended as soon as it is typed right.
    lines.press_sequentially("\n布置 王五 1天 依赖9")
    expect(preview(page).locator("tr.is-wrong")).to_contain_text("布置")
    expect(preview(page)).to_contain_text("1 行待改")
    expect(lines).to_be_focused()
    lines.press("Backspace")
    lines.press("2")
    expect(preview(page).locator("tr.is-wrong")).to_have_count(0)
    expect(preview(page)).to_contain_text("3 个任务")
    # Nothing was written, and what is typed outlives every answer.
    expect(lines).to_have_value(re.compile("布置 王五 1天 依赖2$"))
    manager.open("/projects/?q=海报")
    expect(page.locator(".tz-empty")).to_be_visible()
    manager.assert_clean()


def test_500_rows_are_pasted_from_excel(manager: Watched) -> None:
    page = manager.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=manager.server.address)
    manager.open("/projects/new/list/")
    page.get_by_label("项目名称").fill("大搬家")
    page.get_by_label("任务清单").fill("打包 张三 2天")
    expect(preview(page)).to_contain_text("打包")
    page.get_by_role("button", name="启动项目").click()
    page.wait_for_url("**/start/notice/")
    number = page.url.split("/projects/")[1].split("/")[0]
    manager.open(f"/projects/{number}/plan/")
    row(page, "打包").locator(".c-name").click()
    lines = [
        f"箱子-{at:03}\t{('张三', '李四', '王五')[at % 3]}\t\t2026-12-{at % 20 + 1:02}\t2026/12/{at % 20 + 4}"
        for at in range(PASTED)
    ]
    page.evaluate("text => navigator.clipboard.writeText(text)", "\r\n".join(lines) + "\r\n")
    with page.expect_response(
        lambda response: "/plan/commands/" in response.url and not response.request.post_data_json["dry"]
    ) as sent:
        page.keyboard.press("Control+v")
        page.locator(".plan-dialog").get_by_role("button").last.click()
    assert sent.value.status == 200
    assert sent.value.request.post_data_json["command"] == "paste"
    expect(row(page, "箱子-000")).to_be_visible()
    rows = page.evaluate("number => fetch(`/projects/${number}/plan/data`).then((answer) => answer.json())", number)["rows"]
    assert [one[5] for one in rows] == [f"箱子-{at:03}" for at in range(PASTED)]
    # The last row is as it was in Excel: its person, and its days as people write them.
    page.locator("[data-plan-filter]").fill("箱子-499")
    expect(page.locator(".tabulator-row")).to_have_count(1)
    last = row(page, "箱子-499")
    expect(last).to_contain_text("李四")
    expect(last.locator(".c-finish")).to_have_text("12-23")
    # One step takes all of it back.
    page.locator("[data-plan-filter]").fill("")
    page.locator("[data-plan-do=undo]").click()
    expect(page.locator(".tabulator-row")).to_have_count(1)
    expect(row(page, "打包")).to_contain_text("张三")
    manager.assert_clean()


def test_a_colleague_is_named_with_at_and_finds_it(manager: Watched, browse: Browse) -> None:
    page = manager.page
    manager.open("/projects/XMB-2024/comments/")
    area = page.get_by_role("textbox", name="写评论，用 @ 提到同事")
    area.press_sequentially("样机谁来验？@zs")
    people = page.get_by_role("option")
    expect(people).to_have_count(1)
    expect(people.first).to_contain_text("郑十")
    area.press("Enter")
    expect(area).to_have_value(re.compile("@郑十 ?$"))
    expect(page.get_by_role("listbox")).to_have_count(0)
    # By full pinyin and by arrow keys; Escape closes the list and keeps the words.
    area.press_sequentially(" @z")
    expect(people.first).to_be_visible()
    names = [text.split("\u3000")[0] for text in people.all_inner_texts()]
    area.press("ArrowDown")
    area.press("Tab")
    expect(area).to_have_value(re.compile(f"@{names[1]} ?$"))
    area.press_sequentially(" @zh")
    expect(people.first).to_be_visible()
    area.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    for _letter in "@zh":
        area.press("Backspace")
    page.get_by_role("button", name="发表评论").click()
    expect(page.locator("#comments .tz-md").last).to_contain_text("样机谁来验？")
    other = browse()
    other.enter("zhengshi")
    expect(other.page.locator("main")).to_contain_text("样机谁来验？")
    for watched in (manager, other):
        watched.assert_clean()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_sheet_on_a_phone_can_be_read(browse: Browse, scheme: str) -> None:
    """Each word and number of the sheet against what is behind it, as the browser paints it: at least 4.5."""
    phone = browse(phone=True, scheme=scheme)
    phone.enter("zhengshi")
    phone.open("/my-tasks/")
    page = phone.page
    page.locator("[data-task]").first.get_by_role("button", name="更新").tap()
    sheet = page.locator("#progress-sheet")
    sheet.locator("summary").tap()
    found = page.evaluate(CONTRASTS)
    assert {"提交", "进行中", "percent", "done", "problem"} <= set(found), found
    assert {word: ratio for word, ratio in found.items() if ratio < 4.5} == {}
    dark = page.evaluate("getComputedStyle(document.querySelector('#progress-sheet')).backgroundColor")
    assert (dark == "rgb(24, 29, 35)") is (scheme == "dark")
    # A chosen state is told by more than its colour, and every target fits a thumb.
    for state in ("is-done", "is-blocked"):
        sheet.locator(f"label.{state}").tap()
        expect(sheet.locator(f"label.{state} input")).to_be_checked()
        found = page.evaluate(CONTRASTS)
        assert {word: ratio for word, ratio in found.items() if ratio < 4.5} == {}
    for box in sheet.locator("button, .tz-states label, textarea, select, input:not([type=hidden], [type=radio])").all():
        size = box.bounding_box()
        assert size is not None and size["height"] >= 44, box.inner_text()
    phone.assert_clean()
