"""Every address that can be opened, at both widths and in both themes: axe, policy, foreign requests, sideways scrolling."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from tests.journeys.conftest import Server, Watched
from tests.workbooks import sample_books

pytestmark = pytest.mark.journey

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
FOUND = "axe.run().then(found => found.violations.flatMap(one => one.nodes.map(node => one.id + ' ' + node.html)))"
NUMBER = "XMB-2024"
# These answer only to POST, or sign the visitor out, or are no page.
NOT_A_PAGE = {
    "account_logout", "healthz", "import_adopt", "import_answer", "import_confirmation", "import_discard",
    "import_issues", "participation", "participation_remove", "plan_columns", "plan_commands", "plan_data",
    "project_basics", "report_xlsx", "role", "board_data", "task_assign",
    "my_language", "my_leave", "my_leave_cancel", "my_sessions", "my_stand_in", "people_form_xlsx",
    "people_import_confirmation", "people_suggestions", "people_xlsx", "person_disabled", "person_enabled", "person_leave",
    "person_leave_cancel", "person_sessions", "preference",
    "role_remove", "scope", "seat", "sign_in_link", "task_edit", "task_report", "task_preview", "task_remove",
}  # fmt: skip
DRAWER = {"task"}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, route) of every address of the product."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield str(entry.name), route
        else:
            yield from patterns(entry, route)


def pages(values: dict[str, Any]) -> list[str]:
    """Return the address of every page, with its parameters filled in."""
    found = []
    for name, route in patterns(get_resolver()):
        if name in NOT_A_PAGE | DRAWER:
            continue
        found.append("/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(values[part[1]]), route))
    return sorted(set(found))


@pytest.fixture(scope="module")
def values(server: Server) -> dict[str, Any]:
    """Return a value for each parameter of the routes, from the seeded database."""
    path = Path(server.environment["TONGZHOU_DATA"]) / "tongzhou.sqlite3"
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    items = connection.execute("select w.id, p.number from plan_workitem w join projects_project p on p.id = w.project_id")
    item = next(key for key, number in items if number == NUMBER)
    person, department = connection.execute("select id, department_id from people_user where login = 'zhengshi'").fetchone()
    connection.close()
    return {"number": NUMBER, "item_id": item, "token": "not-a-token", "person_id": person, "department_id": department}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_books.write(tmp_path_factory.mktemp("book") / "complaint.xlsx", sample_books.complaint())


def examined(watched: Watched, path: str) -> list[str]:
    """Open a page and return its faults. The page is measured from outside its policy, by the debugger."""
    watched.open(path)
    watched.page.wait_for_load_state("networkidle")
    watched.page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = [f"{path} {fault}" for fault in watched.page.evaluate(FOUND)]
    if watched.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        faults.append(f"{path} scrolls sideways")
    return faults


@pytest.mark.parametrize("shape", [(False, "light"), (False, "dark"), (True, "light"), (True, "dark")])
def test_every_page_is_accessible_and_keeps_its_policy(
    browse: Callable[..., Watched],
    values: dict[str, Any],
    book: Path,
    shape: tuple[bool, str],
    record_property: Callable[[str, object], None],
) -> None:
    phone, scheme = shape
    watched = browse(phone=phone, scheme=scheme)
    faults = examined(watched, "/accounts/login/")
    watched.enter("chenyi")
    watched.open(f"/projects/{NUMBER}/plan/import/")
    watched.page.locator("input[type=file]").set_input_files(book)
    watched.page.wait_for_url("**/plan/import/*/")
    draft = watched.page.url.rstrip("/").rsplit("/", 1)[1]
    listed = pages(values | {"draft_id": draft})
    for path in [*listed, f"/projects/{NUMBER}/plan/?task={values['item_id']}"]:
        faults += examined(watched, path)
    record_property("examined", f"{'390' if phone else '1440'} px, {scheme}: {' '.join(listed)}")
    assert faults == []
    watched.assert_clean()


def test_what_is_no_page_is_named(values: dict[str, Any]) -> None:
    """A name in the list of exceptions that no longer exists would hide a page."""
    names = {name for name, _route in patterns(get_resolver())}
    assert names >= NOT_A_PAGE | DRAWER
