"""The plan as a spreadsheet: keys, clipboard, filling, rows, undo; with the real keyboard and mouse."""

import re

from playwright.sync_api import Page, expect

from .plan_page import cell, commands, go, open_plan, type_into
from .plan_server import PlanServer

CHANGE = {"id": 2, "code": "1.1", "name": "结构设计", "field": "owner", "before": "李四", "after": "赵六", "why": ""}
MANY = {"changes": [CHANGE, CHANGE | {"id": 3, "code": "1.2"}], "notices": []}
START = [(0, "研发阶段"), (1, "结构设计"), (1, "整改 <b>"), (1, "样机定型"), (0, "培训")]


def is_at(page: Page, place: str, after: str = "") -> None:
    """Expect the cell to be the active one."""
    expect(page.get_by_role("treegrid"), after).to_have_attribute("aria-activedescendant", place)


def test_keys_walk_and_pull_the_selection(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 2, "owner")
    steps = [
        ("ArrowDown", "plan-3-owner"),
        ("Tab", "plan-3-department"),
        ("Shift+Tab", "plan-3-owner"),
        ("End", "plan-3-predecessors"),
        ("Home", "plan-3-code"),
        ("Control+End", "plan-5-predecessors"),
        ("Control+Home", "plan-1-code"),
        ("PageDown", "plan-5-code"),
    ]
    for key, place in steps:
        page.keyboard.press(key)
        is_at(page, place, key)
    go(page, 2, "owner")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".tabulator-cell[aria-selected=true]")).to_have_count(4)
    chosen = page.locator(".tabulator-cell[aria-selected=true]").evaluate_all("cells => cells.map(({ id }) => id)")
    assert chosen == ["plan-2-owner", "plan-2-department", "plan-3-owner", "plan-3-department"]
    page.keyboard.press("Control+a")
    expect(page.locator(".tabulator-cell[aria-selected=true]")).to_have_count(45)
    page.keyboard.press("Escape")
    expect(page.locator(".tabulator-cell[aria-selected=true]")).to_have_count(0)


def test_tab_leaves_the_table_after_escape(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 2, "owner")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator(".plan-typing input")).not_to_be_focused()


def test_typing_overwrites_and_enter_goes_down(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 2, "name")
    page.keyboard.type("外观")
    expect(page.locator(".plan-editor input")).to_have_value("外观")
    page.keyboard.press("Enter")
    expect(cell(page, 2, "name").locator(".tx")).to_have_text("外观")
    is_at(page, "plan-3-name")
    page.keyboard.press("F2")
    expect(page.locator(".plan-editor input")).to_have_value("整改 <b>")
    page.keyboard.press("Escape")
    expect(cell(page, 3, "name").locator(".tx")).to_have_text("整改 <b>")
    go(page, 3, "start")
    page.keyboard.type("4/9")
    page.keyboard.press("Tab")
    expect(cell(page, 3, "start")).to_have_text("04-09")
    assert [change["cells"][0]["value"] for change in commands(server, 2)] == ["外观", "2024-04-09"]


def test_an_input_method_composes_in_the_cell(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 2, "name")
    wire = page.context.new_cdp_session(page)
    wire.send("Input.imeSetComposition", {"text": "jie", "selectionStart": 3, "selectionEnd": 3})
    expect(page.locator(".plan-editor input")).to_have_value("jie")
    wire.send("Input.insertText", {"text": "结"})
    expect(page.locator(".plan-editor input")).to_have_value("结")
    assert commands(server) == []
    page.keyboard.press("Enter")
    expect(cell(page, 2, "name").locator(".tx")).to_have_text("结")


def test_copy_and_paste_speak_tabs_and_lines(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 2, "name")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == ["结构设计\t李四", "整改 <b>\t赵六"]
    page.evaluate("navigator.clipboard.writeText('甲\\t赵六\\n乙\\t李四\\n丙\\t赵六\\n')")
    go(page, 4, "name")
    server.preview = MANY
    page.keyboard.press("Control+v")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("li")).to_have_count(2)
    assert commands(server) == []
    dialog.get_by_role("button", name="Apply changes").click()
    expect(page.locator(".tabulator-row .tx").last).to_have_text("丙")
    rows = [["甲", "赵六"], ["乙", "李四"], ["丙", "赵六"]]
    assert commands(server, 1) == [{"command": "paste", "anchor": 4, "columns": ["name", "owner"], "rows": rows}]


