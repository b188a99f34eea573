"""Programs unblock tasks, escalate and decide cases, keep the record of exceptions, and are told who was faster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support.api import program_of, queries_of
from support.asked import laddered, still_open
from support.cast import NOW, Cast, planned_project, task
from support.checks import said, unchanged
from tongzhou.escalations.actions import Matter, open_case
from tongzhou.escalations.models import Case
from tongzhou.lib import clock
from tongzhou.people.models import System
from tongzhou.plan.models import WorkItem
from tongzhou.progress.actions import Filed, report_exception
from tongzhou.progress.models import Block
from tongzhou.projects.models import Project

HERE = "projects/S-1"
LATER = "2024-03-06T17:00+08:00"


@pytest.fixture(autouse=True)
def at_the_time_of_the_cast() -> Iterator[None]:
    with clock.pretend(NOW):
        yield


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def blocked(project: Project, name: str = "设计") -> WorkItem:
    WorkItem.objects.filter(project=project, name=name).update(state=WorkItem.State.BLOCKED)
    return task(project, name)


def test_a_program_says_who_must_unblock_a_task_and_they_answer(cast: Cast, project: Project) -> None:
    item, owner = blocked(project), program_of(cast.owner)
    path = f"{HERE}/tasks/{item.pk}/block"
    asked = {"unblocker": {"person": cast.other_liaison.pk}, "until": LATER, "reason": "缺样机"}
    made = owner.ask("POST", path, asked)
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["task"]["name"], told["reason"], told["until"]) == ("设计", "缺样机", "2024-03-06T09:00:00+00:00")
    assert [one["name"] for one in told["asked"]] == [cast.other_liaison.name]
    one = f"{HERE}/blocks/{told['id']}"
    listed = owner.ask("GET", f"{HERE}/blocks").json()
    assert (listed["count"], listed["items"][0], listed["next"]) == (1, owner.ask("GET", one).json(), None)

    # Somebody else is named: who answers the old text is told so.
    again = owner.ask("POST", path, asked | {"unblocker": {"department": cast.marketing.pk}}, If_Match=made["ETag"])
    assert (again.status_code, again.json()["department"]["name"]) == (200, "市场部")
    with unchanged():
        late = owner.ask("POST", path, asked, If_Match=made["ETag"])
        assert (late.status_code, late.json()["current"]["department"]["name"]) == (412, "市场部")

    head, member = program_of(cast.other_head), program_of(cast.member)
    with unchanged():
        assert head.ask("POST", f"{one}/answer", {"answer": "longer", "reason": "在途"}).json()["errors"].keys() == {"until"}
        assert head.ask("POST", f"{one}/answer", {"answer": "longer", "until": LATER}).json()["errors"].keys() == {"reason"}
        late = head.ask("POST", f"{one}/answer", {"answer": "cleared"}, If_Match=made["ETag"])
        assert (late.status_code, late.json()["current"]["id"]) == (412, told["id"])
        assert member.ask("POST", f"{one}/answer", {"answer": "cleared"}).status_code == 403
    longer = {"answer": "longer", "until": "2024-03-08T17:00+08:00", "reason": "在途"}
    put_off = head.ask("POST", f"{one}/answer", longer, If_Match=again["ETag"])
    assert (put_off.status_code, put_off.json()["answer"]) == (200, "在途")
    another = {"answer": "another", "unblocker": {"person": cast.liaison.pk}, "reason": "归研发部管"}
    assert head.ask("POST", f"{one}/answer", another).json()["person"]["name"] == cast.liaison.name
    cleared = program_of(cast.liaison).ask("POST", f"{one}/answer", {"answer": "cleared", "outcome": "送到了"})
    assert (cleared.json()["end"], cleared.json()["outcome"], cleared.json()["asked"]) == ("cleared", "送到了", [])
    assert said()[0] == "progress-recorded" or Block.objects.get().closed_at == NOW
    assert task(project, "设计").state == WorkItem.State.TODO
    assert owner.ask("GET", f"{HERE}/blocks").json()["count"] == 0
    assert owner.ask("GET", f"{HERE}/blocks?state=closed").json()["count"] == 1
    with unchanged():
        assert head.ask("POST", f"{one}/answer", {"answer": "cleared"}).status_code == 403
        assert owner.ask("POST", f"{one}/answer", {"answer": "cleared"}).json()["title"] == "not-blocked"
        assert owner.ask("POST", path, asked).json()["title"] == "not-blocked"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"until": LATER}, "unblocker"),
        ({"unblocker": {}, "until": LATER}, "unblocker"),
        ({"unblocker": {"person": 999_999_999}, "until": LATER}, "unblocker"),
        ({"unblocker": {"person": "stranger"}, "until": LATER}, "unblocker"),
        ({"unblocker": {"department": 999_999_999}, "until": LATER}, "unblocker"),
        ({"unblocker": {"person": "head", "department": 1}, "until": LATER}, "unblocker"),
        ({"unblocker": {"person": "head"}}, "until"),
        ({"unblocker": {"person": "head"}, "until": "2024-02-29T17:00+08:00"}, "until"),
        ({"unblocker": {"person": "head"}, "until": "2026-03-06T17:00+08:00"}, "until"),
        ({"unblocker": {"person": "head"}, "until": "9999-12-31T23:59"}, "until"),
        ({"unblocker": {"person": "head", "other": 1}, "until": LATER}, "unblocker.other"),
        ({"unblocker": {"person": "head"}, "until": LATER, "reason": "x" * 2001}, "reason"),
        ({"unblocker": {"person": "head"}, "until": LATER, "reason": "\0"}, "reason"),
    ],
)
def test_a_block_that_cannot_be_names_its_field(cast: Cast, project: Project, body: dict[str, Any], field: str) -> None:
    item, whom = blocked(project), body.get("unblocker", {})
    if isinstance(whom.get("person"), str):
        body = body | {"unblocker": whom | {"person": getattr(cast, whom["person"]).pk}}
    program = program_of(cast.owner)
    with unchanged():
        answer = program.ask("POST", f"{HERE}/tasks/{item.pk}/block", body)
    assert answer.status_code in (400, 422)
    assert answer.status_code == 400 or list(answer.json()["errors"]) == [field]


def test_a_program_escalates_hands_back_decides_and_closes(cast: Cast, project: Project) -> None:
    item, manager, head = task(project, "设计"), program_of(cast.manager), program_of(cast.head)
    made = program_of(cast.owner).ask("POST", f"{HERE}/tasks/{item.pk}/escalation", {"reason": "等不了"})
    assert (made.status_code, made.json()["level"]) == (201, 1)
    one = f"{HERE}/escalations/{made.json()['case']}"
    seen = manager.ask("GET", one)
    assert seen["ETag"] == made["ETag"]
    told = seen.json()
    assert (told["state"], told["asked"]["name"], told["department"]) == ("open", cast.head.name, "研发部")
    assert [(step["kind"], step["text"], step["asked"]) for step in told["steps"]] == [("opened", "等不了", cast.head.name)]

    climbed = manager.ask("POST", f"{one}/climb", {"reason": "部门内无人"}, If_Match=seen["ETag"])
    assert (climbed.status_code, climbed.json()["level"], climbed.json()["asked"]["name"]) == (200, 2, cast.manager.name)
    with unchanged():
        late = manager.ask("POST", f"{one}/decision", {"decision": "加人"}, If_Match=seen["ETag"])
        assert (late.status_code, late.json()["current"]["level"]) == (412, 2)
        assert head.ask("POST", f"{one}/decision", {"decision": "加人"}).status_code == 403
        assert manager.ask("POST", f"{one}/decision", {"decision": " "}).json()["errors"].keys() == {"decision"}
        assert manager.ask("POST", f"{one}/decision", {"decision": "x" * 2001}).json()["errors"].keys() == {"decision"}
    assert manager.ask("POST", f"{one}/climb", {"reason": "超出权限"}).json()["level"] == 3
    lead = program_of(cast.general_lead)
    with unchanged():
        assert manager.ask("POST", f"{one}/climb", {"reason": "再升"}).json()["title"] == "at-the-top"
        assert manager.ask("POST", f"{one}/decision", {"decision": "加人"}).status_code == 403
    back = lead.ask("POST", f"{one}/hand-back", {"decision": "由项目经理协调"})
    assert (back.status_code, back.json()["level"]) == (200, 2)
    decided = manager.ask("POST", f"{one}/decision", {"decision": "借一人"}, If_Match=back["ETag"])
    assert (decided.json()["state"], decided.json()["climbs_at"]) == ("decided", None)
    with unchanged():
        assert manager.ask("POST", f"{one}/climb", {"reason": "再升"}).json()["title"] == "case-over"
    closed = manager.ask("POST", f"{one}/closure", {"result": "人已到位"})
    assert (closed.json()["state"], [step["kind"] for step in closed.json()["steps"]]) == (
        "closed",
        ["opened", "climbed", "climbed", "handed_back", "decided", "closed"],
    )
    with unchanged():
        assert manager.ask("POST", f"{one}/closure", {"result": "又"}).json()["title"] == "case-closed"
    for state, count in (("", 0), ("open", 0), ("closed", 1), ("all", 1)):
        assert manager.ask("GET", f"{HERE}/escalations?state={state}").json()["count"] == count
    assert manager.ask("GET", f"{HERE}/escalations?state=never").status_code == 422


def test_limits_of_a_project_and_of_the_organisation(cast: Cast, project: Project) -> None:
    manager, path = program_of(cast.manager), f"{HERE}/escalation-limits"
    administrator = program_of(cast.administrator, "read", "write", "admin")
    seen = manager.ask("GET", path)
    assert seen.json() == {"department": 8, "manager": 8, "lead": 16, "own": False}
    kept = manager.ask("PUT", path, {"department": 4, "manager": 5, "lead": 6}, If_Match=seen["ETag"])
    assert kept.json() == {"department": 4, "manager": 5, "lead": 6, "own": True}
    with unchanged():
        late = manager.ask("PUT", path, {"department": 1, "manager": 1, "lead": 1}, If_Match=seen["ETag"])
        assert (late.status_code, late.json()["current"]["lead"]) == (412, 6)
        for wrong in (0, 401, "x", True, 1.5, 10**30):
            answer = manager.ask("PUT", path, {"department": wrong, "manager": 1, "lead": 1})
            assert (answer.status_code, list(answer.json()["errors"])) == (422, ["department"]), wrong
    assert administrator.ask("PUT", "escalation-limits", {"department": 2, "manager": 2, "lead": 2}).json()["lead"] == 2
    assert manager.ask("GET", path).json()["lead"] == 6
    assert manager.ask("DELETE", path).json() == {"department": 2, "manager": 2, "lead": 2, "own": False}


FILED = {"kind": "delay", "reason": "缺人", "impact": "晚一天", "solution": "加人", "expected": "2024-03-06"}


def test_a_program_keeps_the_record_of_an_exception(cast: Cast, project: Project) -> None:
    item, owner, head = task(project, "设计"), program_of(cast.owner), program_of(cast.head)
    made = owner.ask("POST", f"{HERE}/exceptions", FILED | {"task": item.pk}, Idempotency_Key="e-1")
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["number"], told["state"], told["task_name"], told["handler"]["name"]) == (1, "open", "设计", cast.owner.name)
    with unchanged():
        again = owner.ask("POST", f"{HERE}/exceptions", FILED | {"task": item.pk}, Idempotency_Key="e-1")
    assert (again.content, again["Idempotent-Replayed"]) == (made.content, "true")
    one = f"{HERE}/exceptions/{told['id']}"
    assert head.ask("GET", f"{HERE}/exceptions").json()["items"] == [head.ask("GET", one).json()]
    handling = {"handler": cast.head.pk, "measure": "借人", "expected": "2024-03-07"}
    handled = head.ask("PUT", f"{one}/handling", handling, If_Match=made["ETag"])
    assert (handled.status_code, handled.json()["state"], handled.json()["measure"]) == (200, "handled", "借人")
    with unchanged():
        late = head.ask("PUT", f"{one}/handling", handling | {"measure": "x"}, If_Match=made["ETag"])
        assert (late.status_code, late.json()["current"]["measure"]) == (412, "借人")
        late = head.ask("POST", f"{one}/closure", {"result": "好了", "seen": told["version"]})
        assert (late.status_code, late.json()["current"]["version"]) == (412, told["version"] + 1)
        refused = head.ask("PUT", f"{one}/handling", handling | {"handler": cast.stranger.pk})
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["handler"])
        assert head.ask("POST", f"{one}/closure", {"result": " "}).json()["errors"].keys() == {"result"}
        assert head.ask("POST", f"{one}/reopening", {"expected": "2024-03-09"}).json()["title"] == "not-closed"
    closed = head.ask("POST", f"{one}/closure", {"result": "人已到"})
    assert (closed.json()["state"], closed.json()["closed_by"]) == ("closed", cast.head.name)
    with unchanged():
        assert head.ask("PUT", f"{one}/handling", handling).json()["title"] == "exception-closed"
        assert head.ask("POST", f"{one}/reopening", {"expected": "2024-02-01"}).json()["errors"].keys() == {"expected"}
    assert head.ask("POST", f"{one}/reopening", {"expected": "2024-03-09"}).json()["state"] == "handled"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "flood"}, "kind"),
        ({"reason": ""}, "reason"),
        ({"impact": " "}, "impact"),
        ({"solution": "x" * 2001}, "solution"),
        ({"expected": "2024-02-29"}, "expected"),
        ({"expected": "0001-01-01"}, "expected"),
        ({"expected": None}, "expected"),
        ({"task": 999_999_999}, "task"),
        ({"department": 999_999_999}, "department"),
        ({"extra": 1}, "extra"),
    ],
)
def test_an_exception_that_cannot_be_names_its_field(cast: Cast, project: Project, change: dict[str, Any], field: str) -> None:
    program = program_of(cast.manager)
    with unchanged():
        answer = program.ask("POST", f"{HERE}/exceptions", FILED | change)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_who_reports_only_on_ones_own_tasks_reports_on_no_other(cast: Cast, project: Project) -> None:
    promotion, program = task(project, "推广"), program_of(cast.owner)
    with unchanged():
        assert program.ask("POST", f"{HERE}/exceptions", FILED | {"task": promotion.pk}).status_code == 403
        assert program.ask("POST", f"{HERE}/exceptions", FILED).status_code == 403
        assert program.ask("POST", f"{HERE}/exceptions", FILED | {"department": cast.rd.pk}).status_code == 403
    assert program_of(cast.other_head).ask("POST", f"{HERE}/exceptions", FILED).json()["department"]["name"] == "市场部"


LISTS = ("blocks", "exceptions", "escalations", "confirmations", "syncs", "syncs/latest", "sync-discipline", "sheets", "chain")


@pytest.mark.parametrize("path", LISTS)
def test_the_number_of_queries_does_not_grow(cast: Cast, path: str) -> None:
    few, many = planned_project(cast), planned_project(cast, "S-2")
    for project in (few, many):
        laddered(cast, project)
        still_open(cast, project)
        blocked(project)
    for place in range(5):
        filed = Filed("delay", f"缺人{place}", "晚一天", "加人", NOW.date())
        report_exception(by=cast.manager, project=many, item=task(many, "推广"), filed=filed, now=NOW)
        matter = Matter("task", 10_000 + place, many, f"事{place}", "/", cast.departments["销售部"].pk)
        open_case(by=System(), matter=matter, why="等不了", now=NOW)
    for name in ("推广", "定型"):
        Block.objects.create(
            work_item=blocked(many, name),
            until=NOW,
            opened_at=NOW,
            opened_by=cast.head,
            person=cast.member,
            state_before="todo",
        )
    assert Case.objects.filter(project=many).count() > Case.objects.filter(project=few).count() + 3
    one, other = queries_of(cast.manager, path, ("S-1", "S-2"))
    assert one == other <= 16


def test_what_i_owe_is_what_the_workbench_shows(cast: Cast, project: Project) -> None:
    laddered(cast, project)
    still_open(cast, project)
    told = program_of(cast.head).ask("GET", "me/queue").json()
    assert {row["key"].partition("-")[0] for row in told["items"]} >= {"block", "confirmation"}
    assert told["count"] == len(told["items"])
    assert all(row["link"].startswith("/") and row["number"] == "S-1" for row in told["items"])
    assert program_of(cast.head).ask("GET", "me/queue?project=S-2").json()["count"] == 0
    assert program_of(cast.stranger).ask("GET", "me/queue").json()["items"] == []
