"""Keeping templates: a project as one, and back to the same plan; editions, sharing, archive; the operations of the API."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from exchange.test_template_start import MONDAY, chosen_for, start
from support.api import program_of
from support.cast import NOW, Cast, launch_project, planned_project, task
from support.checks import refused, said, unchanged
from tongzhou.exchange.actions.starting import Source, start_from_template
from tongzhou.exchange.actions.templates import (
    About,
    archive_template,
    change_template,
    remove_template,
    save_edition,
    save_template,
)
from tongzhou.exchange.models import ProjectTemplate
from tongzhou.exchange.queries.templates.document import Document, written
from tongzhou.exchange.queries.templates.guessing import guess_departments, organisation
from tongzhou.exchange.queries.templates.laying import Chosen, Wanted
from tongzhou.exchange.queries.templates.listing import BUILT_IN, built_in, document_or_404, key_of, template_or_404
from tongzhou.exchange.queries.templates.promised import deliverable_rows
from tongzhou.exchange.queries.templates.reader import document_of
from tongzhou.exchange.queries.templates.taking import PARTS, USUAL, document_from
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.plan.actions import Report, record_progress
from tongzhou.plan.models import Dependency, WorkItem
from tongzhou.projects.actions import add_comment, give_role
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import About as On

LIGHT = built_in("complaint-response")


def plan(project: Project) -> list[tuple[Any, ...]]:
    """The plan as it is planned: everything but people, progress and ids."""
    rows = WorkItem.objects.filter(project=project).order_by("rank", "pk")
    fields = ("name", "parent__name", "is_milestone", "start", "finish", "duration", "slack", "critical", "constraint")
    return list(rows.values_list(*fields, "urgency", "key_output", "delivery_standard", "risk_point", "department__name"))


def links(project: Project) -> set[tuple[Any, ...]]:
    rows = Dependency.objects.filter(project=project)
    return set(rows.values_list("predecessor__name", "successor__name", "kind", "lag", "elapsed", "within"))


def again(cast: Cast, document: Document, day: date) -> Project:
    """A project from what was kept, with the departments of the same names."""
    kept = document_of(written(document))
    chosen = Chosen(guess_departments(kept, organisation()))
    wanted = Wanted("再来一次", day, chosen=chosen)
    return start_from_template(by=cast.manager, source=Source("own-1", "套路", 1, kept), wanted=wanted, now=NOW)


@pytest.mark.parametrize("key", BUILT_IN)
def test_what_is_kept_gives_the_same_plan_again(cast: Cast, key: str) -> None:
    project = start(cast, key)
    other = again(cast, document_from(project, "套路", list(PARTS)), MONDAY)
    assert plan(other) == plan(project)
    assert links(other) == links(project)
    assert (other.starts_on, other.ends_on) == (project.starts_on, project.ends_on)


@pytest.mark.parametrize("key", BUILT_IN)
def test_what_stands_beside_the_plan_comes_back_too(cast: Cast, key: str) -> None:
    """All but what is this project's own: links, amounts of money, baselines."""
    project = start(cast, key)
    kept = document_from(project, "套路", list(PARTS))
    document = built_in(key)
    light = document.weight == "light"
    assert [one.name for one in kept.objectives] == [one.name for one in document.objectives]
    assert [one.due for one in kept.objectives] == [one.due for one in document.objectives]
    assert kept.communication == document.communication
    assert {(one.name, one.quantity, one.due, one.standard) for one in kept.deliverables} == {
        (one.name, one.quantity, one.due, one.standard) for one in deliverable_rows(document, chosen_for(cast, document))
    }
    named = {one.key: one.name for one in document.departments}
    here = {one.key: one.name for one in kept.departments}
    assert bool(here) == bool(named)
    assert all(one.amount for one in kept.commitments)
    assert (kept.texts.objective, light or bool(kept.texts.background)) == (document.texts.objective, True)
    other = again(cast, kept, MONDAY)
    assert other.deliverables.count() == project.deliverables.count()
    assert other.commitments.count() == project.commitments.count()
    assert other.objectives.count() == project.objectives.count()


