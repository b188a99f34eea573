"""Deliverables: asked for, changed, removed and put back, submitted, accepted, returned; pasted; read from old texts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from support.cast import NOW, Cast, planned_project, small_project, task
from support.checks import refused, said, unchanged
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Refused, Stale
from tongzhou.people.models import System, User
from tongzhou.plan.actions import (
    DeliverableSpec,
    Submission,
    accept_deliverable,
    add_deliverables,
    change_deliverable,
    remove_deliverable,
    restore_deliverable,
    return_deliverable,
    submit_deliverable,
    take_back_deliverable,
)
from tongzhou.plan.actions.pasting import counted, read_pasted, rows_of_texts
from tongzhou.plan.models import Deliverable, DeliverableStep
from tongzhou.plan.queries.deliverables import Wanted, amount_words, counts_of, deliverables_of
from tongzhou.projects.actions import Part, set_participation
from tongzhou.projects.models import Project

DUE = date(2024, 3, 8)


def one(cast: Cast, project: Project, **values: Any) -> Deliverable:
    spec = DeliverableSpec(**({"name": "样机", "department_id": cast.rd.pk, "due": DUE} | values))
    return add_deliverables(by=cast.manager, project=project, rows=[spec], now=NOW)[0]


def submitted(cast: Cast, project: Project, by: User | None = None) -> Deliverable:
    row = one(cast, project)
    submit_deliverable(by=by or cast.liaison, deliverable=row, said=Submission("三台", "https://dms/1"), now=NOW)
    return row


def test_rows_are_added_with_the_department_of_their_task(cast: Cast) -> None:
    project = planned_project(cast)
    item = task(project, "设计")
    spec = DeliverableSpec(" 样机 ", Decimal(3), "台", None, DUE, "通过评审", item.pk, "https://dms/7")
    row = add_deliverables(by=cast.manager, project=project, rows=[spec], now=NOW)[0]
    assert (row.name, row.department_id, row.state, row.version) == ("样机", cast.rd.pk, "todo", 1)
    kind, data, changes = said()
    assert (kind, data) == ("deliverables-added", {"project": project.pk, "deliverables": [row.pk]})
    assert changes[0][:2] == ("deliverable", row.pk)
    assert changes[0][3]["quantity"] == "3"


def test_the_liaison_asks_her_own_department_alone(cast: Cast) -> None:
    project = small_project(cast)
    rows = [DeliverableSpec("报告", department_id=cast.rd.pk)]
    assert add_deliverables(by=cast.liaison, project=project, rows=rows, now=NOW)
    rows.append(DeliverableSpec("海报", department_id=cast.marketing.pk))
    with refused("forbidden", kind=Forbidden):
        add_deliverables(by=cast.liaison, project=project, rows=rows, now=NOW)
    for person in (cast.member, cast.general_lead, cast.head, cast.quality, cast.finance):
        with refused("forbidden", kind=Forbidden):
            add_deliverables(by=person, project=project, rows=rows[:1], now=NOW)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"unit": "x" * 21}, "unit"),
        ({"standard": "x" * 5001}, "standard"),
        ({"document": "x" * 501}, "document"),
        ({"quantity": Decimal(0)}, "quantity"),
        ({"quantity": Decimal("0.001")}, "quantity"),
        ({"quantity": Decimal("NaN")}, "quantity"),
        ({"quantity": Decimal(10) ** 13}, "quantity"),
        ({"department_id": 10**12}, "department_id"),
        ({"work_item_id": 10**12}, "work_item_id"),
    ],
)
def test_what_cannot_be_said_of_a_deliverable(cast: Cast, values: dict[str, Any], field: str) -> None:
    project = small_project(cast)
    good = DeliverableSpec("报告", department_id=cast.rd.pk)
    bad = DeliverableSpec(**({"name": "样机", "department_id": cast.rd.pk} | values))
    with unchanged(), pytest.raises(Refused) as caught:
        add_deliverables(by=cast.manager, project=project, rows=[good, bad], now=NOW)
    assert list(caught.value.errors) == [f"1.{field}"]
    row = one(cast, project)
    with unchanged(), pytest.raises(Refused) as caught:
        change_deliverable(by=cast.manager, deliverable=row, values=values, now=NOW)
    assert list(caught.value.errors) == [field]


def test_as_many_rows_as_fit(cast: Cast) -> None:
    project = small_project(cast)
    for count in (0, 501):
        with refused("how-many", "rows"):
            add_deliverables(by=cast.manager, project=project, rows=[DeliverableSpec("样机")] * count, now=NOW)
    assert len(add_deliverables(by=System(), project=project, rows=[DeliverableSpec("样机")] * 500, now=NOW)) == 500


def test_a_row_changes_with_the_difference_on_the_record(cast: Cast) -> None:
    row = one(cast, small_project(cast))
    changed = change_deliverable(
        by=cast.liaison, deliverable=row, values={"due": DUE + timedelta(days=1), "name": "样机"}, version=1, now=NOW
    )
    assert (changed.due, changed.version) == (date(2024, 3, 9), 2)
    assert said() == (
        "deliverable-changed",
        {"deliverable": row.pk},
        [("deliverable", row.pk, {"due": "2024-03-08"}, {"due": "2024-03-09"})],
    )
    with unchanged():
        assert change_deliverable(by=cast.liaison, deliverable=row, values={"name": "样机"}, now=NOW).version == 2
    with refused("deliverable-changed", kind=Stale):
        change_deliverable(by=cast.manager, deliverable=row, values={"name": "样品"}, version=1, now=NOW)


def test_nobody_gives_a_row_to_a_department_that_is_not_hers(cast: Cast) -> None:
    row = one(cast, small_project(cast))
    for person, values in ((cast.liaison, {"department_id": cast.marketing.pk}), (cast.other_liaison, {"name": "甲"})):
        with refused("forbidden", kind=Forbidden):
            change_deliverable(by=person, deliverable=row, values=values, now=NOW)


def test_what_is_accepted_does_not_change(cast: Cast) -> None:
    row = submitted(cast, small_project(cast))
    accept_deliverable(by=cast.quality, deliverable=row, now=NOW)
    with refused("accepted"):
        change_deliverable(by=cast.manager, deliverable=row, values={"name": "样品"}, now=NOW)
    with refused("accepted"):
        remove_deliverable(by=cast.manager, deliverable=row, now=NOW)


def test_a_row_is_removed_and_put_back(cast: Cast) -> None:
    project = small_project(cast)
    row = one(cast, project)
    with refused("forbidden", kind=Forbidden):
        remove_deliverable(by=cast.other_liaison, deliverable=row, now=NOW)
    with refused("deliverable-changed", kind=Stale):
        remove_deliverable(by=cast.manager, deliverable=row, version=7, now=NOW)
    remove_deliverable(by=cast.manager, deliverable=row, version=1, now=NOW)
    assert said()[0] == "deliverable-removed"
    assert deliverables_of(project) == []
    for write in (
        lambda: remove_deliverable(by=cast.manager, deliverable=row, now=NOW),
        lambda: submit_deliverable(by=cast.liaison, deliverable=row, said=Submission("x", "y"), now=NOW),
    ):
        with refused("removed"):
            write()
    with refused("forbidden", kind=Forbidden):
        restore_deliverable(by=cast.head, deliverable=row, now=NOW)
    restore_deliverable(by=cast.liaison, deliverable=row, now=NOW)
    assert said()[0] == "deliverable-restored"
    with unchanged():
        restore_deliverable(by=cast.liaison, deliverable=row, now=NOW)
    assert [found.name for found in deliverables_of(project)] == ["样机"]


def test_it_is_submitted_returned_submitted_again_and_accepted(cast: Cast) -> None:
    project = small_project(cast)
    row = submitted(cast, project)
    return_deliverable(by=cast.general_lead, deliverable=row, reason=" 缺测试记录 ", now=NOW)
    assert said()[:2] == ("deliverable-returned", {"deliverable": row.pk, "step": row.steps.last().pk})
    submit_deliverable(by=cast.liaison, deliverable=row, said=Submission("补齐"), now=NOW)
    accept_deliverable(by=cast.head, deliverable=row, note="合格", version=4, now=NOW)
    kind, _data, changes = said()
    assert (kind, changes[0][3]) == ("deliverable-accepted", {"state": "accepted", "note": "合格"})
    steps = [(step.kind, step.by.name, step.note, step.document) for step in DeliverableStep.objects.order_by("pk")]
    assert steps == [
        ("submitted", "周七", "三台", "https://dms/1"),
        ("returned", "褚十六", "缺测试记录", "https://dms/1"),
        ("submitted", "周七", "补齐", "https://dms/1"),
        ("accepted", "李四", "合格", "https://dms/1"),
    ]
    found = deliverables_of(project)[0]
    assert (found.state, found.latest.name, found.version) == ("accepted", "李四", 5)
    return_deliverable(by=cast.quality, deliverable=row, reason="复检不合格", now=NOW)
    assert deliverables_of(project)[0].state == "returned"


def test_who_may_submit(cast: Cast) -> None:
    project = planned_project(cast)
    row = one(cast, project, work_item_id=task(project, "设计").pk)
    what = Submission("图纸", "https://dms/2")
    for person in (cast.general_lead, cast.head, cast.quality, cast.finance, cast.member, cast.other_liaison):
        with refused("forbidden", kind=Forbidden):
            submit_deliverable(by=person, deliverable=row, said=what, now=NOW)
    for person in (cast.owner, cast.liaison, cast.manager):
        submit_deliverable(by=person, deliverable=row, said=what, now=NOW)
        with refused("submitted"):
            submit_deliverable(by=person, deliverable=row, said=what, now=NOW)
        with refused("forbidden", kind=Forbidden):
            take_back_deliverable(by=cast.member, deliverable=row, now=NOW)
        take_back_deliverable(by=person, deliverable=row, now=NOW)
        assert said()[0] == "deliverable-taken-back"
        with refused("not-submitted"):
            take_back_deliverable(by=person, deliverable=row, now=NOW)


def test_a_submission_says_something(cast: Cast) -> None:
    row = one(cast, small_project(cast))
    with refused("nothing-submitted", "document"):
        submit_deliverable(by=cast.liaison, deliverable=row, said=Submission(" ", " "), now=NOW)
    with refused("too-long", "document"):
        submit_deliverable(by=cast.liaison, deliverable=row, said=Submission("", "x" * 501), now=NOW)
    with refused("too-long", "note"):
        submit_deliverable(by=cast.liaison, deliverable=row, said=Submission("x" * 1001, "y"), now=NOW)
    with refused("deliverable-changed", kind=Stale):
        submit_deliverable(by=cast.liaison, deliverable=row, said=Submission("x", "y"), version=2, now=NOW)


def test_who_may_accept(cast: Cast) -> None:
    row = submitted(cast, small_project(cast))
    for person in (cast.manager, cast.liaison, cast.finance, cast.member, cast.other_head, cast.administrator):
        with refused("forbidden", kind=Forbidden):
            accept_deliverable(by=person, deliverable=row, now=NOW)
        with refused("forbidden", kind=Forbidden):
            return_deliverable(by=person, deliverable=row, reason="不行", now=NOW)
    for person in (cast.general_lead, cast.quality, cast.head):
        accept_deliverable(by=person, deliverable=row, now=NOW)
        return_deliverable(by=person, deliverable=row, reason="再看", now=NOW)
        with refused("not-submitted"):
            accept_deliverable(by=person, deliverable=row, now=NOW)
        with refused("not-submitted"):
            return_deliverable(by=person, deliverable=row, reason="再看", now=NOW)
        submit_deliverable(by=cast.liaison, deliverable=row, said=Submission("x"), now=NOW)


def test_a_return_needs_a_reason_and_one_does_not_accept_ones_own(cast: Cast) -> None:
    project = small_project(cast)
    row = submitted(cast, project)
    with refused("reason-missing", "reason"):
        return_deliverable(by=cast.quality, deliverable=row, reason=" ", now=NOW)
    with refused("too-long", "reason"):
        return_deliverable(by=cast.quality, deliverable=row, reason="x" * 1001, now=NOW)
    from tongzhou.projects.actions import seat

    seat(
        by=cast.manager, participation=project.participations.get(department=cast.rd), kind="head", holder=cast.liaison, now=NOW
    )
    with refused("own-work"):
        accept_deliverable(by=cast.liaison, deliverable=row, now=NOW)


def test_in_a_light_project_the_manager_does_all_of_it(cast: Cast) -> None:
    row = one(cast, planned_project(cast, weight="light"))
    submit_deliverable(by=cast.manager, deliverable=row, said=Submission("好了"), now=NOW)
    accept_deliverable(by=cast.manager, deliverable=row, now=NOW)
    assert Deliverable.objects.get().state == "accepted"


def test_the_list_is_filtered_and_sorted_by_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    project = planned_project(cast)
    item = task(project, "设计").pk
    with django_assert_num_queries(1):
        assert deliverables_of(project) == []
    one(cast, project, name="乙", due=date(2024, 3, 1), work_item_id=item)
    one(cast, project, name="甲", department_id=cast.marketing.pk, due=None)
    submitted(cast, project)
    with clock.pretend(NOW + timedelta(days=20)):
        for count in (3, 23):
            with django_assert_num_queries(2):
                rows = deliverables_of(project)
            assert len(rows) == count
            if count == 3:
                add_deliverables(by=cast.manager, project=project, rows=[DeliverableSpec(f"行{n}") for n in range(20)], now=NOW)
        names = lambda **wanted: [row.name for row in deliverables_of(project, Wanted(**wanted)) if "行" not in row.name]  # noqa: E731
        assert names() == ["乙", "样机", "甲"]
        assert names(sort="-due") == ["甲", "样机", "乙"]
        assert names(sort="name") == ["乙", "样机", "甲"]
        assert names(sort="state") == ["乙", "甲", "样机"]
        assert names(sort="task")[0] == "乙"
        assert names(state="late") == ["乙"]
        assert names(state="open", department=cast.rd.pk) == ["乙", "样机"]
        assert names(state="submitted") == ["样机"]
        assert names(words="设计") == ["乙"]
        assert names(item=item) == ["乙"]
        counts = counts_of(deliverables_of(project))
    assert (counts.total, counts.todo, counts.submitted, counts.late) == (23, 22, 1, 1)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("样机3台", ("样机", Decimal(3), "台")),
        ("样机 × 3 台", ("样机", Decimal(3), "台")),
        ("宣传物料1.5套", ("宣传物料", Decimal("1.5"), "套")),
        ("《产品优化需求文档V1.0》", ("《产品优化需求文档V1.0》", None, "")),
        ("需求文档V1.0份", ("需求文档V1.0份", None, "")),
        ("2024", ("2024", None, "")),
        ("报告0份", ("报告0份", None, "")),
    ],
)
def test_an_amount_at_the_end_of_a_name(text: str, read: tuple[str, Decimal | None, str]) -> None:
    assert counted(text) == read


def test_amounts_in_words() -> None:
    assert [amount_words(Decimal(text), "台") for text in ("3.00", "1.50", "100")] == ["3 台", "1.5 台", "100 台"]
    assert (amount_words(None, "台"), amount_words(Decimal(2), "")) == ("", "2")


def test_pasted_lines_become_rows(cast: Cast) -> None:
    project = planned_project(cast)
    near = date(2024, 3, 1)
    text = "样机3台\n\n测试报告\t２份\t研发部\t3月8日\t用例全部通过\t测试\thttps://dms/3"
    item = task(project, "测试").pk
    assert read_pasted(project, text, near) == [
        DeliverableSpec("样机", Decimal(3), "台"),
        DeliverableSpec("测试报告", Decimal("2.00"), "份", cast.rd.pk, date(2024, 3, 8), "用例全部通过", item, "https://dms/3"),
    ]
    headed = "部门\t交付物名称\t备注\t截止时间\n市场部\t推广方案\t随便\t2024-03-05"
    assert read_pasted(project, headed, near) == [DeliverableSpec("推广方案", None, "", cast.marketing.pk, date(2024, 3, 5))]


def test_what_cannot_be_read_is_said_by_line(cast: Cast) -> None:
    project = planned_project(cast)
    text = "报告\t三\n样机\t1\t法务部\n样机\t1\t\t2024-02-30\n样机\t\t\t\t\t没有的任务\n\t3台"
    with unchanged(), pytest.raises(Refused) as caught:
        read_pasted(project, text, DUE)
    assert caught.value.field == "text"
    assert [line.partition("：")[0].partition(":")[0] for line in caught.value.message.splitlines()] == [
        f"Line {number}" if caught.value.message.startswith("Line") else f"第 {number} 行" for number in (1, 2, 3, 4, 5)
    ]
    with refused("nothing-pasted", "text"):
        read_pasted(project, " \n ", DUE)
    with refused("how-many", "text"):
        read_pasted(project, "甲\n" * 501, DUE)


def test_what_departments_wrote_before_becomes_rows_once(cast: Cast) -> None:
    project = small_project(cast)
    part = Part("support", "推广", "推广方案、宣传物料2套；推广方案")
    set_participation(by=cast.manager, project=project, department=cast.marketing, part=part, now=NOW)
    rows = rows_of_texts(project)
    assert rows == [
        DeliverableSpec("推广方案", None, "", cast.marketing.pk),
        DeliverableSpec("宣传物料", Decimal(2), "套", cast.marketing.pk),
    ]
    add_deliverables(by=cast.manager, project=project, rows=rows, now=NOW)
    assert rows_of_texts(project) == []
    assert project.participations.get(department=cast.marketing).deliverables == "推广方案、宣传物料2套；推广方案"
