"""Every address that can be opened, at both widths and in both themes: axe, policy, foreign requests, sideways scrolling."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from tests.journeys.conftest import Server, Watched, set_stage, settle
from tests.people.test_calendar_views import NOTICE_2027
from tests.workbooks import sample_books

from support.stage import PASSWORD

pytestmark = pytest.mark.journey

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
FOUND = "axe.run().then(found => found.violations.flatMap(one => one.nodes.map(node => one.id + ' ' + node.html)))"
NUMBER = "XMB-2024"
# These answer only to POST, or sign the visitor out, or are no page.
NOT_A_PAGE = {
    "account_logout", "healthz", "import_adopt", "import_answer", "import_confirmation", "import_discard",
    "import_issues", "participation", "participation_remove", "plan_columns", "plan_commands", "plan_data",
    "project_basics", "report_file", "table_paper", "role", "board_data", "task_assign",
    "my_language", "my_leave", "my_leave_cancel", "my_sessions", "my_stand_in", "people_form_xlsx",
    "people_import_confirmation", "people_suggestions", "people_xlsx", "person_disabled", "person_enabled", "person_leave",
    "person_leave_cancel", "person_sessions", "preference",
    "calendar_department", "calendar_remove", "task_calendar", "token_revoke", "comment", "export_file",
    "projects_export", "project_filters", "project_people", "project_weight", "gantt_pdf", "gantt_png", "notice_links",
    "import_layout", "report_send", "report_reopen", "readyz", "record_xlsx", "audit_xlsx",
    "role_remove", "seat", "project_stage", "objective_move", "objective_remove", "objectives_xlsx", "scope_lines",
    "scope_line_move", "scope_line_remove", "communication_usual", "communication_move",
    "communication_remove",
    "sign_in_link", "task_edit", "task_report", "task_preview", "task_remove",
    "background_again", "background_drop", "block_answer", "case_climb", "case_closure", "case_decision", "case_hand_back",
    "case_limits", "cases_xlsx", "confirmation_answer", "confirmation_withdrawal", "confirmations_xlsx",
    "delegation_end", "delivery_again", "exception_closure", "exception_handling", "exception_reopening", "exceptions_file",
    "inbox_count", "inbox_read", "my_passkey", "my_passkey_challenge", "my_passkey_removal",
    "my_recovery_codes", "my_totp_removal", "passkey_challenge", "person_factors", "second_step_cancel", "sheet_evidence",
    "template_archive", "template_edition", "template_file", "template_removal", "template_settings",
    "sheet_sign", "sheet_void", "sheet_withdraw", "sync_rhythm", "syncs_file", "task_list_release", "test_message",
    "action_items", "action_removal", "agenda", "agenda_removal", "agenda_text", "decision_removal", "decisions", "editions",
    "meeting_cancellation", "minutes", "minutes_answer", "minutes_file", "minutes_sheet",
    "basic_information", "charter_paper", "charter_part", "charter_sheets", "memo_paper", "memo_sheets",
    "duty_paper", "duty_publication", "sheet_seen", "claims_call", "claims_take", "claims_return", "meeting_calendar",
    "paper_file", "paper_preview", "paper_sample", "deliverables_xlsx", "deliverable_new", "deliverables_paste",
    "deliverables_of_texts", "deliverable_removal", "deliverable_restoration", "deliverable_submission",
    "deliverable_taking_back", "deliverable_acceptance", "commitments_paper", "commitment_new", "commitment_answers",
    "commitment_withdrawal", "minutes_changes",
}  # fmt: skip
DRAWER = {"task"}
# Pages with something opened in them, below a project.
OPENED = ("plan/?task={item_id}", "meetings/{meeting_id}/?part={agenda_id}", "charter/?part=risks", "deliverables/?state=late")
# Others are refused there, so the administrator looks at them.
ADMINISTRATORS = {
    "administration", "audit", "organisation", "departments", "department", "department_new", "person", "person_new",
    "person_edit", "people_import", "sign_in_links", "hand_over", "calendars", "calendar_new",
    "calendar_notice", "calendar_edit", "background", "choice_defaults", "deliveries", "escalation_limits",
    "organisation_rhythm", "paper_settings", "paper_kind",
}  # fmt: skip
# Whose seat lets sign, and who has a password; the manager has neither.
HEADS = {"delegations", "account_change_password"}
# Where nothing waits for the manager, or a head sees more of her department.
THEIRS = {
    "workbench", "inbox", "my_tasks", "my_signatures", "signing_walk", "sheet", "claims", "commitments", "commitment",
    "deliverable", "confirmation", "exception", "case", "block",
}  # fmt: skip
# Who is signed in is led on from there; these are passed on the way in.
SIGNED_OUT = {"account_login", "mfa_authenticate"}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, route) of every address of the product."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield str(entry.name), route
        else:
            yield from patterns(entry, route)


def pages(values: dict[str, Any], only: set[str] | None = None) -> list[str]:
    """Return the address of every page, with its parameters filled in: of those named, or of those of a manager."""
    found = []
    for name, route in patterns(get_resolver()):
        wanted = name in only if only else name not in NOT_A_PAGE | DRAWER | ADMINISTRATORS | HEADS | SIGNED_OUT
        if not wanted or route.startswith("api/v1/"):
            continue
        found.append("/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(values[part[1]]), route))
    return sorted(set(found))


@pytest.fixture(scope="module")
def values(server: Server) -> dict[str, Any]:
    """Return a value for each parameter of the routes, from the seeded database and what the stage adds."""
    laid = set_stage(server)
    path = Path(server.environment["TONGZHOU_DATA"]) / "tongzhou.sqlite3"
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    items = "select w.id from plan_workitem w join projects_project p on p.id = w.project_id where (p.number, w.name) = (?, ?)"
    (item,) = connection.execute(items, [NUMBER, "功能测试"]).fetchone()
    person, department = connection.execute("select id, department_id from people_user where login = 'zhengshi'").fetchone()
    (calendar,) = connection.execute("select id from people_workcalendar where is_organisation").fetchone()
    parts = "select min(a.id) from projects_participation a join projects_project p on p.id = a.project_id where p.number = ?"
    (part,) = connection.execute(parts, [NUMBER]).fetchone()
    connection.close()
    known = {"number": NUMBER, "item_id": item, "token": "not-a-token", "person_id": person, "department_id": department}
    return known | laid | {"calendar_id": calendar, "template": "new-product-launch", "part_id": part}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_books.write(tmp_path_factory.mktemp("book") / "complaint.xlsx", sample_books.complaint())


def examined(watched: Watched, path: str) -> list[str]:
    """Open a page and return its faults; a way in that never was is a page, too."""
    answer = watched.page.goto(f"{watched.server.address}{path}")
    refused = answer is None or (answer.status >= 400 and "not-a-token" not in path)
    return [*([f"{path} is refused"] if refused else []), *faults_of(watched, path)]


def visited(watched: Watched, paths: list[str]) -> list[str]:
    """Open pages and return their faults; one that leads elsewhere was not seen."""
    faults = []
    for path in paths:
        faults += examined(watched, path)
        if urlsplit(watched.page.url).path != urlsplit(path).path:
            faults.append(f"{path} leads to {watched.page.url}")
    return faults


def at_the_second_step(watched: Watched) -> list[str]:
    """Sign in by a password as one who has a second step; return the faults of the pages on the way."""
    page, faults = watched.page, visited(watched, ["/accounts/login/"])
    page.get_by_label("登录名").fill("sunjiu")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/accounts/second-step/")
    return faults + faults_of(watched, "/accounts/second-step/")


def faults_of(watched: Watched, path: str) -> list[str]:
    """Return the faults of the page that is open. It is measured from outside its policy, by the debugger."""
    settle(watched.page)
    watched.page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = [f"{path} {fault}" for fault in watched.page.evaluate(FOUND)]
    if watched.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        faults.append(f"{path} scrolls sideways")
    return faults


SHAPES = [(False, "light"), (False, "dark"), (True, "light"), (True, "dark")]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_page_is_accessible_and_keeps_its_policy(
    browse: Callable[..., Watched],
    values: dict[str, Any],
    book: Path,
    shape: tuple[bool, str],
    record_property: Callable[[str, object], None],
) -> None:
    watched, head, administrator = (browse(phone=shape[0], scheme=shape[1]) for _ in range(3))
    faults = at_the_second_step(head)
    watched.enter("chenyi")
    watched.open(f"/projects/{NUMBER}/plan/import/")
    watched.page.locator("input[type=file]").set_input_files(book)
    watched.page.wait_for_url("**/plan/import/*/")
    draft = watched.page.url.rstrip("/").rsplit("/", 1)[1]
    opened = [f"/projects/{NUMBER}/{place.format(**values)}" for place in OPENED]
    seen = [*pages(values | {"draft_id": draft}), *opened]
    faults += visited(watched, seen)
    for one, login, names in ((head, "lisi", HEADS | THEIRS), (administrator, "admin", ADMINISTRATORS)):
        one.enter(login)
        theirs = pages(values, names)
        faults += visited(one, theirs)
        seen += theirs
    record_property("examined", f"{'390' if shape[0] else '1440'} px, {shape[1]}: {' '.join(seen)}")
    assert faults == []
    for one in (watched, head, administrator):
        one.assert_clean()


def with_calendars(watched: Watched, name: str) -> list[str]:
    """Make a calendar and read a notice, as the administrator; return the faults of each step."""
    page, faults = watched.page, examined(watched, "/calendars/new/")
    page.get_by_label("名称").fill(name)
    page.locator("select[name=pattern]").select_option("one_day")
    page.locator("textarea[name=days]").fill("2026-11-29 上班 赶工\n2026-12-24~2026-12-26 休息 检修")
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="保存日历").wait_for()
    faults += faults_of(watched, "/calendars/new/ previewed")
    page.get_by_role("button", name="保存日历").click()
    page.wait_for_url("**/calendars/*/")
    faults += faults_of(watched, "/calendars/<id>/")
    for text, step in ((NOTICE_2027.replace("共7天", "共8天"), "with problems"), (NOTICE_2027, "read")):
        watched.open("/calendars/notice/")
        page.locator("textarea[name=text]").fill(text)
        page.get_by_role("button", name="读取").click()
        page.locator(".tz-notice-days").wait_for()
        faults += faults_of(watched, f"/calendars/notice/ {step}")
    page.get_by_role("button", name="采用为 2027 年的安排").click()
    page.wait_for_url("**/calendars/?year=2027")
    return faults + faults_of(watched, "/calendars/?year=2027") + examined(watched, "/calendars/?year=2031")


@pytest.mark.parametrize("shape", SHAPES)
def test_calendar_pages_with_content_are_accessible(
    browse: Callable[..., Watched], values: dict[str, Any], shape: tuple[bool, str]
) -> None:
    phone, scheme = shape
    name = f"工厂单休 {scheme} {'390' if phone else '1440'}"
    watched = browse(phone=phone, scheme=scheme)
    watched.enter("admin")
    faults = with_calendars(watched, name)
    manager = browse(phone=phone, scheme=scheme)
    manager.enter("chenyi")
    faults += examined(manager, f"/projects/{NUMBER}/calendar/")
    manager.page.locator("select[name=choice]").select_option(label=name)
    manager.page.get_by_role("button", name="预览").click()
    manager.page.get_by_text("将会怎样").wait_for()
    faults += faults_of(manager, "project calendar previewed")
    faults += examined(manager, f"/projects/{NUMBER}/holidays/")
    assert manager.page.locator(".tz-cal-table tbody tr").count() > 0
    faults += examined(manager, f"/projects/{NUMBER}/tasks/{values['item_id']}/details/")
    assert faults == []
    for one in (watched, manager):
        one.assert_clean()


def test_what_is_no_page_is_named(values: dict[str, Any]) -> None:
    """A name in the list of exceptions that no longer exists would hide a page."""
    names = {name for name, _route in patterns(get_resolver())}
    assert names >= NOT_A_PAGE | DRAWER | ADMINISTRATORS | HEADS | THEIRS | SIGNED_OUT
