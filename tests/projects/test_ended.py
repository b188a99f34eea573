"""A project that ended stays as it is, whichever way it is tried, until its manager takes it up again with a reason."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import resolve

from charters.ground import opened, whole_project, write
from charters.test_gate import SIGNED, Ground
from support.cast import NOW, Cast, planned_project, task
from support.checks import refused, unchanged
from support.web import client_of
from tongzhou.charters.actions import publish_duties
from tongzhou.config.ended import KEPT_WHEN_ENDED
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused
from tongzhou.meetings.actions import Plan, plan_meeting
from tongzhou.people.models import System
from tongzhou.plan.actions import DeliverableSpec, Report, add_deliverables, add_item, change_dates, record_progress
from tongzhou.projects.actions import add_comment, change_weight, give_role, move_stage
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import About
from tongzhou.projects.queries.missing import missing_for
from tongzhou.resources.actions import CommitmentSpec, ask_commitments
from tongzhou.shell.queries.words import VERBS

pytestmark = pytest.mark.django_db
LINK = '<a href="/projects/S-1/start/missing/">重新开启项目</a>'


def ended(project: Project) -> Project:
    """Let the product itself end the project."""
    move_stage(by=System(), project=project, to="closed", now=NOW)
    return Project.objects.get(pk=project.pk)


def _commitment(at: Ground) -> object:
    spec = CommitmentSpec(at.cast.marketing.pk, "people", "推广", Decimal(2), "人", date(2024, 3, 4), date(2024, 6, 1))
    return ask_commitments(rows=[spec], **at.given())


DEEDS: dict[str, Callable[[Ground], object]] = {
    # How far a task came is told also after the end.
    **{name: deed for name, (_part, deed) in SIGNED.items() if name != "a milestone that is cancelled"},
    "a date": lambda at: change_dates(
        by=at.cast.manager, item=task(at.project, "设计"), name="start", value=date(2024, 3, 15), now=NOW
    ),
    "a task": lambda at: add_item(values={"name": "复测", "department_id": at.cast.rd.pk}, **at.given()),
    "a deliverable": lambda at: add_deliverables(rows=[DeliverableSpec("样机")], **at.given()),
    "a commitment": _commitment,
    "a text of the charter": lambda at: write(at.cast, at.project, "risks", "供应商延期"),
    "asking to sign the charter": lambda at: opened(at.cast, at.project),
    "the duty statement": lambda at: publish_duties(**at.given()),
    "a meeting": lambda at: plan_meeting(
        kind="kickoff",
        plan=Plan("启动会", NOW + timedelta(days=1), 60, at.cast.manager.pk),
        people=[at.cast.head.pk],
        **at.given(),
    ),
    "the weight": lambda at: change_weight(weight="strict", **at.given()),
}


@pytest.mark.parametrize("name", DEEDS)
def test_nothing_of_it_changes_until_it_is_taken_up_again(cast: Cast, name: str) -> None:
    project = whole_project(cast)
    with clock.pretend(NOW):
        project = ended(project)
        with pytest.raises(Refused) as refusal, unchanged():
            DEEDS[name](Ground(cast, project))
        assert refusal.value.code == "project-ended"
        assert refusal.value.link == "/projects/S-1/start/missing/"
        move_stage(by=cast.manager, project=project, to="closing", reason="验收后又有返工", now=NOW)
        project.refresh_from_db()
        DEEDS[name](Ground(cast, project))


def test_what_goes_on(cast: Cast) -> None:
    """A project may be talked about, people may be replaced, and what was still open is told."""
    project = ended(planned_project(cast))
    with clock.pretend(NOW):
        add_comment(by=cast.manager, project=project, on=About("project", project.pk, project.name), text="谢谢各位", now=NOW)
        give_role(by=cast.manager, project=project, person=cast.member, role="adviser", now=NOW)
        report = Report("doing", 5000)
        record_progress(by=cast.owner, item=task(project, "设计"), report=report, status_date=date(2024, 3, 1), now=NOW)


def test_only_the_manager_takes_it_up_again_and_says_why(cast: Cast) -> None:
    project = ended(whole_project(cast))
    with refused("reason-missing", "reason"), unchanged():
        move_stage(by=cast.manager, project=project, to="closing", now=NOW)
    for person in (cast.head, cast.general_lead, cast.member):
        with refused("forbidden", kind=Forbidden):
            move_stage(by=person, project=project, to="closing", reason="x", now=NOW)


def test_pages_say_it_and_lead_to_where_it_is_taken_up_again(cast: Cast) -> None:
    project = whole_project(cast)
    manager = client_of(cast.manager)
    assert "项目已结束" not in manager.get("/projects/S-1/scope/").content.decode()
    ended(project)
    for tail in ("scope/", "objectives/", "charter/", "plan/", "commitments/", "tracking/", ""):
        shown = manager.get(f"/projects/S-1/{tail}").content.decode()
        assert "项目已结束，内容不再更改。" in shown, tail
        assert shown.count(LINK) == 1, tail
    answer = manager.post("/projects/S-1/scope/lines/", {"kind": "in", "text": "再加一项"})
    assert answer.status_code == 422
    assert "项目已结束，内容不再更改。如需修改" in answer.content.decode()
    asked = manager.get("/projects/S-1/start/missing/").content.decode()
    assert "<summary>重新开启项目</summary>" in asked
    told = {"to": "closing", "seen": "closed", "reason": "返工"}
    assert manager.post("/projects/S-1/start/stage/", told).status_code == 302
    assert Project.objects.get(pk=project.pk).stage == "closing"
    assert manager.post("/projects/S-1/scope/lines/", {"kind": "in", "text": "再加一项"}).status_code == 302


def test_what_was_typed_while_it_ended_is_shown_again(cast: Cast) -> None:
    """Somebody ended it in another tab: the text is not lost, and the way to take it up again stands above it."""
    ended(whole_project(cast))
    manager, typed = client_of(cast.manager), "渠道反馈：" + "竞品上市，" * 300
    basics = {"name": "改名", "kind": "project", "deviation_threshold": "10", "background": typed}
    part = {"department": cast.marketing.pk, "kind": "support", "duty": typed}
    for tail, fields in (("basics/", basics), ("departments/", part)):
        with unchanged():
            answer = manager.post(f"/projects/S-1/start/{tail}", fields)
        page = answer.content.decode()
        assert (answer.status_code, f"{typed}</textarea>" in page) == (422, True), tail
        form = page.partition(f'action="/projects/S-1/start/{tail}"')[2].partition("</form>")[0]
        assert "项目已结束，内容不再更改。" in form and 'href="/projects/S-1/start/missing/"' in form


OFFERS = re.compile(r'(?:action|href|hx-get|hx-post)="(/projects/S-1/[^"?#]*)')
EDITING = {
    "charter_sheets", "claims_call", "commitment_new", "communication_new", "communication_remove",
    "deliverable_new", "duty_publication", "import_upload", "meeting_new", "memo_sheets", "objective_new",
    "participation", "participation_edit", "participation_remove", "project_basics", "project_weight", "scope_line",
    "scope_lines", "scope_line_remove", "task_list_release", "task_new",
}  # fmt: skip
"""What the pages of a running project offer its manager, and would refuse after its end."""
PAGES = (
    "", "start/", "start/missing/", "objectives/", "scope/", "communication/", "roles/", "deliverables/", "commitments/",
    "meetings/", "charter/", "memo/", "duty-statement/", "plan/", "claims/", "task-list/", "holidays/",
)  # fmt: skip


def offered(manager: Client) -> set[str]:
    """Return the names of the addresses that the pages of the project lead or send to."""
    names = set()
    for tail in PAGES:
        answer = manager.get(f"/projects/S-1/{tail}")
        assert answer.status_code == 200, tail
        names |= {resolve(html.unescape(link)).url_name or "" for link in OFFERS.findall(answer.content.decode())}
    return names


def test_its_pages_offer_nothing_that_would_be_refused(cast: Cast) -> None:
    project = whole_project(cast)
    manager = client_of(cast.manager)
    assert EDITING - offered(manager) == set()
    ended(project)
    assert offered(manager) & EDITING == set()
    shown = manager.get("/projects/S-1/start/").content.decode()
    for still in ("/start/departments/", "/start/roles/"):
        assert f'action="/projects/S-1{still}' in shown


def test_a_light_project_ends_and_is_taken_up_again(cast: Cast) -> None:
    light = ended(planned_project(cast, "L-1", "light"))
    with clock.pretend(NOW):
        with refused("project-ended"), unchanged():
            add_item(by=cast.manager, project=light, values={"name": "复测"}, now=NOW)
        move_stage(by=cast.manager, project=light, to="executing", reason="还有尾项", now=NOW)
        add_item(by=cast.manager, project=light, values={"name": "复测"}, now=NOW)


def test_open_tasks_are_named_before_it_is_closed_and_need_a_reason(cast: Cast) -> None:
    project = planned_project(cast)
    move_stage(by=System(), project=project, to="executing", now=NOW)
    row = next(row for row in missing_for(project, cast.manager, "executing") if row.key == "open-tasks")
    assert (row.title, row.done, row.optional, row.link) == ("4 项任务未完成", False, True, "/projects/S-1/tracking/")
    with pytest.raises(Refused, match="4 项任务未完成") as refusal, unchanged():
        move_stage(by=cast.manager, project=project, to="closing", now=NOW)
    assert refusal.value.code == "reason-missing"
    move_stage(by=cast.manager, project=project, to="closing", reason="余下的并入二期", now=NOW)
    assert "open-tasks" not in {row.key for row in missing_for(project, cast.manager, "closing")}


def test_the_table_names_events_that_there_are() -> None:
    assert set(VERBS) >= KEPT_WHEN_ENDED
