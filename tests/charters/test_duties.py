"""Duty statements: made from duties, seats and roles, published in versions, never signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from charters.ground import whole_project
from charters.test_papers import READERS, in_order
from support.api import Program
from support.cast import NOW, Cast, small_project
from support.checks import refused, said
from support.web import client_of
from tongzhou.charters.actions import publish_duties
from tongzhou.charters.models import DutyStatement
from tongzhou.charters.queries.duties import duties_of
from tongzhou.documents.models import IssuedPaper
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.notifications.models import Notice
from tongzhou.projects.actions import Part, set_participation
from tongzhou.projects.models import Project
from tongzhou.projects.queries.missing import missing_for
from tongzhou.rhythm.jobs import settle

pytestmark = pytest.mark.django_db
HERE = "/projects/S-1/duty-statement/"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def project(cast: Cast) -> Project:
    return whole_project(cast)


def published(cast: Cast, project: Project, now: Any = NOW) -> DutyStatement:
    return publish_duties(by=cast.manager, project=project, now=now)


def test_an_older_version_and_a_draft_do_not_become_the_newest(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)

    def newest(query: str = "") -> str:
        assert client.get(f"/projects/S-1/duty-statement.docx{query}").status_code == 200
        return IssuedPaper.objects.order_by("-turn", "-version")[0].number

    published(cast, project)
    newest()
    change_duty(cast, project)
    published(cast, project, LATER)
    second = newest()
    for query in ("?version=1", "?version=draft"):
        assert newest(query) == second
    assert IssuedPaper.objects.count() == 3


def change_duty(cast: Cast, project: Project) -> None:
    part = Part("support", "推广、培训与售后", "样机 3 台")
    set_participation(by=cast.manager, project=project, department=cast.marketing, part=part, now=LATER)


def test_it_says_each_role_and_each_department(cast: Cast, project: Project) -> None:
    said_now = duties_of(project)
    roles = {row["name"]: row for row in said_now["roles"]}
    assert roles["项目经理"]["person"] == cast.manager.name
    assert roles["项目经理"]["duty"] == "日常管理、进度跟踪、风险预警、会议组织、报告编制"
    assert roles["部门对接人"]["duty"] == "负责本部门资源调配、任务执行、信息同步"
    parts = {row["name"]: row for row in said_now["departments"]}
    assert (parts["研发部"]["duty"], parts["研发部"]["head"]) == ("样机设计与测试", cast.head.name)


def test_publishing_freezes_a_version_and_tells_every_member(cast: Cast, project: Project) -> None:
    statement = published(cast, project)
    kind, data, _changes = said()
    assert (statement.version, kind, data["version"]) == (1, "duties-published", 1)
    settle(NOW)
    told = set(Notice.objects.filter(title="职责分工说明书已发布").values_list("person_id", flat=True))
    assert {cast.head.pk, cast.liaison.pk, cast.owner.pk} <= told and cast.manager.pk not in told
    change_duty(cast, project)
    statement.refresh_from_db()
    assert "推广、培训与售后" not in str(statement.content)


@pytest.mark.parametrize("who", ["general_lead", "head", "liaison", "member", "owner", "stranger"])
def test_only_the_manager_publishes(cast: Cast, project: Project, who: str) -> None:
    with pytest.raises(Forbidden):
        publish_duties(by=getattr(cast, who), project=project, now=NOW)
    assert not DutyStatement.objects.exists()


def test_nothing_changed_publishes_nothing(cast: Cast, project: Project) -> None:
    published(cast, project)
    with refused("nothing-changed"):
        published(cast, project, LATER)
    change_duty(cast, project)
    assert published(cast, project, LATER).version == 2


def test_without_a_department_there_is_nothing_to_publish(cast: Cast) -> None:
    project = small_project(cast)
    project.participations.all().delete()
    with refused("departments-missing"):
        published(cast, project)


def test_the_page_shows_it_publishes_it_and_what_changed(cast: Cast, project: Project) -> None:
    client = client_of(cast.manager)
    with clock.pretend(NOW):
        shown = client.get(HERE).content.decode()
        in_order(shown, ["角色", "职责说明</th>", "部门", "项目经理", "样机设计与测试"])
        assert "尚未发布" in shown
        assert client.post(f"{HERE}versions/")["Location"] == HERE
        assert client.post(f"{HERE}versions/").status_code == 422
        change_duty(cast, project)
        shown = client.get(HERE).content.decode()
        assert "第 1 版相比，1 处改动" in shown and "推广、培训与售后" in shown and "发布下一版" in shown
        client.post(f"{HERE}versions/")
        first = client.get(f"{HERE}?version=1").content.decode()
        assert "推广、培训与售后" not in first
        assert "第 1 版相比，1 处改动" in client.get(f"{HERE}?version=2").content.decode()
    assert "发布下一版" not in client_of(cast.member).get(HERE).content.decode()
    for wrong in ("7", "x", "9" * 5000):
        assert client.get(f"{HERE}?version={wrong}").status_code == 404


@pytest.mark.parametrize("words", ["docx", "pdf"])
def test_the_paper_has_the_labels_of_the_form_in_their_order(cast: Cast, project: Project, words: str) -> None:
    published(cast, project)
    with clock.pretend(LATER):
        answer = client_of(cast.member).get(f"/projects/S-1/duty-statement.{words}")
        again = client_of(cast.manager).get(f"/projects/S-1/duty-statement.{words}")
    assert (answer.status_code, again.status_code) == (200, 200)
    labels = ["职责分工说明书", "第 1 版", "角色", "职责说明", "所属部门", "项目经理", "研发部", "样机设计与测试"]
    in_order(READERS[words](answer), labels)
    assert IssuedPaper.objects.get(kind="duty-statement").project_id == project.pk


def test_programs_read_and_publish(cast: Cast, project: Project) -> None:
    with clock.pretend(NOW):
        program = Program(cast.manager)
        made = program.ask("POST", "projects/S-1/duty-statement/versions", {})
        assert (made.status_code, made.json()["version"]) == (201, 1)
        assert program.ask("POST", "projects/S-1/duty-statement/versions", {}).status_code == 422
        change_duty(cast, project)
        told = program.ask("GET", "projects/S-1/duty-statement").json()
    assert (len(told["versions"]), len(told["changes"])) == (1, 1)


def test_a_light_project_knows_none(cast: Cast) -> None:
    small_project(cast, weight="light")
    client = client_of(cast.manager)
    for path in (HERE, "/projects/S-1/duty-statement.docx"):
        assert client.get(path).status_code == 404
    assert client.post(f"{HERE}versions/").status_code == 404


def test_the_page_asks_a_constant_number_of_queries(
    transactional_db: None, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    published(cast, whole_project(cast))
    client = client_of(cast.manager)
    client.get(HERE)
    with django_assert_max_num_queries(12):
        client.get(HERE)


def test_it_is_missing_until_it_is_published(cast: Cast, project: Project) -> None:
    def row() -> Any:
        return next(row for row in missing_for(project, cast.manager) if row.key == "duty-statement")

    assert (row().done, row().stage, row().optional) == (False, "planning", True)
    published(cast, project)
    assert row().done
