"""Deliverables by program: rows, filters, versions, every step, bad bodies."""

from __future__ import annotations

from typing import Any

import pytest

from support.api import program_of
from support.cast import Cast, planned_project
from support.checks import unchanged
from support.web import BAD_VALUES

LIST = "projects/S-1/deliverables"


def test_a_deliverable_goes_its_way(cast: Cast) -> None:
    planned_project(cast)
    manager, quality = program_of(cast.manager), program_of(cast.quality)
    rows = [{"name": "样机", "quantity": 3, "unit": "台", "department": cast.rd.pk, "due": "2024-03-08"}, {"name": "报告"}]
    made = manager.ask("POST", LIST, {"rows": rows})
    assert made.status_code == 201
    one = f"{LIST}/{made.json()[0]['id']}"
    assert (made.json()[0]["quantity"], made.json()[0]["state"]) == ("3.00", "todo")
    assert manager.ask("GET", f"{LIST}?state=todo&sort=-name").json()["count"] == 2
    found = manager.ask("GET", one)
    assert found.json()["steps"] == []
    changed = manager.ask("PATCH", one, {"standard": "通过评审", "quantity": None}, **{"If-Match": found["ETag"]})
    assert (changed.json()["standard"], changed.json()["quantity"]) == ("通过评审", None)
    with unchanged():
        stale = manager.ask("PATCH", one, {"name": "样品"}, **{"If-Match": found["ETag"]})
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 2)
    assert manager.ask("POST", f"{one}/submission", {}).status_code == 422
    assert manager.ask("POST", f"{one}/submission", {"note": "三台", "document": "网盘"}).json()["state"] == "submitted"
    assert manager.ask("POST", f"{one}/submission/withdrawal").json()["state"] == "todo"
    manager.ask("POST", f"{one}/submission", {"note": "三台"})
    assert quality.ask("POST", f"{one}/return", {"reason": "缺记录"}).json()["state"] == "returned"
    manager.ask("POST", f"{one}/submission", {"note": "补齐"})
    done = quality.ask("POST", f"{one}/acceptance", {"note": "好"})
    assert [step["kind"] for step in done.json()["steps"]][-2:] == ["submitted", "accepted"]
    other = f"{LIST}/{made.json()[1]['id']}"
    assert manager.ask("DELETE", other).status_code == 204
    assert manager.ask("GET", LIST).json()["count"] == 1
    assert manager.ask("POST", f"{other}/restoration").status_code == 200
    assert manager.ask("GET", LIST).json()["count"] == 2


@pytest.mark.parametrize("name", ["name", "quantity", "unit", "department", "due", "standard", "task", "document"])
def test_bad_values_are_refused_at_their_field(cast: Cast, name: str) -> None:
    planned_project(cast)
    program: Any = program_of(cast.manager)
    with unchanged():
        for value in BAD_VALUES:
            if value is None or (isinstance(value, str) and name in ("name", "unit", "standard", "document")):
                continue
            if name == "quantity" and value == "20260203":
                continue
            answer = program.ask("POST", LIST, {"rows": [{"name": "样机"} | {name: value}]})
            assert answer.status_code in (400, 422), (name, value)
            assert any(key.endswith(name) for key in answer.json().get("errors", {"body": ""})) or "errors" not in answer.json()
        assert program.ask("POST", LIST, {"rows": []}).status_code == 422
        assert program.ask("POST", LIST, {"rows": [{"name": "a\0"}]}).status_code == 400
        assert program.ask("POST", LIST, {"rows": [{"name": "x", "more": 1}]}).status_code == 422
