"""Exception reports: filed, handled, closed, taken up again; overdue ones are escalated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from support.cast import NOW, Cast, planned_project, task
from support.checks import refused, said
from tongzhou.escalations.actions import decide_case
from tongzhou.escalations.models import Case
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.progress.actions import (
    Filed,
    Handling,
    close_exception,
    handle_exception,
    reopen_exception,
    report_exception,
)
from tongzhou.progress.models import ExceptionReport
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.queries import due_at

FILED = Filed("resource", "测试环境资源不足", "需求文档评审延迟 1 天", "协调技术部优先处理", date(2024, 3, 6))
AFTER = datetime(2024, 3, 6, 16, tzinfo=UTC)
"""Midnight after 2024-03-06 in Shanghai."""


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def filed(cast: Cast, project: Project, by: str = "owner", on: str = "设计", **values: Any) -> ExceptionReport:
    item = task(project, on) if on else None
    return report_exception(by=getattr(cast, by), project=project, item=item, filed=replace(FILED, **values), now=NOW)


def test_an_exception_stands_on_the_record(cast: Cast, project: Project) -> None:
    row = filed(cast, project)
    assert (row.number, row.task_name, row.department, row.handler) == (1, "设计", cast.rd, cast.owner)
    kind, data, changes = said()
    assert (kind, data) == ("exception-reported", {"exception": row.pk, "item": row.work_item_id})
    assert changes[0][3]["reason"] == "测试环境资源不足"
    assert due_at("exception", row.pk) == AFTER
    assert filed(cast, project, "manager").number == 2


@pytest.mark.parametrize("person", ["general_lead", "manager", "liaison", "head", "owner", "quality", "finance"])
def test_who_files_on_a_task(cast: Cast, project: Project, person: str) -> None:
    assert filed(cast, project, person).reported_by == getattr(cast, person)


@pytest.mark.parametrize("person", ["other_liaison", "other_head", "administrator", "member", "stranger"])
def test_who_does_not(cast: Cast, project: Project, person: str) -> None:
    with refused("forbidden", kind=Forbidden):
        filed(cast, project, person)
    row = filed(cast, project)
    for action in (
        lambda: close_exception(by=getattr(cast, person), report=row, result="x", version=None, now=NOW),
        lambda: handle_exception(
            by=getattr(cast, person), report=row, handling=Handling(None, "x", FILED.expected), version=None, now=NOW
        ),
        lambda: reopen_exception(by=getattr(cast, person), report=row, expected=FILED.expected, now=NOW),
    ):
        with refused("forbidden", kind=Forbidden):
            action()


def test_on_the_project_a_seat_files_for_its_department(cast: Cast, project: Project) -> None:
    assert filed(cast, project, "other_head", on="").department == cast.marketing
    assert filed(cast, project, "manager", on="").department is None
    for person in ("owner", "member"):
        with refused("forbidden", kind=Forbidden):
            filed(cast, project, person, on="")
    with refused("forbidden", kind=Forbidden):
        filed(cast, project, "other_head", on="", department=cast.rd.pk)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"kind": "boredom"}, "kind-unknown", "kind"),
        ({"reason": " "}, "needed", "reason"),
        ({"impact": ""}, "needed", "impact"),
        ({"solution": ""}, "needed", "solution"),
        ({"solution": "长" * 2001}, "too-long", "solution"),
        ({"expected": date(2024, 2, 29)}, "expected-range", "expected"),
        ({"expected": date(2099, 1, 1)}, "expected-range", "expected"),
    ],
)
def test_what_must_be_said(cast: Cast, project: Project, values: dict[str, Any], code: str, field: str) -> None:
    with refused(code, field):
        filed(cast, project, **values)


def test_the_record_says_what_is_done(cast: Cast, project: Project) -> None:
    row = filed(cast, project)
    later = date(2024, 3, 8)
    handled = handle_exception(
        by=cast.head, report=row, handling=Handling(cast.liaison.pk, "借用二号环境", later), version=1, now=NOW
    )
    assert (handled.handler, handled.measure, handled.expected, handled.version) == (cast.liaison, "借用二号环境", later, 2)
    before, after = said()[2][0][2:]
    assert (before["measure"], after["measure"], after["expected"]) == ("", "借用二号环境", "2024-03-08")
    assert due_at("exception", row.pk) == AFTER + timedelta(days=2)
    same = Handling(cast.liaison.pk, "借用二号环境", later)
    assert handle_exception(by=cast.head, report=handled, handling=same, version=2, now=NOW).version == 2
    with refused("stale", kind=Stale):
        handle_exception(by=cast.head, report=row, handling=replace(same, measure="x"), version=1, now=NOW)
    with refused("person-unknown", "handler"):
        handle_exception(by=cast.head, report=row, handling=replace(same, handler=cast.stranger.pk), version=2, now=NOW)
    # Who handles it may write, whatever her seat.
    close_exception(by=cast.liaison, report=row, result="周三完成评审", version=2, now=NOW)


def test_the_lead_department_handles_what_others_report(cast: Cast, project: Project) -> None:
    row = filed(cast, project, "other_liaison", on="推广")
    handling = Handling(None, "由研发部协调", FILED.expected)
    assert handle_exception(by=cast.head, report=row, handling=handling, version=None, now=NOW).measure == "由研发部协调"


def test_closing_needs_a_result_and_can_be_taken_back(cast: Cast, project: Project) -> None:
    row = filed(cast, project)
    with refused("needed", "result"):
        close_exception(by=cast.owner, report=row, result=" ", version=None, now=NOW)
    closed = close_exception(by=cast.owner, report=row, result="已恢复", version=None, now=NOW)
    assert (closed.closed_at, closed.closed_by, due_at("exception", row.pk)) == (NOW, cast.owner, None)
    with refused("exception-closed"):
        close_exception(by=cast.owner, report=row, result="x", version=None, now=NOW)
    opened = reopen_exception(by=cast.owner, report=closed, expected=date(2024, 3, 7), now=NOW)
    assert (opened.closed_at, due_at("exception", row.pk)) == (None, AFTER + timedelta(days=1))
    with refused("not-closed"):
        reopen_exception(by=cast.owner, report=row, expected=date(2024, 3, 7), now=NOW)


@pytest.mark.due_kind("exception")
def test_an_overdue_exception_is_escalated_and_a_decision_becomes_a_measure(cast: Cast, project: Project) -> None:
    row = filed(cast, project)
    settle(AFTER - timedelta(minutes=1))
    assert not Case.objects.exists()
    settle(AFTER)
    case = Case.objects.select_related("project").get()
    assert (case.kind, case.key, case.level, case.department) == ("exception", row.pk, 1, cast.rd)
    decide_case(by=cast.head, case=case, decision="增派一人", now=AFTER)
    row.refresh_from_db()
    assert "增派一人" in row.measure
    closed = close_exception(by=cast.owner, report=row, result="好了", version=None, now=AFTER)
    case.refresh_from_db()
    assert case.closed_at == closed.closed_at == AFTER
