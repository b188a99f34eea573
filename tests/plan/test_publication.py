"""Publishing the task list: what differs, what keeps it back, who approved which version, and who is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support.api import program_of
from support.cast import NOW, Cast, planned_project, task
from support.checks import refused
from support.web import client_of
from tongzhou.lib.missing import Missing
from tongzhou.notifications.models import Notice
from tongzhou.plan.actions import add_item, change_dates, remove_item
from tongzhou.plan.actions.claiming import Claiming, ask_for_claims, claim_tasks
from tongzhou.plan.actions.publishing import release_task_list
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.missing import plan_missing
from tongzhou.plan.queries.publication import content_of, list_difference
from tongzhou.plan.queries.tasklist import task_list
from tongzhou.projects.models import Project
from tongzhou.rhythm.jobs import settle
from tongzhou.signoffs.actions import Origin, Said, sign_place
from tongzhou.signoffs.models import Sheet
from tongzhou.timeline.models import Event

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def project(cast: Cast) -> Project:
    return planned_project(cast)


def approve(cast: Cast, sheet: Sheet, decision: str = "approve", opinion: str = "") -> None:
    origin = Origin("password", NOW, "10.0.0.7", "Firefox", "r-1")
    said = Said(decision, sheet.digest, opinion)
    sign_place(by=cast.general_lead, place=sheet.places.get(), said=said, origin=origin, now=NOW)


def publish(cast: Cast, project: Project) -> Sheet:
    sheet = release_task_list(by=cast.manager, project=project, now=NOW)
    approve(cast, sheet)
    return sheet


def claim_all(cast: Cast, project: Project) -> None:
    rows = WorkItem.objects.filter(project=project).exclude(name="阶段")
    tasks = [Claiming(row.pk, "郑十", "图纸") for row in rows]
    claim_tasks(by=cast.manager, project=project, tasks=tasks, now=NOW)


def to_publish(cast: Cast, project: Project) -> list[Missing]:
    """What is missing until the list is published; the list of deliverables is another matter."""
    return [row for row in plan_missing(project, cast.manager) if row.key != "deliverables"]


def test_the_page_that_is_signed_shows_all_that_is_frozen(cast: Cast, project: Project) -> None:
    sheet = publish(cast, project)
    page = bytes(sheet.html).decode()
    (trial,) = [entry for entry in content_of(sheet)["items"] if entry["name"] == "测试"]
    assert trial["after"] == "1.1FS"
    for name in trial.keys() - {"id", "sha256", "milestone"}:
        assert f'data-at="shared/items/{trial["id"]}/{name}">{trial[name]}</' in page
    assert '<th scope="col">前置</th>' in page


class TestTheDifference:
    def test_task_by_task(self, cast: Cast, project: Project) -> None:
        before = task_list(project)
        change_dates(by=cast.manager, item=task(project, "推广"), name="finish", value=date(2024, 3, 8), now=NOW)
        WorkItem.objects.filter(name="推广").update(owner=cast.member)
        remove_item(by=cast.manager, item=task(project, "定型"), now=NOW)
        made = add_item(by=cast.manager, project=project, values={"name": "铺货", "department_id": cast.marketing.pk}, now=NOW)
        found = list_difference(before, task_list(project))
        assert [row["name"] for row in found.added] == ["铺货"]
        assert found.added[0]["id"] == made.pk
        assert [row["name"] for row in found.removed] == ["定型"]
        (moved,) = [one for one in found.changed if one.name == "推广"]
        assert [(one.field, one.before, one.after) for one in moved.fields] == [
            ("owner", "", "成员"),
            ("finish", "2024-03-05", "2024-03-08"),
        ]
        assert (moved.days, moved.moved, moved.reowned) == (3, "晚 3 天", True)
        assert (found.moved, found.reowned) == (1, 1)

    def test_codes_that_only_shift_are_no_change(self, cast: Cast, project: Project) -> None:
        before = task_list(project)
        add_item(by=cast.manager, project=project, values={"name": "准备"}, parent=task(project, "阶段"), now=NOW)
        WorkItem.objects.filter(name="准备").update(rank="!")
        found = list_difference(before, task_list(project))
        assert [row["name"] for row in found.added] == ["准备"]
        assert found.changed == []
        assert found.renumbered == 3

    def test_any_two_versions(self, cast: Cast, project: Project) -> None:
        publish(cast, project)
        WorkItem.objects.filter(name="设计").update(key_output="样机")
        publish(cast, project)
        client = client_of(cast.member)
        page = client.get("/projects/S-1/task-list/difference/?before=1&after=2").content.decode()
        assert "设计" in page and "<ins>样机</ins>" in page
        assert "没有差别" in client.get("/projects/S-1/task-list/difference/?before=2&after=now").content.decode()
        for query in ("before=9", "before=x", "before=1&after=-1", "before=" + "9" * 40):
            assert client.get(f"/projects/S-1/task-list/difference/?{query}").status_code == 404
        shown = client.get("/projects/S-1/task-list/").content.decode()
        assert shown.count("褚十六 同意") == 2

    def test_by_program(self, cast: Cast, project: Project) -> None:
        publish(cast, project)
        WorkItem.objects.filter(name="设计").update(key_output="样机")
        program = program_of(cast.member)
        told = program.ask("GET", "projects/S-1/task-list/difference?before=1").json()
        assert [(row["name"], [one["after"] for one in row["fields"]]) for row in told["changed"]] == [("设计", ["样机"])]
        (version,) = program.ask("GET", "projects/S-1/task-list/versions").json()["items"]
        assert (version["state"], [one["name"] for one in version["decisions"]]) == ("final", ["褚十六"])
        assert program.ask("GET", "projects/S-1/task-list/difference?before=7").status_code == 422
        assert program.ask("GET", "projects/S-1/task-list/readiness").json()["ready"] is True


class TestWhatKeepsItBack:
    def test_once_asked_every_task_must_be_claimed(self, cast: Cast, project: Project) -> None:
        ask_for_claims(by=cast.manager, project=project, now=NOW)
        with refused("not-ready"):
            release_task_list(by=cast.manager, project=project, now=NOW)
        page = client_of(cast.manager).get("/projects/S-1/task-list/").content.decode()
        assert "没有部门认领的任务 4" in page and "task-list/release" not in page
        told = program_of(cast.member).ask("GET", "projects/S-1/task-list/readiness").json()
        assert (told["ready"], told["items"][0]["count"]) == (False, 4)
        claim_all(cast, project)
        assert release_task_list(by=cast.manager, project=project, now=NOW).version == 1

    def test_a_strict_project_asks_it_always(self, cast: Cast) -> None:
        strict = planned_project(cast, "S-9", "strict")
        with refused("not-ready"):
            release_task_list(by=cast.manager, project=strict, now=NOW)

    def test_tasks_without_dates(self, cast: Cast, project: Project) -> None:
        dates = {"start": None, "finish": None, "typed_start": None, "typed_finish": None}
        WorkItem.objects.filter(name="推广").update(**dates)
        with refused("not-ready"):
            release_task_list(by=cast.manager, project=project, now=NOW)

    def test_else_it_only_warns(self, cast: Cast, project: Project) -> None:
        page = client_of(cast.manager).get("/projects/S-1/task-list/").content.decode()
        assert "没有部门认领的任务 4" in page and "task-list/release" in page


class TestAfterwards:
    def test_those_concerned_are_told_what_changed_for_them(self, cast: Cast, project: Project) -> None:
        settle(LATER)
        Notice.objects.all().delete()
        first = publish(cast, project)
        event = Event.objects.get(kind="task-list-published")
        assert event.data == {"project": project.pk, "sheet": first.pk, "version": 1, "before": 0}
        settle(LATER)
        told = dict(Notice.objects.filter(kind="claim").values_list("person__name", "text"))
        assert set(told) == {"李四", "周七", "吴八", "冯十二", "郑十"}
        assert "推广，2024-03-05完成" in told["吴八"] and "设计" not in told["吴八"]
        Notice.objects.all().delete()
        change_dates(by=cast.manager, item=task(project, "推广"), name="finish", value=date(2024, 3, 8), now=NOW)
        publish(cast, project)
        settle(LATER)
        again = Notice.objects.filter(kind="claim")
        assert {row.person.name for row in again} == {"吴八", "冯十二"}
        assert {row.text for row in again} == {"推广：完成 2024-03-05 → 2024-03-08"}
        assert again[0].link.endswith("/task-list/difference/?before=1&after=2")

    def test_the_first_one_ends_the_planning(self, cast: Cast, project: Project) -> None:
        assert [(row.key, row.done) for row in to_publish(cast, project)] == [("claims", False), ("task-list", False)]
        Project.objects.filter(pk=project.pk).update(stage="planning")
        publish(cast, Project.objects.get(pk=project.pk))
        assert Project.objects.get(pk=project.pk).stage == "executing"
        claim_all(cast, project)
        assert [(row.key, row.done) for row in to_publish(cast, project)] == [("claims", True), ("task-list", True)]
        Project.objects.filter(pk=project.pk).update(stage="planning")
        WorkItem.objects.filter(name="设计").update(key_output="样机")
        publish(cast, Project.objects.get(pk=project.pk))
        assert Project.objects.get(pk=project.pk).stage == "planning"

    def test_what_is_missing_for_the_next_stage(self, cast: Cast, project: Project) -> None:
        assert [row.optional for row in to_publish(cast, project)] == [True, False]
        ask_for_claims(by=cast.manager, project=project, now=NOW)
        claims, listed = to_publish(cast, project)
        assert (claims.optional, claims.who, claims.note) == (False, "研发部、市场部", "4 项中 4 项未认领")
        assert (listed.stage, listed.link) == ("planning", "/projects/S-1/task-list/")
        assert plan_missing(planned_project(cast, "L-1", "light"), cast.manager) == []

    def test_a_refusal_publishes_nothing(self, cast: Cast, project: Project) -> None:
        approve(cast, release_task_list(by=cast.manager, project=project, now=NOW), "refuse", "日期不对")
        assert not Event.objects.filter(kind="task-list-published").exists()

    def test_queries_do_not_grow(self, cast: Cast, project: Project) -> None:
        client, counts = client_of(cast.manager), []
        for output in ("a", "b", "c"):
            WorkItem.objects.filter(name="设计").update(key_output=output)
            publish(cast, project)
            client.get("/projects/S-1/task-list/")
            with CaptureQueriesContext(connection) as asked:
                client.get("/projects/S-1/task-list/")
            counts.append(len(asked))
        assert counts[0] == counts[1] == counts[2] <= 23
