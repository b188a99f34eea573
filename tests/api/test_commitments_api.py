"""Commitments by program: lines, answers, versions that must be named, loads, amounts that are hidden, bad bodies."""

from __future__ import annotations

from typing import Any

import pytest

from support.api import program_of
from support.cast import Cast, planned_project
from support.checks import unchanged
from support.web import BAD_VALUES

LIST = "projects/S-1/commitments"


def people(cast: Cast, **more: Any) -> dict[str, Any]:
    days = {"starts_on": "2024-03-04", "ends_on": "2024-03-08"}
    return {"department": cast.rd.pk, "kind": "people", "what": "测试工程师", "amount": 2, **days, **more}


def test_lines_are_asked_for_answered_and_changed(cast: Cast) -> None:
    planned_project(cast)
    manager, head = program_of(cast.manager), program_of(cast.head)
    money = {"department": cast.rd.pk, "kind": "budget", "what": "调研", "amount": 5000.5}
    made = manager.ask("POST", LIST, {"rows": [people(cast), money]}).json()
    assert [(row["amount"], row["state"], row["version"]) for row in made] == [("2.00", "asked", 1), ("5000.50", "asked", 1)]
    one = f"{LIST}/{made[0]['id']}"
    load = head.ask("GET", f"{one}/load").json()
    assert (load["promised"], load["asked"], load["elsewhere"]) == ("0", "2.00", [])
    assert head.ask("GET", f"{LIST}/{made[1]['id']}/load").json() is None
    first, second = (row["id"] for row in made)
    trimmed = {"id": second, "version": 1, "answer": "trimmed", "offered": 3000, "reason": "一期"}
    both = [{"id": first, "version": 1, "answer": "confirmed"}, trimmed]
    done = head.ask("POST", f"{LIST}/answers", {"answers": both})
    assert [(row["state"], row["offered"]) for row in done.json()] == [("confirmed", None), ("trimmed", "3000.00")]
    with unchanged():
        stale = head.ask("POST", f"{LIST}/answers", {"answers": both[:1]})
    assert (stale.status_code, stale.json()["difference"][0]["field"]) == (409, "state")
    with unchanged():
        assert manager.ask("PATCH", one, {"amount": 3}).status_code == 428
        assert manager.ask("PATCH", one, {"amount": 3}, If_Match='"commitment-0-0"').status_code == 412
        assert manager.ask("POST", f"{one}/withdrawal").status_code == 428
    tag = manager.ask("GET", one)["ETag"]
    changed = manager.ask("PATCH", one, {"amount": 3}, If_Match=tag)
    assert (changed.json()["state"], changed.json()["version"]) == ("asked", 3)
    gone = manager.ask("POST", f"{one}/withdrawal", If_Match=changed["ETag"])
    assert gone.json()["state"] == "withdrawn"
    assert manager.ask("GET", LIST).json()["count"] == 1
    assert manager.ask("GET", f"{LIST}?state=all").json()["count"] == 2
    assert [step["kind"] for step in gone.json()["steps"]] == ["asked", "confirmed", "changed", "withdrawn"]
    hidden = program_of(cast.member).ask("GET", f"{LIST}?kind=budget").json()["items"][0]
    assert (hidden["hidden"], hidden["amount"], hidden["offered"], hidden["reason"]) == (True, None, None, "")


@pytest.mark.parametrize("name", ["department", "kind", "amount", "starts_on", "ends_on", "task"])
def test_bad_values_are_refused(cast: Cast, name: str) -> None:
    planned_project(cast)
    program: Any = program_of(cast.manager)
    with unchanged():
        for value in BAD_VALUES:
            if (name == "task" and value is None) or (name == "amount" and value == "20260203"):
                continue
            answer = program.ask("POST", LIST, {"rows": [people(cast, **{name: value})]})
            assert answer.status_code in (400, 403, 422), (name, value)
        for body in ({"rows": []}, {"rows": [people(cast, more=1)]}, {"answers": []}):
            assert program.ask("POST", LIST, body).status_code == 422


@pytest.mark.parametrize("name", ["id", "version", "answer", "offered"])
def test_bad_answers_are_refused(cast: Cast, name: str) -> None:
    planned_project(cast)
    line = program_of(cast.manager).ask("POST", LIST, {"rows": [people(cast)]}).json()[0]["id"]
    program: Any = program_of(cast.head)
    good = {"id": line, "version": 1, "answer": "trimmed", "offered": 1, "reason": "少"}
    with unchanged():
        for value in BAD_VALUES:
            answer = program.ask("POST", f"{LIST}/answers", {"answers": [good | {name: value}]})
            assert answer.status_code in (400, 409, 422), (name, value)
        assert program.ask("POST", f"{LIST}/answers", {"answers": [good, good]}).status_code == 422
