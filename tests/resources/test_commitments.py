"""Commitments: asked for, answered line by line, changed and asked again, withdrawn; who may; what others may read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from support.cast import NOW, Cast, planned_project, small_project, task
from support.checks import refused, said, unchanged
from tongzhou.lib.access import Forbidden, Outdated, Refused
from tongzhou.lib.registry import GATES
from tongzhou.people.models import Leave
from tongzhou.projects.access import standing, visible_to
from tongzhou.projects.models import Project
from tongzhou.resources.access import answers_of, sees
from tongzhou.resources.actions import (
    Answer,
    CommitmentSpec,
    answer_commitments,
    ask_commitments,
    change_commitment,
    withdraw_commitment,
)
from tongzhou.resources.actions.answering import sealed
from tongzhou.resources.models import Commitment, CommitmentStep
from tongzhou.resources.queries import Wanted, commitments_of, counts_of, readable
from tongzhou.signoffs.actions import Grant, delegate_seat
from tongzhou.signoffs.models import Act
from tongzhou.timeline.models import Change, Event

FIRST, LAST = date(2024, 3, 4), date(2024, 3, 29)
TODAY = NOW.date()


def people(cast: Cast, **values: Any) -> CommitmentSpec:
    return replace(CommitmentSpec(cast.rd.pk, "people", "测试工程师", Decimal(2), "", FIRST, LAST), **values)


def money(cast: Cast, **values: Any) -> CommitmentSpec:
    return replace(CommitmentSpec(cast.rd.pk, "budget", "用户调研", Decimal(5000)), **values)


def line(cast: Cast, project: Project, spec: CommitmentSpec | None = None) -> Commitment:
    return ask_commitments(by=cast.manager, project=project, rows=[spec or people(cast)], now=NOW)[0]


def answer(cast: Cast, row: Commitment, word: str = "confirmed", **values: Any) -> Commitment:
    said_ = Answer(row.pk, word, **values)
    return answer_commitments(by=cast.head, project=row.project, answers=[said_], now=NOW)[0]


def acts_of(project: Project) -> list[str]:
    """The answers on the chain, as it keeps them."""
    bodies = Act.objects.filter(project_id=project.pk).order_by("number").values_list("body", flat=True)
    return [text for text in (bytes(body).decode() for body in bodies) if "commitment-answered" in text]


def test_lines_are_asked_for(cast: Cast) -> None:
    project = planned_project(cast)
    rows = [people(cast, work_item_id=task(project, "测试").pk, what=" 测试工程师 "), money(cast)]
    first, second = ask_commitments(by=cast.manager, project=project, rows=rows, now=NOW)
    assert (first.what, first.unit, first.state, first.version, first.asked_by) == (
        "测试工程师",
        first.unit,
        "asked",
        1,
        cast.manager,
    )
    assert first.unit and second.unit
    kind, data, changes = said()
    assert (kind, data) == ("commitments-asked", {"project": project.pk, "commitments": [first.pk, second.pk]})
    assert changes[0][3]["amount"] == "2"
    steps = CommitmentStep.objects.order_by("pk")
    assert [(step.kind, step.version, step.line["what"]) for step in steps] == [
        ("asked", 1, "测试工程师"),
        ("asked", 1, "用户调研"),
    ]


def test_the_liaison_asks_her_own_department_alone(cast: Cast) -> None:
    project = small_project(cast)
    assert ask_commitments(by=cast.liaison, project=project, rows=[people(cast)], now=NOW)
    both = [people(cast), people(cast, department_id=cast.marketing.pk)]
    with refused("forbidden", kind=Forbidden):
        ask_commitments(by=cast.liaison, project=project, rows=both, now=NOW)
    row = Commitment.objects.get()
    row.project = project
    for person in (cast.member, cast.general_lead, cast.head, cast.quality, cast.finance, cast.other_liaison):
        with refused("forbidden", kind=Forbidden):
            ask_commitments(by=person, project=project, rows=[people(cast)], now=NOW)
        with refused("forbidden", kind=Forbidden):
            change_commitment(by=person, commitment=row, values={"what": "甲"}, now=NOW)
        with refused("forbidden", kind=Forbidden):
            withdraw_commitment(by=person, commitment=row, now=NOW)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "gold"}, "kind"),
        ({"what": " "}, "what"),
        ({"what": "x" * 201}, "what"),
        ({"unit": "x" * 21}, "unit"),
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("-1")}, "amount"),
        ({"amount": Decimal("0.001")}, "amount"),
        ({"amount": Decimal("Infinity")}, "amount"),
        ({"amount": Decimal(10) ** 13}, "amount"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": date(2024, 3, 1)}, "ends_on"),
        ({"department_id": 10**12}, "department_id"),
        ({"work_item_id": 10**12}, "work_item_id"),
    ],
)
def test_what_cannot_be_asked_for(cast: Cast, values: dict[str, Any], field: str) -> None:
    project = small_project(cast)
    with unchanged(), pytest.raises(Refused) as caught:
        ask_commitments(by=cast.manager, project=project, rows=[people(cast), people(cast, **values)], now=NOW)
    assert list(caught.value.errors) == [f"1.{field}"]
    if field in ("department_id", "kind"):
        return
    row = line(cast, project)
    with unchanged(), pytest.raises(Refused) as caught:
        change_commitment(by=cast.manager, commitment=row, values=values, now=NOW)
    assert list(caught.value.errors) == [field]


def test_as_many_lines_as_fit(cast: Cast) -> None:
    project = small_project(cast)
    for count in (0, 201):
        with refused("how-many", "lines"):
            ask_commitments(by=cast.manager, project=project, rows=[people(cast)] * count, now=NOW)


def test_a_light_project_asks_for_nothing(cast: Cast) -> None:
    project = small_project(cast, weight="light")
    with refused("not-asked-for"):
        ask_commitments(by=cast.manager, project=project, rows=[people(cast)], now=NOW)
    standard = small_project(cast, "S-2")
    row = line(cast, standard)
    Project.objects.filter(pk=standard.pk).update(weight="light")
    row.project.refresh_from_db()
    with refused("not-asked-for"):
        change_commitment(by=cast.manager, commitment=row, values={"what": "甲"}, now=NOW)
    with refused("not-asked-for"):
        withdraw_commitment(by=cast.manager, commitment=row, now=NOW)
    with refused("forbidden", kind=Forbidden):
        answer(cast, row)


def test_the_head_confirms_trims_and_declines_at_once(cast: Cast) -> None:
    project = small_project(cast)
    rows = [people(cast), people(cast, what="电工"), people(cast, what="钳工")]
    one, two, three = ask_commitments(by=cast.manager, project=project, rows=rows, now=NOW)
    answers = [
        Answer(three.pk, "declined", 1, reason="无人可派"),
        Answer(one.pk, "confirmed", 1),
        Answer(two.pk, "trimmed", 1, Decimal(1), " 另有项目 "),
    ]
    answer_commitments(by=cast.head, project=project, answers=answers, now=NOW)
    found = {row.what: row for row in commitments_of(project)}
    assert [(found[name].state, found[name].promised) for name in ("测试工程师", "电工", "钳工")] == [
        ("confirmed", Decimal(2)),
        ("trimmed", Decimal(1)),
        ("declined", None),
    ]
    trimmed = found["电工"].answer
    assert trimmed is not None
    assert (trimmed.name, trimmed.instead_of, found["电工"].reason, found["电工"].version) == ("李四", "", "另有项目", 2)
    kind, data, changes = said()
    assert (kind, data["project"], len(data["steps"])) == ("commitments-answered", project.pk, 3)
    assert [change[3]["state"] for change in changes] == ["confirmed", "trimmed", "declined"]
    assert len(acts_of(project)) == 3
    counts = counts_of(found.values())
    assert (counts.total, counts.asked, counts.confirmed, counts.trimmed, counts.declined) == (3, 0, 1, 1, 1)


def test_who_may_answer(cast: Cast) -> None:
    project = small_project(cast)
    row = line(cast, project)
    for person in (cast.manager, cast.general_lead, cast.liaison, cast.other_head, cast.quality, cast.finance, cast.member):
        with refused("forbidden", kind=Forbidden):
            answer_commitments(by=person, project=project, answers=[Answer(row.pk, "confirmed")], now=NOW)
    both = [row, line(cast, project, people(cast, department_id=cast.marketing.pk))]
    with refused("forbidden", kind=Forbidden):
        answer_commitments(by=cast.head, project=project, answers=[Answer(one.pk, "confirmed") for one in both], now=NOW)


def test_the_right_is_asked_before_what_was_shown(cast: Cast) -> None:
    project = small_project(cast)
    row = line(cast, project, money(cast, department_id=cast.marketing.pk))
    change_commitment(by=cast.manager, commitment=row, values={"amount": Decimal(6000)}, version=1, now=NOW)
    with refused("forbidden", kind=Forbidden):
        answer_commitments(by=cast.head, project=project, answers=[Answer(row.pk, "confirmed", 1)], now=NOW)


def test_a_delegate_and_a_stand_in_answer_in_her_stead(cast: Cast) -> None:
    project = small_project(cast)
    row = line(cast, project)
    grant = Grant(cast.member, TODAY, TODAY, "出差")
    delegate_seat(by=cast.head, project=project, seat=f"head:{cast.rd.pk}", grant=grant, now=NOW)
    assert answers_of(cast.member, TODAY).seats == {(project.pk, cast.rd.pk): "李四"}
    answer_commitments(by=cast.member, project=project, answers=[Answer(row.pk, "confirmed")], now=NOW)
    assert CommitmentStep.objects.order_by("-pk")[0].instead_of == "李四"
    assert not visible_to(cast.stranger).exists()
    other = line(cast, project, people(cast, department_id=cast.marketing.pk))
    Leave.objects.create(user=cast.other_head, first=TODAY, last=TODAY, stand_in=cast.stranger)
    answer_commitments(by=cast.stranger, project=project, answers=[Answer(other.pk, "confirmed")], now=NOW)
    assert CommitmentStep.objects.order_by("-pk")[0].instead_of == "吴八"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"answer": "maybe"}, "answer"),
        ({"answer": "trimmed", "reason": "少"}, "offered"),
        ({"answer": "trimmed", "reason": "少", "offered": Decimal(0)}, "offered"),
        ({"answer": "trimmed", "reason": "少", "offered": Decimal(2)}, "offered"),
        ({"answer": "trimmed", "reason": "少", "offered": Decimal("0.001")}, "offered"),
        ({"answer": "trimmed", "reason": "少", "offered": Decimal("NaN")}, "offered"),
        ({"answer": "trimmed", "offered": Decimal(1), "reason": " "}, "reason"),
        ({"answer": "declined", "reason": ""}, "reason"),
        ({"answer": "declined", "reason": "x" * 501}, "reason"),
    ],
)
def test_what_is_no_answer(cast: Cast, values: dict[str, Any], field: str) -> None:
    project = small_project(cast)
    good, bad = line(cast, project), line(cast, project)
    answers = [Answer(good.pk, "confirmed"), Answer(bad.pk, **values)]
    with unchanged(), pytest.raises(Refused) as caught:
        answer_commitments(by=cast.head, project=project, answers=answers, now=NOW)
    assert list(caught.value.errors) == [f"{bad.pk}.{field}"]


def test_lines_that_cannot_be_answered(cast: Cast) -> None:
    project, other = small_project(cast), small_project(cast, "S-2")
    row, foreign = line(cast, project), line(cast, other)
    with refused("nothing-answered", "lines"):
        answer_commitments(by=cast.head, project=project, answers=[], now=NOW)
    with refused("line-twice", "lines"):
        answer_commitments(by=cast.head, project=project, answers=[Answer(row.pk, "confirmed")] * 2, now=NOW)
    for key in (foreign.pk, 10**12):
        with refused("line-unknown"):
            answer_commitments(by=cast.head, project=project, answers=[Answer(key, "confirmed")], now=NOW)
    withdraw_commitment(by=cast.manager, commitment=row, version=1, now=NOW)
    assert said()[0] == "commitment-withdrawn"
    with refused("withdrawn"):
        answer(cast, row)
    with refused("withdrawn"):
        withdraw_commitment(by=cast.manager, commitment=row, now=NOW)
    with refused("withdrawn"):
        change_commitment(by=cast.manager, commitment=row, values={"what": "甲"}, now=NOW)
    assert [one.state for one in commitments_of(project, Wanted())] == []
    assert [one.state for one in commitments_of(project)] == ["withdrawn"]


def test_a_line_that_changes_after_its_answer_is_asked_for_again(cast: Cast) -> None:
    project = small_project(cast)
    row = line(cast, project)
    answer(cast, row, "trimmed", offered=Decimal(1), reason="另有项目")
    changed = change_commitment(
        by=cast.manager, commitment=row, values={"amount": Decimal(3), "kind": "tool"}, version=2, now=NOW
    )
    assert (changed.state, changed.offered, changed.reason, changed.version, changed.kind) == ("asked", None, "", 3, "people")
    assert said()[:2] == ("commitment-changed", {"commitment": row.pk, "again": True})
    found = commitments_of(project)[0]
    assert found.answer is None
    assert found.earlier is not None
    assert (found.earlier.kind, found.earlier.name, found.earlier.line["offered"]) == ("trimmed", "李四", "1.00")
    with unchanged():
        change_commitment(by=cast.manager, commitment=row, values={"amount": Decimal("3.00")}, now=NOW)
    change_commitment(by=cast.liaison, commitment=row, values={"what": "电工"}, now=NOW)
    assert said()[1] == {"commitment": row.pk, "again": False}


def test_an_answer_to_another_version_tells_the_difference(cast: Cast) -> None:
    project = small_project(cast)
    row = line(cast, project)
    later = {"amount": Decimal(3), "ends_on": date(2024, 4, 5)}
    change_commitment(by=cast.manager, commitment=row, values=later, now=NOW)
    with unchanged(), pytest.raises(Outdated) as caught:
        answer(cast, row, version=1)
    assert caught.value.code == "line-changed"
    assert [(part["field"], part["before"], part["after"]) for part in caught.value.difference] == [
        ("amount", "2.00", "3.00"),
        ("ends_on", "2024-03-29", "2024-04-05"),
    ]
    for write in (
        lambda: withdraw_commitment(by=cast.manager, commitment=row, version=1, now=NOW),
        lambda: change_commitment(by=cast.manager, commitment=row, values={"what": "甲"}, version=1, now=NOW),
    ):
        with refused("line-changed", kind=Outdated):
            write()


def test_the_second_of_two_clicks_is_told_of_the_first(cast: Cast) -> None:
    row = line(cast, small_project(cast))
    answer(cast, row, version=1)
    with unchanged(), pytest.raises(Outdated) as caught:
        answer(cast, row, "declined", version=1, reason="不行")
    assert [part["field"] for part in caught.value.difference] == ["state"]
    assert answer(cast, row, "declined", version=2, reason="不行").state == "declined"


def test_what_is_signed_changes_only_by_a_change(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    project = small_project(cast)
    promised, open_, declined = line(cast, project), line(cast, project), line(cast, project)
    answer(cast, promised)
    answer(cast, declined, "declined", reason="无人")
    monkeypatch.setattr(GATES, "_entries", {"change-signed-part": [lambda project, part: [f"{part} 已签署"]]})
    for write in (
        lambda: change_commitment(by=cast.manager, commitment=promised, values={"what": "甲"}, now=NOW),
        lambda: withdraw_commitment(by=cast.manager, commitment=promised, now=NOW),
        lambda: answer(cast, promised, "declined", reason="不行"),
    ):
        with refused("signed"):
            write()
    monkeypatch.setattr(
        GATES, "_entries", {"change-signed-part": [lambda project, part: ["x"] if part != "commitments" else []]}
    )
    change_commitment(by=cast.manager, commitment=promised, values={"what": "甲"}, now=NOW)
    monkeypatch.setattr(GATES, "_entries", {"change-signed-part": [lambda project, part: ["已签署"]]})
    # What was not promised is no part of what was signed.
    answer(cast, open_)
    change_commitment(by=cast.manager, commitment=declined, values={"what": "乙"}, now=NOW)


def test_of_money_the_record_and_the_chain_say_no_amount(cast: Cast) -> None:
    project = small_project(cast)
    row = line(cast, project, money(cast, amount=Decimal("7351.55")))
    answer(cast, row, "trimmed", offered=Decimal("6203.11"), reason="只有 6203.11 元")
    change_commitment(by=cast.manager, commitment=row, values={"amount": Decimal("7352.56")}, now=NOW)
    texts = [str(change) for change in Change.objects.values_list("before", "after")]
    texts += [str(row) for row in Event.objects.values_list("data", "subject_label")]
    texts += acts_of(project)
    assert "commitment-answered" in texts[-1]
    assert not [text for text in texts if "735" in text or "6203" in text]
    step = CommitmentStep.objects.get(kind="trimmed")
    assert sealed(step, Decimal("7351.55")) in texts[-1]
    assert sealed(step, Decimal("7351.56")) not in texts[-1]


def test_who_reads_amounts_of_money(cast: Cast) -> None:
    project = small_project(cast)
    line(cast, project, money(cast))
    line(cast, project)
    read = {
        person.name: [
            one.amount
            for one in readable(commitments_of(project), sees(standing(person, project), answers_of(person, TODAY), project))
        ]
        for person in (
            cast.general_lead,
            cast.manager,
            cast.liaison,
            cast.head,
            cast.quality,
            cast.finance,
            cast.other_head,
            cast.other_liaison,
            cast.member,
            cast.administrator,
        )
    }
    allowed, hidden = [Decimal(2), Decimal(5000)], [Decimal(2), None]
    assert read == {
        "褚十六": allowed,
        "陈一": allowed,
        "周七": allowed,
        "李四": allowed,
        "卫十一": allowed,
        "韩十七": allowed,
        "吴八": hidden,
        "冯十二": hidden,
        "成员": hidden,
        "系统管理员": hidden,
    }
    one = readable(commitments_of(project), sees(standing(cast.member, project), answers_of(cast.member, TODAY), project))[1]
    assert (one.hidden, one.asked, one.given, one.reason, [step.line for step in one.steps]) == (True, "", "", "", [{}])
