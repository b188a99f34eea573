"""What a template left to be filled in is named before anybody is asked to sign it, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from charters.ground import opened, whole_project, write
from charters.memos import opened_memo
from support.cast import NOW, Cast, small_project, task
from support.checks import unchanged
from support.web import client_of
from tongzhou.charters.models import CharterPart
from tongzhou.charters.queries.blanks import blanks_of
from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.lib.missing import Missing
from tongzhou.plan.actions import DeliverableSpec, add_deliverables, change_details
from tongzhou.projects.actions import (
    Goal,
    Part,
    ScopeLine,
    add_objective,
    add_rule,
    add_scope_line,
    change_basics,
    let_decide,
    set_participation,
)
from tongzhou.projects.models import Project
from tongzhou.projects.queries.communication import Rule
from tongzhou.projects.queries.missing import missing_for
from tongzhou.resources.actions import CommitmentSpec, ask_commitments

pytestmark = pytest.mark.django_db
Given = dict[str, Any]


def _objective(cast: Cast, given: Given) -> None:
    goal = Goal("销量【5000】台", "销量", Decimal(0), Decimal(9), "台", due=date(2024, 6, 1), owner=cast.owner)
    add_objective(goal=goal, **given)


def _duty(cast: Cast, given: Given) -> None:
    set_participation(department=cast.marketing, part=Part("support", "投放【…】", "方案"), **given)


def _power(cast: Cast, given: Given) -> None:
    part = given["project"].participations.select_related("project", "department").get(department=cast.marketing)
    let_decide(by=cast.manager, participation=part, kind="liaison", text="【1】万元以内", version=1, now=NOW)


def _standard(cast: Cast, given: Given) -> None:
    item = task(given["project"], "定型")
    change_details(by=cast.manager, item=item, values={"delivery_standard": "修复率【90%】"}, now=NOW)


def _deliverable(cast: Cast, given: Given) -> None:
    add_deliverables(rows=[DeliverableSpec("样机", standard="测试【3】轮")], **given)


def _commitment(cast: Cast, given: Given) -> None:
    ask_commitments(
        rows=[
            CommitmentSpec(cast.marketing.pk, "people", "推广【专员】", Decimal(2), "人", date(2024, 3, 4), date(2024, 6, 1))
        ],
        **given,
    )


def _text(kind: str) -> Callable[[Cast, Given], None]:
    return lambda cast, given: write(cast, given["project"], kind, "不高于【1.5%】") and None


WHERE: dict[str, tuple[str, str, Callable[[Cast, Given], None]]] = {
    "objective": ("core-objective", "start/#basics", lambda cast, given: _basics(given, objective="首月【5000】台")),
    "background": ("background", "start/#basics", lambda cast, given: _basics(given, background="【…】")),
    "objectives": ("objectives", "objectives/", _objective),
    "scope": ("scope", "scope/", lambda cast, given: add_scope_line(line=ScopeLine("in", "覆盖【5】个地区"), **given) and None),
    "departments": ("departments", "start/#departments", _duty),
    "communication": ("communication", "communication/", lambda cast, given: add_rule(rule=Rule("【…】"), **given) and None),
    "milestones": ("standards", "plan/", _standard),
    "deliverables": ("deliverables", "deliverables/", _deliverable),
    "commitments": ("commitments", "commitments/", _commitment),
    **{
        str(kind): ("charter-texts", f"charter/?part={kind}#{kind}", _text(kind))
        for kind in (CharterPart.Kind.SUCCESS, CharterPart.Kind.EXIT, CharterPart.Kind.AUTHORITY)
    },
}


def _basics(given: Given, **values: str) -> None:
    change_basics(values=values, **given)


def rows_of(cast: Cast, project: Project) -> dict[str, Missing]:
    return {row.key: row for row in missing_for(project, cast.manager)}


@pytest.mark.parametrize("part", WHERE)
def test_nobody_is_asked_to_sign_what_is_still_to_be_filled_in(cast: Cast, part: str) -> None:
    project = whole_project(cast)
    key, link, deed = WHERE[part]
    with clock.pretend(NOW):
        deed(cast, {"by": cast.manager, "project": project, "now": NOW})
        project.refresh_from_db()
        with pytest.raises(Refused) as refusal, unchanged():
            opened(cast, project)
        row = rows_of(cast, project)[key]
    assert refusal.value.code == "charter-incomplete"
    assert set(refusal.value.errors) == {f"blank-{part}"}
    assert "待填写" in refusal.value.message and "【" in refusal.value.message
    assert (row.stage, row.done, row.optional) == ("initiating", False, False)
    assert "待填写" in row.note
    assert row.link == f"/projects/S-1/{link}"
    assert "项目经理 陈一" in row.who
    shown = client_of(cast.manager).get("/projects/S-1/charter/").content.decode()
    assert f'href="/projects/S-1/{link}"' in shown and "待填写" in shown
    answer = client_of(cast.manager).post("/projects/S-1/charter/sheets/", {"due": ""})
    assert (answer.status_code, "待填写" in answer.content.decode()) == (422, True)


def test_what_a_liaison_decides_alone_is_filled_in_too(cast: Cast) -> None:
    project = whole_project(cast)
    _power(cast, {"project": project})
    with pytest.raises(Refused) as refusal:
        opened(cast, project)
    assert set(refusal.value.errors) == {"blank-departments"}
    assert rows_of(cast, project)["departments"].note == "待填写【1】"


def test_when_it_is_filled_in_they_are_asked(cast: Cast) -> None:
    project = whole_project(cast)
    write(cast, project, "success", "不高于【1.5%】")
    with pytest.raises(Refused):
        opened(cast, project)
    write(cast, project, "success", "不高于 1.5%", 1)
    assert not rows_of(cast, project)["charter-texts"].note.count("【")
    assert opened(cast, project).version == 1


def test_of_many_places_the_first_are_named(cast: Cast) -> None:
    project = whole_project(cast)
    change_basics(by=cast.manager, project=project, values={"objective": "【1】【2】【3】【4】【5】"}, now=NOW)
    project.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        opened(cast, project)
    assert refusal.value.message == "章程尚不完整：核心目标：待填写【1】、【2】、【3】等 5 处"
    assert rows_of(cast, project)["core-objective"].note == "待填写【1】、【2】、【3】等 5 处"


def test_a_memo_is_not_signed_with_blanks_either(cast: Cast) -> None:
    project = whole_project(cast)
    change_details(by=cast.manager, item=task(project, "设计"), values={"key_output": "【图纸】"}, now=NOW)
    with pytest.raises(Refused) as refusal, unchanged():
        opened_memo(cast, project)
    assert (refusal.value.code, set(refusal.value.errors)) == ("memo-incomplete", {"blank-tasks"})
    assert "任务清单：待填写【图纸】" in refusal.value.message
    row = rows_of(cast, project)["standards"]
    assert (row.stage, row.optional, row.note) == ("planning", True, "待填写【图纸】")
    assert opened(cast, project).version == 1, "the charter does not name that task"


def test_labels_of_tasks_and_names_are_no_blanks(cast: Cast) -> None:
    cut = {
        "basics": {"name": "【2024】新品", "number": "【1】", "objective": "好"},
        "milestones": [{"name": "【评审】定型", "standard": "", "owner": "【李】"}],
        "departments": [{"name": "【研发】", "duty": "【…】", "alone": ""}],
        "plan": {"tasks": 3},
        "texts": {"risks": "【a】"},
        "deliverables": [{"name": None}],
    }
    assert blanks_of(cut) == {"departments": ["【…】"], "risks": ["【a】"]}


def test_a_light_project_is_not_asked(cast: Cast) -> None:
    light = small_project(cast, "L-1", "light")
    change_basics(by=cast.manager, project=light, values={"objective": "【…】"}, now=NOW)
    assert all("【" not in row.note for row in missing_for(light, cast.manager))


def test_rows_stand_in_the_order_of_the_work(cast: Cast) -> None:
    project = small_project(cast)
    keys = [row.key for row in missing_for(project, cast.manager)]
    order = [
        *("core-objective", "period", "objectives", "scope", "departments", "seats", "communication", "commitments"),
        *("deliverables", "kickoff-minutes", "charter-texts", "charter", "tasks", "task-list", "memo", "duty-statement"),
    ]
    assert [key for key in keys if key in order] == order
    shown = client_of(cast.manager).get("/projects/S-1/start/missing/").content.decode()
    titles = [row.title for row in missing_for(project, cast.manager, "initiating") if not row.done]
    places = [shown.index(f"<b>{title}</b>") for title in titles]
    assert places == sorted(places) and titles[-1] == "项目章程各部门签署"