def test_the_project_of_the_sources_comes_back_too(cast: Cast) -> None:
    """With progress on record: what was planned is taken, not what was done."""
    project = launch_project(cast)
    document = document_from(project, "套路", USUAL)
    other = again(cast, document, project.starts_on or MONDAY)
    assert links(other) == links(project)
    assert list(WorkItem.objects.filter(project=other).order_by().values_list("state", "percent").distinct()) == [("todo", 0)]
    twice = document_from(other, "套路", USUAL)
    assert [(one.key, one.start, one.days) for one in twice.tasks] == [(one.key, one.start, one.days) for one in document.tasks]


def test_a_later_start_moves_all_by_working_days(cast: Cast) -> None:
    project = start(cast, BUILT_IN[0])
    moved = again(cast, document_from(project, "套路", USUAL), MONDAY + timedelta(days=7))
    first = dict(WorkItem.objects.filter(project=project).values_list("name", "start"))
    later = dict(WorkItem.objects.filter(project=moved).values_list("name", "start"))
    assert later["市场需求与竞品分析"] - first["市场需求与竞品分析"] == timedelta(days=7)
    assert all(later[name] > day for name, day in first.items())


def test_what_is_private_stays_behind(cast: Cast) -> None:
    project = planned_project(cast)
    design = task(project, "设计")
    WorkItem.objects.filter(pk=design.pk).update(remark="内部备注", resource_need="预算 5000 元", actual_start=MONDAY)
    with clock.pretend(NOW):
        give_role(by=cast.manager, project=project, person=cast.finance, role="finance", now=NOW)
        add_comment(by=cast.manager, project=project, on=On("project", project.pk, project.name), text="评论内容", now=NOW)
        record_progress(by=cast.manager, item=design, report=Report("doing", 4000), status_date=NOW.date(), now=NOW)
    told = str(written(document_from(project, "套路", USUAL)))
    names = [person.name for person in cast.people.values() if person.name not in ("成员", "外人")]
    assert [word for word in (*names, "内部备注", "5000", "评论内容", "4000", project.number) if word in told] == []
    everything = str(written(document_from(project, "套路", list(PARTS))))
    assert "内部备注" in everything
    assert "郑十" not in everything
    bare = document_from(project, "套路", [])
    assert (bare.tasks, bare.departments, bare.positions) == ((), (), ())


def test_people_become_roles_and_owners_stay_owners(cast: Cast) -> None:
    project = planned_project(cast)
    document = document_from(project, "套路", USUAL)
    names = {one.key: one.name for one in document.positions}
    owners = {one.name: names.get(one.owner, "") for one in document.tasks}
    assert owners["设计"] == "研发部人员1"
    assert {one.name for one in document.positions if one.seat} == {
        "研发部负责人", "研发部接口人", "市场部负责人", "市场部接口人",
    }  # fmt: skip


def test_keeping_records_one_event(cast: Cast) -> None:
    project = planned_project(cast)
    row = save_template(by=cast.manager, about=About(" 套路 ", "说明", True), document=LIGHT, project=project, now=NOW)
    assert (row.name, row.shared, row.latest, row.facts["tasks"]) == ("套路", True, 1, 10)
    kind, data, _changes = said()
    assert (kind, data) == ("template-saved", {"template": row.pk, "edition": 1, "tasks": 12, "from_project": project.number})
    save_edition(by=cast.manager, template=row, document=built_in(BUILT_IN[0]), note="加阶段", now=NOW)
    assert said()[1]["edition"] == 2
    offered = template_or_404(cast.stranger, key_of(row))
    assert (offered.edition, document_or_404(offered).name, document_or_404(offered, 1).name) == (
        2,
        "新产品上市",
        "客户投诉处理",
    )
    change_template(by=cast.manager, template=row, about=About("好套路", "说明", True), now=NOW)
    assert said()[2] == [("project_template", row.pk, {"name": "套路"}, {"name": "好套路"})]
    row.refresh_from_db()
    with unchanged():
        change_template(by=cast.manager, template=row, about=About("好套路", "说明", True), now=NOW)
        archive_template(by=cast.manager, template=row, back=True, now=NOW)
    archive_template(by=cast.administrator, template=row, now=NOW)
    assert said()[:2] == ("template-archived", {"template": row.pk, "back": False})
    archive_template(by=cast.administrator, template=row, back=True, now=NOW)
    number = row.pk
    remove_template(by=cast.administrator, template=row, now=NOW)
    assert said()[:2] == ("template-removed", {"template": number, "editions": 2})
    assert ProjectTemplate.objects.count() == 0