def test_a_refused_paste_says_which_cells(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    page.evaluate("navigator.clipboard.writeText('x\\ty\\nz\\tw')")
    server.refusal = {"detail": "no", "errors": {"0.start": "不是日期。", "1.finish": "早于开始。"}}
    go(page, 2, "start")
    page.keyboard.press("Control+v")
    told = page.get_by_role("alert").filter(has_text="Nothing was written")
    expect(told.locator("li")).to_have_text(["Row 1 · Start · 不是日期。", "Row 2 · Finish · 早于开始。"])


def test_filling_down_by_key_and_by_corner(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 2, "owner")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    expect(cell(page, 3, "owner")).to_have_text("李四")
    go(page, 2, "start")
    corner, target = page.locator("[data-plan-fill]").bounding_box(), cell(page, 4, "start").bounding_box()
    assert corner and target
    page.mouse.move(corner["x"] + 4, corner["y"] + 4)
    page.mouse.down()
    page.mouse.move(target["x"] + 10, target["y"] + 20, steps=6)
    page.mouse.up()
    expect(cell(page, 4, "start")).to_have_text("03-06")
    assert [change["cells"] for change in commands(server, 2)][1] == [
        {"id": 3, "field": "start", "value": "2024-03-05"},
        {"id": 4, "field": "start", "value": "2024-03-06"},
    ]


def test_delete_clears_and_undo_brings_it_back(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 3, "predecessors")
    page.keyboard.press("Delete")
    expect(cell(page, 3, "predecessors")).to_have_text("")
    expect(page.locator(".tz-toast")).to_contain_text("Cleared 1 cells")
    page.locator(".tz-toast").get_by_role("button", name="Undo").click()
    expect(cell(page, 3, "predecessors")).to_have_text("1.1")
    expect(page.locator("[data-plan-do=redo]")).to_have_attribute("title", "Redo: set (Ctrl+Y)")
    page.locator(".plan-typing input").focus()
    page.keyboard.press("Control+Shift+z")
    expect(cell(page, 3, "predecessors")).to_have_text("")
    page.keyboard.press("Control+z")
    expect(cell(page, 3, "predecessors")).to_have_text("1.1")


def test_rows_are_inserted_indented_moved_and_removed_by_keys(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 3, "name")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".plan-editor input")).to_have_value("New task")
    page.keyboard.type("复测")
    page.keyboard.press("Enter")
    expect(page.locator(".tabulator-row .tx")).to_have_text(["研发阶段", "结构设计", "整改 <b>", "复测", "样机定型", "培训"])
    go(page, 6, "start")
    page.keyboard.press("Alt+Shift+ArrowUp")
    expect(page.locator(".tabulator-row .tx").nth(2)).to_have_text("复测")
    is_at(page, "plan-6-start")
    page.keyboard.press("Alt+Shift+ArrowRight")
    expect(page.locator(".tabulator-row[data-key='6']")).to_have_attribute("aria-level", "3")
    page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(page.locator(".tabulator-row[data-key='6']")).to_have_attribute("aria-level", "2")
    page.keyboard.press("Control+Delete")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_contain_text("复测")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.locator(".tabulator-row")).to_have_count(5)
    assert server.book.names() == START


def test_removing_a_phase_names_its_rows_and_links(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 1, "start")
    page.keyboard.press("Control+Delete")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Remove 4 tasks?")
    expect(dialog).to_contain_text("2 links")
    dialog.get_by_role("button", name="Cancel").click()
    assert commands(server) == []


