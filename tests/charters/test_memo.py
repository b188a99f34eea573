"""Memos: made from the plan, signed part by part, asked again only where something changed; then signed and now."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from charters.ground import heads, whole_project
from charters.memos import LATER, asked, move, now_of, opened_memo, sign_open, signed
from signoffs.sheets import sign
from support.cast import NOW, Cast, small_project, task
from support.checks import refused
from tongzhou.charters.actions import open_memo
from tongzhou.charters.queries.memo_cut import memo_of
from tongzhou.charters.queries.memo_now import Row
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused
from tongzhou.notifications.models import Notice
from tongzhou.people.actions import add_department
from tongzhou.people.models import System
from tongzhou.plan.actions import DeliverableSpec, add_deliverables, add_item, assign_owner, change_details, remove_item
from tongzhou.projects.actions import Part, change_basics, change_weight, set_participation
from tongzhou.projects.models import Project
from tongzhou.resources.actions import Answer, answer_commitments
from tongzhou.rhythm.jobs import settle
from tongzhou.signoffs.actions import void_sheet
from tongzhou.signoffs.models import Ending, Sheet
from tongzhou.signoffs.queries.difference import snapshot_of
from tongzhou.signoffs.queries.places import ending_of, standings
from tongzhou.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(cast: Cast) -> Project:
    return whole_project(cast)


def states(sheet: Sheet) -> dict[str, tuple[bool, bool]]:
    """By seat: whether it agreed, and whether that is carried over."""
    return {at.place.seat: (at.is_settled, at.carried) for at in standings(sheet)}


def rows_that_differ(project: Project) -> dict[str, Row]:
    return {f"{block.name}/{row.name}": row for block in now_of(project).blocks for row in block.differing}


# what it says


def test_the_memo_is_made_from_the_plan_by_department(cast: Cast, project: Project) -> None:
    with clock.pretend(NOW):
        change_details(by=cast.manager, item=task(project, "设计"), values={"key_output": "UI 设计稿"}, now=NOW)
        row = DeliverableSpec("测试报告", department_id=cast.rd.pk, due=date(2024, 3, 8), standard="包含bug数量、修复率")
        add_deliverables(by=cast.manager, project=project, rows=[row], now=NOW)
    asked(cast, project)
    memo = memo_of(project)
    assert (memo.shared["basics"]["objective"], memo.shared["basics"]["start"]) == ("首月销量 5000 台", "2024-03-04")
    assert {row["name"] for row in memo.shared["milestones"]} == {"样机定型", "定型"}
    rd, marketing = (memo.parts[f"head:{key}"] for key in (cast.rd.pk, cast.marketing.pk))
    assert [(row["name"], row["finish"]) for row in rd["tasks"]] == [("设计", "2024-03-06"), ("测试", "2024-03-08")]
    assert rd["tasks"][0]["output"] == "UI 设计稿"
    assert [(row["name"], row["standard"]) for row in rd["deliverables"]] == [("测试报告", "包含bug数量、修复率")]
    assert [row["name"] for row in marketing["tasks"]] == ["推广"]
    assert [(row["name"], row["answer"]) for row in marketing["commitments"]] == [("操作工", "待确认")]


def test_a_task_says_to_which_department_its_work_goes_on(cast: Cast, project: Project) -> None:
    from tongzhou.plan.models import Dependency

    Dependency.objects.create(project=project, predecessor=task(project, "测试"), successor=task(project, "推广"))
    tasks = memo_of(project).parts[f"head:{cast.rd.pk}"]["tasks"]
    assert {row["name"]: row["handed"] for row in tasks} == {"设计": "", "测试": "市场部"}


def test_a_task_without_a_department_is_that_of_its_owner_else_it_is_named(cast: Cast, project: Project) -> None:
    with clock.pretend(NOW):
        add_item(by=cast.manager, project=project, values={"name": "选型", "owner": cast.owner}, now=NOW)
        add_item(by=cast.manager, project=project, values={"name": "打杂"}, now=NOW)
    memo = memo_of(project)
    assert "选型" in {row["name"] for row in memo.parts[f"head:{cast.rd.pk}"]["tasks"]}
    assert memo.homeless == ["打杂"]


def test_it_asks_the_same_of_the_database_however_large_the_plan(
    cast: Cast, project: Project, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(6):  # type: ignore[operator]
        memo_of(project)


# asking for signatures


def test_asking_freezes_a_part_for_each_head(cast: Cast, project: Project) -> None:
    sheet = opened_memo(cast, project, due=NOW + timedelta(days=3))
    frozen = snapshot_of(sheet)
    assert (sheet.kind, sheet.key, sheet.version, sheet.title) == ("memo", project.pk, 1, "协作备忘录")
    assert set(frozen["parts"]) == set(heads(cast))
    assert frozen["parts"][f"head:{cast.marketing.pk}"]["tasks"][0]["name"] == "推广"
    assert "各部门具体职责" in bytes(sheet.html).decode()


@pytest.mark.parametrize("who", ["general_lead", "head", "liaison", "member", "owner", "stranger"])
def test_only_the_manager_asks(cast: Cast, project: Project, who: str) -> None:
    with pytest.raises(Forbidden):
        open_memo(by=getattr(cast, who), project=project, now=NOW)
    assert not Sheet.objects.filter(kind="memo").exists()


def test_what_is_missing_is_named_before_anybody_is_asked(cast: Cast) -> None:
    project = small_project(cast)
    with pytest.raises(Refused) as caught:
        opened_memo(cast, project)
    assert caught.value.code == "memo-incomplete"
    assert set(caught.value.errors) == {"objectives", "period", "tasks"}


def test_a_department_without_a_head_is_named_before_anybody_is_asked(cast: Cast, project: Project) -> None:
    bare = add_department(by=System(), name="法务部", now=NOW)
    set_participation(by=cast.manager, project=project, department=bare, part=Part("support", "合同"), now=NOW)
    with pytest.raises(Refused) as caught:
        opened_memo(cast, project)
    assert caught.value.errors == {"head-法务部": "法务部没有负责人"}


def test_a_due_time_that_is_past_is_refused(cast: Cast, project: Project) -> None:
    with refused("due-passed", "due"):
        opened_memo(cast, project, due=NOW)


def test_nothing_changed_opens_no_next_version(cast: Cast, project: Project) -> None:
    opened_memo(cast, project)
    with refused("nothing-changed"):
        opened_memo(cast, project, LATER)


def test_a_light_project_has_none(cast: Cast) -> None:
    project = small_project(cast, weight="light")
    with pytest.raises(Forbidden):
        open_memo(by=cast.manager, project=project, now=NOW)


# signing, refusing, the next version


def test_all_agree_and_who_takes_part_is_told(cast: Cast, project: Project) -> None:
    sheet = signed(cast, project)
    assert ending_of(sheet) == Ending.Kind.FINAL
    event = Event.objects.get(kind="memo-came-into-force")
    assert event.data == {"sheet": sheet.pk, "version": 1}
    settle(NOW)
    told = set(Notice.objects.filter(title="协作备忘录已签署").values_list("person_id", flat=True))
    assert cast.owner.pk in told
    assert not told & {cast.head.pk, cast.other_head.pk, cast.manager.pk}


def test_only_those_are_asked_again_whose_part_changed(cast: Cast, project: Project) -> None:
    signed(cast, project)
    move(cast, project, "推广", date(2024, 3, 7))
    sheet = opened_memo(cast, project, LATER)
    assert sheet.version == 2
    assert states(sheet) == {f"head:{cast.rd.pk}": (True, True), f"head:{cast.marketing.pk}": (False, False)}
    sign(cast.other_head, sheet, f"head:{cast.marketing.pk}", now=LATER)
    assert ending_of(Sheet.objects.get(pk=sheet.pk)) == Ending.Kind.FINAL


def test_where_the_shared_part_changed_all_are_asked_again(cast: Cast, project: Project) -> None:
    signed(cast, project)
    with clock.pretend(LATER):
        change_basics(by=cast.manager, project=project, values={"objective": "首月销量 6000 台"}, now=LATER)
    assert not any(agreed for agreed, _carried in states(opened_memo(cast, project, LATER)).values())


def test_one_refuses_the_plan_is_amended_and_the_other_signature_holds(cast: Cast, project: Project) -> None:
    sheet = opened_memo(cast, project)
    sign(cast.head, sheet, f"head:{cast.rd.pk}")
    sign(cast.other_head, sheet, f"head:{cast.marketing.pk}", "refuse", "时间太紧")
    move(cast, project, "推广", date(2024, 3, 8))
    later = opened_memo(cast, project, LATER)
    assert states(later) == {f"head:{cast.rd.pk}": (True, True), f"head:{cast.marketing.pk}": (False, False)}
    assert ending_of(Sheet.objects.get(pk=sheet.pk)) == Ending.Kind.REPLACED


def test_in_a_strict_project_the_general_lead_signs_whatever_changed(cast: Cast) -> None:
    project = whole_project(cast, weight="strict")
    signed(cast, project)
    move(cast, project, "推广", date(2024, 3, 7))
    found = states(opened_memo(cast, project, LATER))
    assert found["role:general_lead"] == (False, False)
    assert found[f"head:{cast.rd.pk}"] == (True, True)


def test_a_voided_version_holds_nothing(cast: Cast, project: Project) -> None:
    sheet = opened_memo(cast, project)
    sign(cast.head, sheet, f"head:{cast.rd.pk}")
    void_sheet(by=cast.manager, sheet=sheet, reason="重拟", now=NOW)
    assert not any(agreed for agreed, _carried in states(opened_memo(cast, project, LATER)).values())


@pytest.mark.parametrize("is_signed", [True, False])
def test_what_is_signed_has_no_place_in_a_light_project(cast: Cast, project: Project, is_signed: bool) -> None:
    sheet = opened_memo(cast, project)
    if is_signed:
        sign_open(cast, sheet)
    with pytest.raises(Refused) as caught:
        change_weight(by=cast.manager, project=project, weight="light", now=LATER)
    assert any("协作备忘录" in text for text in caught.value.errors.values())


# signed and now


def test_signed_and_unchanged_shows_no_difference(cast: Cast, project: Project) -> None:
    signed(cast, project)
    assert now_of(project).count == 0


def test_a_moved_date_is_shown_signed_and_now_with_its_days(cast: Cast, project: Project) -> None:
    signed(cast, project)
    move(cast, project, "推广", date(2024, 3, 8))
    row = rows_that_differ(project)["市场部/推广"]
    change = next(change for change in row.changes if change.field == "finish")
    assert (change.before, change.after, change.days, change.moved) == ("2024-03-05", "2024-03-08", 3, "晚 3 天")
    assert now_of(project).moved == 1
    move(cast, project, "推广", date(2024, 3, 4), LATER + timedelta(hours=1))
    change = rows_that_differ(project)["市场部/推广"].changes[-1]
    assert (change.days, change.moved) == (-1, "早 1 天")


def test_a_milestone_that_moved_is_shown_in_what_all_share(cast: Cast, project: Project) -> None:
    signed(cast, project)
    move(cast, project, "设计", date(2024, 3, 7))
    found = rows_that_differ(project)
    assert [change.field for change in found["共同部分/定型"].changes] == ["due"]
    assert {"研发部/设计", "研发部/测试"} <= set(found)


def test_an_owner_a_standard_and_a_promise_that_changed_are_shown(cast: Cast, project: Project) -> None:
    line = asked(cast, project)
    signed(cast, project)
    with clock.pretend(LATER):
        assign_owner(by=cast.manager, item=task(project, "测试"), owner=cast.member, now=LATER)
        change_details(by=cast.manager, item=task(project, "测试"), values={"delivery_standard": "修复率 95%"}, now=LATER)
        trimmed = Answer(line.pk, "trimmed", line.version, Decimal(1), "人手不足")
        answer_commitments(by=cast.other_head, project=project, answers=[trimmed], now=LATER)
    found = rows_that_differ(project)
    test = {change.field: (change.before, change.after) for change in found["研发部/测试"].changes}
    assert test == {"owner": (cast.owner.name, cast.member.name), "standard": ("", "修复率 95%")}
    promise = {change.field: (change.before, change.after) for change in found["市场部/操作工"].changes}
    assert promise == {"promised": ("", "1 人"), "answer": ("待确认", "减少承诺")}


def test_tasks_that_came_and_went_are_shown(cast: Cast, project: Project) -> None:
    signed(cast, project)
    with clock.pretend(LATER):
        remove_item(by=cast.manager, item=task(project, "推广"), now=LATER)
        values = {"name": "渠道预热", "department_id": cast.marketing.pk}
        add_item(by=cast.manager, project=project, values=values, now=LATER)
    found = rows_that_differ(project)
    assert (found["市场部/推广"].state, found["市场部/渠道预热"].state) == ("gone", "added")


def test_a_task_of_another_department_is_shown_in_both(cast: Cast, project: Project) -> None:
    signed(cast, project)
    with clock.pretend(LATER):
        change_details(by=cast.manager, item=task(project, "推广"), values={"department_id": cast.rd.pk}, now=LATER)
    found = rows_that_differ(project)
    for name, state in (("市场部/推广", "gone"), ("研发部/推广", "added")):
        change = found[name].changes[0]
        assert (found[name].state, change.before, change.after) == (state, "市场部", "研发部")


def test_a_head_sees_her_own_department_first(cast: Cast, project: Project) -> None:
    signed(cast, project)
    blocks = now_of(project).for_reader({cast.marketing.pk}).blocks
    assert [(block.name, block.mine) for block in blocks] == [("市场部", True), ("共同部分", False), ("研发部", False)]


def test_while_a_next_version_is_being_signed_the_signed_one_is_compared(cast: Cast, project: Project) -> None:
    signed(cast, project)
    move(cast, project, "推广", date(2024, 3, 7))
    opened_memo(cast, project, LATER)
    assert now_of(project).count == 1