def test_who_may_not_is_refused(cast: Cast) -> None:
    project = planned_project(cast)
    own = save_template(by=cast.stranger, about=About("自己的"), document=LIGHT, now=NOW)
    shared = save_template(by=cast.manager, about=About("大家的", shared=True), document=LIGHT, now=NOW)
    for template, by in ((own, cast.administrator), (own, cast.manager), (shared, cast.stranger)):
        with refused("forbidden", kind=Forbidden):
            change_template(by=by, template=template, about=About("x"), now=NOW)
        with refused("forbidden", kind=Forbidden):
            save_edition(by=by, template=template, document=LIGHT, now=NOW)
        with refused("forbidden", kind=Forbidden):
            archive_template(by=by, template=template, now=NOW)
        with refused("forbidden", kind=Forbidden):
            remove_template(by=by, template=template, now=NOW)
    with refused("forbidden", kind=Forbidden):
        change_template(by=cast.stranger, template=own, about=About("自己的", shared=True), now=NOW)
    with refused("forbidden", kind=Forbidden):
        save_template(by=cast.stranger, about=About("x", shared=True), document=LIGHT, now=NOW)
    for by in (cast.liaison, cast.head, cast.member, cast.stranger):
        with refused("forbidden", kind=Forbidden):
            save_template(by=by, about=About("x"), document=LIGHT, project=project, now=NOW)


def test_what_is_wrong_is_refused(cast: Cast) -> None:
    for about, code, field in (
        (About("  "), "name-missing", "name"),
        (About("长" * 121), "text-too-long", "name"),
        (About("x", "长" * 501), "text-too-long", "description"),
    ):
        with refused(code, field):
            save_template(by=cast.manager, about=about, document=LIGHT, now=NOW)
    row = save_template(by=cast.manager, about=About("x"), document=LIGHT, now=NOW)
    with refused("text-too-long", "note"):
        save_edition(by=cast.manager, template=row, document=LIGHT, note="长" * 201, now=NOW)
    with refused("stale", kind=Stale):
        change_template(by=cast.manager, template=row, about=About("y"), version=9, now=NOW)


def test_what_somebody_removed_meanwhile_is_gone(cast: Cast) -> None:
    row = save_template(by=cast.manager, about=About("套路"), document=LIGHT, now=NOW)
    remove_template(by=cast.manager, template=ProjectTemplate.objects.get(pk=row.pk), now=NOW)
    given: dict[str, Any] = {"by": cast.manager, "template": row, "now": NOW}
    with refused("template-gone", kind=Stale):
        save_edition(document=LIGHT, **given)
    with refused("template-gone", kind=Stale):
        change_template(about=About("别的"), **given)
    with refused("template-gone", kind=Stale):
        archive_template(**given)
    with refused("template-gone", kind=Stale):
        remove_template(**given)