def test_rows_are_dragged_to_a_place_and_a_level(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 2, "code")
    cell(page, 3, "code").click(modifiers=["Shift"])
    expect(page.locator(".plan-bulk")).to_contain_text("2 rows")
    page.wait_for_timeout(200)
    source, target, name = (cell(page, task, field).bounding_box() for task, field in ((3, "code"), (5, "code"), (5, "name")))
    assert source and target and name
    page.mouse.move(source["x"] + 30, source["y"] + 10)
    page.mouse.down()
    page.mouse.move(name["x"] + 3, target["y"] + target["height"], steps=8)
    expect(page.locator(".plan-drop")).to_be_visible()
    expect(page.locator(".plan-carried")).to_have_text("2 rows → to the top level")
    page.mouse.up()
    expect(page.locator(".tabulator-row .tx")).to_have_text(["研发阶段", "样机定型", "培训", "结构设计", "整改 <b>"])
    assert commands(server, 1) == [{"command": "move", "ids": [2, 3], "parent": None, "before": None}]
    page.keyboard.press("Control+z")
    expect(page.locator(".tabulator-row .tx")).to_have_text([name for _, name in START])


def test_cut_rows_go_where_they_are_pasted(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 5, "code")
    page.keyboard.press("Control+x")
    expect(page.locator(".tabulator-row.is-cut")).to_have_count(1)
    go(page, 3, "name")
    page.keyboard.press("Control+v")
    expect(page.locator(".tabulator-row .tx").nth(2)).to_have_text("培训")
    assert commands(server, 1) == [{"command": "move", "ids": [5], "parent": 1, "before": 3}]


def test_several_rows_get_one_owner_and_are_chained(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 2, "code")
    cell(page, 4, "code").click(modifiers=["Control"])
    cell(page, 5, "code").click(modifiers=["Control"])
    page.get_by_role("button", name="Chain one after another").click()
    expect(cell(page, 5, "predecessors")).to_have_text("1.3")
    page.locator(".plan-bulk").get_by_role("button", name="Owner").click()
    page.locator(".plan-pick").get_by_role("button", name="赵六").click()
    expect(cell(page, 5, "owner")).to_have_text("赵六")
    chained, assigned = commands(server, 2)
    assert [(one["id"], one["value"]) for one in chained["cells"]] == [(4, "1.2;1.1"), (5, "1.3")]
    assert [(one["id"], one["value"]) for one in assigned["cells"]] == [(2, 12), (4, 12), (5, 12)]


def test_the_menu_of_a_row_works_by_keys(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    cell(page, 3, "owner").click(button="right")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(menu.get_by_role("menuitem", name="Copy the link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".tz-toast")).to_contain_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{server.url}/?task=3"
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="Make it a milestone").click()
    expect(page.locator(".tabulator-row[data-key='3']")).to_have_class(re.compile("k-milestone"))


def test_predecessors_show_what_they_mean(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    go(page, 5, "predecessors")
    page.keyboard.type("1.3FS+2d;9;整")
    expect(page.locator(".plan-found span")).to_have_text(["1.3 样机定型", "No task 9", "No task 整"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(cell(page, 5, "predecessors")).to_have_text("1.3FS+2d;9;1.2")


def test_a_day_is_picked_from_the_month(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    cell(page, 3, "finish").dblclick()
    page.get_by_role("button", name="2024-04-25").click()
    expect(cell(page, 3, "finish")).to_have_text("04-25")
    assert commands(server, 1)[0]["cells"] == [{"id": 3, "field": "finish", "value": "2024-04-25"}]


def test_an_overtaken_change_shows_what_others_did_and_can_be_tried_again(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    server.book.rows[1][11] = 30
    server.version = 7
    type_into(page, 3, "duration", "9")
    told = page.get_by_role("alert").filter(has_text="王五 changed the plan.")
    expect(told.locator("li")).to_have_text(["1.1 结构设计：Progress 100% → 30%"])
    expect(page.locator(".tabulator-row.is-marked")).to_have_attribute("data-key", "2")
    told.get_by_role("button", name="Try it again").click()
    expect(cell(page, 3, "duration")).to_have_text("9")


def test_an_older_answer_never_replaces_a_newer_one(page: Page, server: PlanServer) -> None:
    open_plan(page, server)
    server.delays = [0.6, 0]
    page.evaluate("document.dispatchEvent(new Event('plan:changed'))")
    page.wait_for_timeout(150)
    server.book.rows[1][5] = "新名"
    page.evaluate("document.dispatchEvent(new Event('plan:changed'))")
    expect(cell(page, 2, "name").locator(".tx")).to_have_text("新名")
    page.wait_for_timeout(800)
    expect(cell(page, 2, "name").locator(".tx")).to_have_text("新名")
