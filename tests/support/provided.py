"""What departments hand over and provide in a project of the tests, and how its addresses and operations are used."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from support.cast import NOW, Cast, task
from tongzhou.lib import clock
from tongzhou.plan.actions import (
    DeliverableSpec,
    Submission,
    accept_deliverable,
    add_deliverables,
    return_deliverable,
    submit_deliverable,
)
from tongzhou.plan.models import Deliverable
from tongzhou.projects.models import Project
from tongzhou.resources.access import are_asked
from tongzhou.resources.actions import CommitmentSpec, ask_commitments
from tongzhou.resources.models import Commitment

PLAN, REPORT, ACCEPT = "create/edit WBS", "update progress/blocked", "deliverable acceptance sign"
READ, CONFIRM = "read project plan, tasks", "resource commitment confirm"
IN_LIGHT = {ACCEPT}
"""Rows that the manager has in a light project, too, where nobody holds the seats."""


def provided(cast: Cast, project: Project) -> dict[str, int]:
    """Give the project a deliverable of 研发部 that waits to be accepted, from the task 设计."""
    with clock.pretend(NOW):
        spec = DeliverableSpec("样机", None, "", cast.rd.pk, NOW.date() + timedelta(days=9), "", task(project, "设计").pk)
        row = add_deliverables(by=cast.manager, project=project, rows=[spec], now=NOW)[0]
        submit_deliverable(by=cast.manager, deliverable=row, said=Submission("三台", "网盘"), now=NOW)
    return {"deliverable_id": row.pk, "commitment_id": asked_for(cast, project).pk}


def asked_for(cast: Cast, project: Project) -> Commitment:
    """Give the project a line that is asked of 研发部; one that was left over where it is asked for none."""
    given = {"kind": "people", "what": "测试工程师", "amount": Decimal(2), "unit": "人"}
    days = {"starts_on": NOW.date(), "ends_on": NOW.date() + timedelta(days=9)}
    if are_asked(project):
        with clock.pretend(NOW):
            spec = CommitmentSpec(cast.rd.pk, **given, **days)  # type: ignore[arg-type]
            return ask_commitments(by=cast.manager, project=project, rows=[spec], now=NOW)[0]
    left = {"project": project, "department": cast.rd, "asked_by": cast.manager, "asked_at": NOW}
    return Commitment.objects.create(**left, **given, **days)


def provided_on_stage(people: dict[str, Any], project: Project, now: datetime) -> dict[str, int]:
    """One deliverable of 研发部 was returned and waits again, one is accepted; a line that 生产部 has not answered."""
    owner, head = people["周七"], people["李四"]
    rows = {row.name: row for row in Deliverable.objects.select_related("project").filter(project=project)}
    for name in ("样机", "测试报告"):
        said = Submission("三台，含充电底座与说明书", "https://files.example.com/XMB-2024/样机")
        submit_deliverable(by=owner, deliverable=rows[name], said=said, now=now - timedelta(days=2))
    return_deliverable(by=head, deliverable=rows["样机"], reason="缺低温 -10℃ 的记录", now=now - timedelta(days=1))
    submit_deliverable(by=owner, deliverable=rows["样机"], said=Submission("补齐低温记录"), now=now)
    accept_deliverable(by=head, deliverable=rows["测试报告"], note="同意", now=now)
    asked = Commitment.objects.filter(project=project, state=Commitment.State.ASKED).latest("pk")
    return {"deliverable_id": rows["样机"].pk, "commitment_id": asked.pk}


def provided_attempts(cast: Cast) -> list[tuple[Any, ...]]:
    """How pages are used: name, row of the table, method, fields."""
    line = Commitment.objects.order_by("pk").values_list("pk", flat=True).first()
    wanted = {"department_id": cast.rd.pk, "kind": "budget", "what": "打样", "amount": "5000元"}
    return [
        ("deliverable_new", PLAN, "post", {"name": "报告", "department_id": cast.rd.pk}),
        ("deliverables_paste", PLAN, "post", {"text": "报告\t2份\t研发部"}),
        ("deliverables_of_texts", PLAN, "post", {}, None, True),
        ("deliverable_edit", PLAN),
        ("deliverable_edit", PLAN, "post", {"name": "样品", "version": "2"}),
        ("deliverable_removal", PLAN, "post"),
        ("deliverable_restoration", PLAN, "post"),
        ("deliverable_submission", REPORT, "post", {"note": "三台", "document": "网盘"}),
        ("deliverable_taking_back", REPORT, "post"),
        ("deliverable_acceptance", ACCEPT, "post", {"answer": "accepted"}),
        ("commitment_new", PLAN, "post", wanted),
        ("commitment_edit", PLAN),
        (
            "commitment_edit",
            PLAN,
            "post",
            {"what": "电工", "amount": "2人", "starts_on": "2024-03-04", "ends_on": "2024-03-08"},
        ),
        ("commitment_withdrawal", PLAN, "post"),
        ("commitment_answers", CONFIRM, "post", {"line": line, f"answer-{line}": "confirmed"}),
    ]


def provided_requests(cast: Cast) -> list[tuple[Any, ...]]:
    """How operations are used: method, route, row of the table, body."""
    listed = "projects/{number}/deliverables"
    one = f"{listed}/{{deliverable_id}}"
    pledged = "projects/{number}/commitments"
    row, line = f"{pledged}/{{commitment_id}}", Commitment.objects.order_by("pk").values_list("pk", flat=True).first()
    return [
        ("GET", listed, READ),
        ("POST", listed, PLAN, {"rows": [{"name": "报告", "department": cast.rd.pk}]}),
        ("GET", one, READ),
        ("PATCH", one, PLAN, {"name": "样品"}),
        ("DELETE", one, PLAN),
        ("POST", f"{one}/restoration", PLAN),
        ("POST", f"{one}/submission", REPORT, {"note": "三台"}),
        ("POST", f"{one}/submission/withdrawal", REPORT),
        ("POST", f"{one}/acceptance", ACCEPT, {}),
        ("POST", f"{one}/return", ACCEPT, {"reason": "缺记录"}),
        ("GET", pledged, READ),
        ("POST", pledged, PLAN, {"rows": [{"department": cast.rd.pk, "kind": "budget", "what": "打样", "amount": 5000}]}),
        ("POST", f"{pledged}/answers", CONFIRM, {"answers": [{"id": line, "version": 1, "answer": "confirmed"}]}),
        ("GET", row, READ),
        ("GET", f"{row}/load", CONFIRM),
        ("PATCH", row, PLAN, {"what": "电工"}),
        ("POST", f"{row}/withdrawal", PLAN),
    ]


ANSWERED = {
    "projects/{number}/deliverables": {200, 201},
    "projects/{number}/deliverables/{deliverable_id}/submission": {422},
    "projects/{number}/commitments/{commitment_id}": {200, 428},
    "projects/{number}/commitments/{commitment_id}/withdrawal": {428},
    "projects/{number}/charter/sheets": {422},
    "projects/{number}/stage": {422},
}
"""What operations answer to a good request where that is not what most do: it waits already; no version is named; the project
of the tests has no period and nothing signed yet."""