def test_there_is_an_end_to_how_many_one_keeps(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongzhou.exchange.actions.templates.MOST_TEMPLATES", 1)
    save_template(by=cast.manager, about=About("x"), document=LIGHT, now=NOW)
    with refused("too-many-templates"):
        save_template(by=cast.manager, about=About("y"), document=LIGHT, now=NOW)


def test_a_program_does_all_of_it(cast: Cast) -> None:
    program, stranger = program_of(cast.manager), program_of(cast.stranger)
    assert [one["key"] for one in program.ask("GET", "templates").json()["items"]] == list(BUILT_IN)
    assert program.ask("GET", "templates?q=客服部&limit=1").json()["count"] == 3
    whole = program.ask("GET", "templates/new-product-launch").json()
    assert whole["guess"]["departments"]["rd"] == cast.rd.pk
    made = program.ask("POST", "templates", {"document": whole["document"], "name": "我的上市"})
    assert (made.status_code, made.json()["mine"], made.json()["facts"]["tasks"]) == (201, True, 38)
    key = made.json()["key"]
    assert stranger.ask("GET", f"templates/{key}").status_code == 404
    chosen = chosen_for(cast, built_in(BUILT_IN[0]))
    asked = {"name": "上市", "day": "2024-03-04", "departments": dict(chosen.departments), "people": {"rd-head": cast.head.pk}}
    with unchanged():
        seen = program.ask("POST", f"templates/{key}/preview", asked).json()
    assert (seen["start"], seen["made"]["部门"]) == ("2024-03-04", 5)
    started = program.ask("POST", f"templates/{key}/projects", asked)
    project = Project.objects.get(number=started.json()["number"])
    assert (started.status_code, str(project.ends_on)) == (201, seen["finish"])
    changed = {"name": "上市", "shared": True, "version": 1}
    assert program.ask("PUT", f"templates/{key}", changed).json()["shared"] is True
    assert program.ask("PUT", f"templates/{key}", changed).status_code == 412
    assert stranger.ask("PUT", f"templates/{key}", {"name": "x"}).status_code == 403
    assert program.ask("POST", f"templates/{key}/editions", {"document": written(LIGHT)}).json()["edition"] == 2
    assert program.ask("PUT", f"templates/{key}", {"name": "上市", "archived": True}).json()["archived"] is True
    assert program.ask("DELETE", f"templates/{key}").status_code == 204
    assert program.ask("DELETE", f"templates/{BUILT_IN[0]}").status_code == 422
    kept = program.ask("POST", f"projects/{project.number}/template", {"name": "套路", "parts": ["tasks"]})
    assert (kept.status_code, kept.json()["facts"]["departments"]) == (201, [])


def test_a_program_is_told_every_fault(cast: Cast) -> None:
    program = program_of(cast.manager)
    broken = written(LIGHT)
    broken["tasks"][2]["predecessors"] = [{"task": "x7"}]
    broken["tasks"][4]["owner"] = "x8"
    told = program.ask("POST", "templates/validation", {"document": broken}).json()
    assert (told["valid"], [one["path"] for one in told["problems"]]) == (
        False,
        ["tasks[2].predecessors[0].task", "tasks[4].owner"],
    )
    with unchanged():
        answer = program.ask("POST", "templates", {"document": broken})
    assert (answer.status_code, sorted(answer.json()["errors"])) == (422, ["tasks[2].predecessors[0].task", "tasks[4].owner"])
    for body in ({"document": {}}, {"document": []}, {}, {"document": broken, "x": 1}):
        assert program.ask("POST", "templates", body).status_code == 422
    for wrong in ({"day": "2024-02-30"}, {"departments": {"rd": 0}}, {"people": {"rd": "x"}}, {"name": ""}, {"weight": "x"}):
        asked = {"name": "x", "day": "2024-03-04", **wrong}
        assert program.ask("POST", "templates/complaint-response/preview", asked).status_code == 422
    with unchanged():
        for nobody in (
            {"departments": {"service": 10**9}},
            {"people": {"inspector": 10**9}, "departments": {"quality": cast.rd.pk}},
        ):
            asked = {"name": "x", "day": "2024-03-04", **nobody}
            assert program.ask("POST", "templates/complaint-response/projects", asked).status_code == 422
