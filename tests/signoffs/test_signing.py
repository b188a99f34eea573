"""Sheets: opened, signed, refused, withdrawn, voided; who may, and what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from signoffs.sheets import LABELS, LEAD, SHARED, heads, opened, origin, place, sign
from support.cast import NOW, Cast, small_project
from support.checks import refused, said
from tongzhou.engine.canonical import canonical, digest, sha256
from tongzhou.lib.access import Forbidden, Outdated, Refused
from tongzhou.lib.registry import OUTCOMES
from tongzhou.people.actions import disable_person
from tongzhou.people.models import User
from tongzhou.projects.actions import seat as give_seat
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import (
    About,
    Content,
    Course,
    Origin,
    Said,
    open_sheet,
    sign_place,
    void_sheet,
    withdraw_signature,
)
from tongzhou.signoffs.models import Act, Ending, Sheet, Signature, Withdrawal
from tongzhou.signoffs.queries.places import standings

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What rooms above are told of sheets of the kind "test"."""
    heard: list[str] = []

    def final(*, sheet: Sheet, by: Any, now: Any) -> None:
        heard.append(f"final {sheet.version}")

    def turned_down(*, sheet: Sheet, by: Any, now: Any) -> None:
        heard.append(f"refused {sheet.version}")

    before = OUTCOMES._entries.copy()
    OUTCOMES.add("sheet-final:test", final)
    OUTCOMES.add("sheet-refused:test", turned_down)
    yield heard
    OUTCOMES._entries.clear()
    OUTCOMES._entries.update(before)


def states(sheet: Sheet) -> list[str]:
    return [at.state for at in standings(sheet)]


def test_a_sheet_freezes_what_was_shown(cast: Cast, project: Project) -> None:
    sheet = opened(cast, due=NOW + timedelta(days=2))
    snapshot = json.loads(bytes(sheet.snapshot))
    assert bytes(sheet.snapshot) == canonical(snapshot)
    assert (sheet.digest, sheet.html_digest) == (sha256(bytes(sheet.snapshot)), sha256("<article>纸</article>".encode()))
    assert (snapshot["shared"], snapshot["html_sha256"], snapshot["version"]) == (SHARED, sheet.html_digest, 1)
    assert snapshot["due"] == "2024-03-03T01:00:00.000000Z"
    assert [row["capacity"] for row in snapshot["seats"]] == ["研发部负责人", "市场部负责人", "项目总负责人"]
    assert {row.part_digest for row in sheet.places.all()} == {digest({"people": 4})}
    kind, data, _changes = said()
    assert (kind, data) == ("sheet-opened", {"sheet": sheet.pk, "kind": "test", "version": 1, "digest": sheet.digest})
    assert json.loads(bytes(Act.objects.latest("pk").body))["payload"]["digest"] == sheet.digest


def test_empty_seats_are_named_before_a_sheet_is_opened(cast: Cast, project: Project) -> None:
    for row in project.participations.all():
        give_seat(by=cast.manager, participation=row, kind="head", holder=None, now=NOW)
    with refused("seat-empty", "seats"):
        opened(cast)
    with pytest.raises(Refused, match="研发部负责人、市场部负责人"):
        opened(cast)


@pytest.mark.parametrize(
    ("course", "code", "field"),
    [
        ({"due": NOW}, "due-passed", "due"),
        ({"due": NOW - timedelta(days=365)}, "due-passed", "due"),
        ({"seats": (LEAD, LEAD)}, "seats-needed", "seats"),
    ],
)
def test_what_cannot_be_opened(cast: Cast, project: Project, course: dict[str, Any], code: str, field: str) -> None:
    with refused(code, field):
        opened(cast, **course)


def test_who_takes_no_part_opens_nothing(cast: Cast, project: Project) -> None:
    about, content = About("test", 1, "x"), Content({}, "")
    with refused("forbidden", kind=Forbidden):
        open_sheet(by=cast.stranger, project=project, about=about, content=content, course=Course((LEAD,)), now=NOW)
    with refused("title-unfit", "title"):
        open_sheet(
            by=cast.manager, project=project, about=About("test", 1, " "), content=content, course=Course((LEAD,)), now=NOW
        )


def test_all_sign_and_it_is_in_force(cast: Cast, project: Project, told: list[str]) -> None:
    sheet = opened(cast)
    one, two = heads(cast)
    sign(cast.head, sheet, one)
    sign(cast.other_head, sheet, two, "condition", "试产改为 4 月 10 日")
    assert (states(sheet), told) == (["approve", "condition", "open"], [])
    signature = sign(cast.general_lead, sheet, LEAD, opinion="同意发布")
    kind, data, _changes = said()
    assert (kind, data["final"], data["decision"]) == ("sheet-signed", True, "approve")
    ending = Ending.objects.get(sheet=sheet)
    assert (ending.kind, ending.by, told) == ("final", cast.general_lead, ["final 1"])
    assert [row["act"] for row in acts(project)] == ["sheet-opened", "signed", "signed", "signed", "sheet-ended"]
    assert (signature.capacity, signature.principal_name, signature.sheet_digest) == ("项目总负责人", "", sheet.digest)
    assert sheet.digest in signature.statement and "样机章程" in signature.statement


def acts(project: Project) -> list[dict[str, Any]]:
    found = [json.loads(bytes(row.body)) for row in Act.objects.filter(project_id=project.pk)]
    return [row for row in found if row["act"] not in ("seat-changed", "role-changed")]


def test_a_signature_says_who_it_was_at_that_moment(cast: Cast, project: Project) -> None:
    User.objects.filter(pk=cast.general_lead.pk).update(title="总监", employee_number="0016")
    signature = sign(cast.general_lead, opened(cast), LEAD, opinion="好")
    payload = acts(project)[-1]["payload"]
    User.objects.filter(pk=cast.general_lead.pk).update(title="顾问", name="别人")
    kept = Signature.objects.get(pk=signature.pk)
    known = {
        "name": "褚十六",
        "title": "总监",
        "employee_number": "0016",
        "department": cast.general_lead.actor_department,
        "opinion": "好",
        "method": "password",
        "address": "10.0.0.7",
        "agent": "Firefox",
        "request_id": "r-1",
    }
    assert {name: getattr(kept, name) for name in known} == known
    assert {name: payload[name] for name in known} == known
    assert (payload["authenticated_at"], payload["at"]) == ("2024-03-01T00:59:00.000000Z", "2024-03-01T01:00:00.000000Z")


def test_signing_twice(cast: Cast, project: Project) -> None:
    sheet = opened(cast, seats=(LEAD,))
    sign(cast.general_lead, sheet, LEAD)
    for decision in ("approve", "condition", "refuse"):
        with refused("signed-already"):
            sign(cast.general_lead, sheet, LEAD, decision, "为何")


def test_words_are_needed_where_they_are(cast: Cast, project: Project) -> None:
    sheet = opened(cast, seats=(LEAD,))
    for decision in ("condition", "refuse"):
        with refused("text-needed", "opinion"):
            sign(cast.general_lead, sheet, LEAD, decision, "  ")
    with refused("decision-needed", "decision"):
        sign(cast.general_lead, sheet, LEAD, "maybe")
    for text, code in (("x" * 2001, "text-too-long"), ("a\0b", "text-unusable"), ("\ud800", "text-unusable")):
        with refused(code, "opinion"):
            sign(cast.general_lead, sheet, LEAD, "approve", text)


def test_whose_seat_it_is_not(cast: Cast, project: Project) -> None:
    sheet = opened(cast)
    for person in (cast.manager, cast.head, cast.administrator, cast.stranger, cast.member):
        with refused("not-your-seat", kind=Forbidden):
            sign(person, sheet, LEAD)


def test_a_former_head_does_not_sign_and_the_new_one_does(cast: Cast, project: Project) -> None:
    sheet, (one, _two) = opened(cast), heads(cast)
    part = project.participations.get(department=cast.rd)
    give_seat(by=cast.manager, participation=part, kind="head", holder=cast.owner, now=NOW)
    with refused("not-your-seat", kind=Forbidden):
        sign(cast.head, sheet, one)
    assert sign(cast.owner, sheet, one).capacity == "研发部负责人"


def test_who_was_disabled_does_not_sign(cast: Cast, project: Project) -> None:
    sheet, (one, _two) = opened(cast), heads(cast)
    disable_person(by=cast.administrator, person=cast.head, now=NOW)
    assert cast.head.is_active  # as a request that began before knows her
    with refused("not-your-seat", kind=Forbidden):
        sign(cast.head, sheet, one)


def test_who_she_is_was_proved_within_five_minutes(cast: Cast, project: Project) -> None:
    sheet = opened(cast, seats=(LEAD,))
    for minutes in (5.1, 60, -1):
        late = Origin("password", NOW - timedelta(minutes=minutes))
        with refused("authenticate-again", "password"):
            sign(cast.general_lead, sheet, LEAD, origin=late)
    sign(cast.general_lead, sheet, LEAD, origin=Origin("password", NOW - timedelta(minutes=5)))


def test_in_order_one_signs_after_the_other(cast: Cast, project: Project) -> None:
    one, two = heads(cast)
    sheet = opened(cast, seats=(one, two), in_order=True)
    assert states(sheet) == ["open", "later"]
    with refused("not-yet"):
        sign(cast.other_head, sheet, two)
    sign(cast.head, sheet, one, "refuse", "日期太早")
    with refused("not-yet"):
        sign(cast.other_head, sheet, two)
    withdraw_signature(by=cast.head, signature=Signature.objects.get(), now=NOW)
    sign(cast.head, sheet, one)
    sign(cast.other_head, sheet, two)
    assert Ending.objects.get().kind == "final"


def test_a_refusal_keeps_it_from_being_in_force(cast: Cast, project: Project, told: list[str]) -> None:
    sheet = opened(cast)
    one, two = heads(cast)
    sign(cast.head, sheet, one, "refuse", "当周停机保养")
    assert (said()[0], told) == ("sheet-refused", ["refused 1"])
    sign(cast.other_head, sheet, two)
    sign(cast.general_lead, sheet, LEAD)
    assert (states(sheet), Ending.objects.count(), told) == (["refuse", "approve", "approve"], 0, ["refused 1"])


def test_a_signature_is_taken_back_before_all_have_signed(cast: Cast, project: Project) -> None:
    sheet, (one, _two) = opened(cast), heads(cast)
    signature = sign(cast.head, sheet, one)
    with refused("forbidden", kind=Forbidden):
        withdraw_signature(by=cast.manager, signature=signature, now=NOW)
    withdraw_signature(by=cast.head, signature=signature, reason="看错了", now=NOW)
    assert (states(sheet)[0], Withdrawal.objects.get().reason, said()[0]) == ("open", "看错了", "signature-withdrawn")
    with refused("withdrawn-already"):
        withdraw_signature(by=cast.head, signature=signature, now=NOW)
    again = sign(cast.head, sheet, one)
    assert (again.round, states(sheet)[0]) == (1, "approve")


def test_what_is_in_force_is_not_taken_back(cast: Cast, project: Project) -> None:
    sheet = opened(cast, seats=(LEAD,))
    signature = sign(cast.general_lead, sheet, LEAD)
    with refused("sheet-ended"):
        withdraw_signature(by=cast.general_lead, signature=signature, now=NOW)
    with refused("sheet-ended"):
        void_sheet(by=cast.manager, sheet=sheet, reason="作废", now=NOW)


def test_a_sheet_is_voided_for_a_reason(cast: Cast, project: Project) -> None:
    sheet = opened(cast)
    with refused("forbidden", kind=Forbidden):
        void_sheet(by=cast.head, sheet=sheet, reason="x", now=NOW)
    with refused("text-needed", "reason"):
        void_sheet(by=cast.manager, sheet=sheet, reason="", now=NOW)
    void_sheet(by=cast.manager, sheet=sheet, reason="重写", now=NOW)
    assert (Ending.objects.get().kind, said()[0]) == ("voided", "sheet-voided")
    with refused("sheet-ended"):
        sign(cast.general_lead, sheet, LEAD)


def test_a_room_above_may_refuse_the_last_signature(cast: Cast, project: Project, told: list[str]) -> None:
    def never(*, sheet: Sheet, by: Any, now: Any) -> None:
        raise Refused("not-ready", "还缺材料。")

    OUTCOMES.add("sheet-final:test", never)
    sheet = opened(cast, seats=(LEAD,))
    with refused("not-ready"):
        sign(cast.general_lead, sheet, LEAD)
    assert states(sheet) == ["open"]


class TestNextVersions:
    """What a next version does to signatures."""

    def test_a_changed_shared_part_voids_all(self, cast: Cast, project: Project) -> None:
        first = opened(cast)
        one, _two = heads(cast)
        sign(cast.head, first, one)
        second = opened(cast, shared=SHARED | {"budget": "138.00"})
        assert (second.version, states(second)) == (2, ["open", "open", "open"])
        assert Ending.objects.get(sheet=first).kind == "replaced"
        opening = next(row for row in acts(project) if row["payload"].get("sheet") == second.pk)
        assert opening["payload"]["void"] == [Signature.objects.get().pk]

    def test_only_seats_whose_part_changed_sign_again(self, cast: Cast, project: Project) -> None:
        one, two = heads(cast)
        first = opened(cast)
        kept = sign(cast.head, first, one)
        sign(cast.other_head, first, two)
        second = opened(cast, parts={one: {"people": 4}, two: {"people": 5}, LEAD: {"people": 4}})
        at = standings(second)
        assert [(row.state, row.carried) for row in at] == [("approve", True), ("open", False), ("open", False)]
        assert at[0].signature == kept
        sign(cast.other_head, second, two)
        sign(cast.general_lead, second, LEAD)
        assert Ending.objects.get(sheet=second).kind == "final"

    def test_a_refusal_is_never_carried_over(self, cast: Cast, project: Project) -> None:
        one, _two = heads(cast)
        sign(cast.head, opened(cast), one, "refuse", "不行")
        second = opened(cast, parts={one: {"people": 4}})
        assert states(second) == ["open", "open", "open"]

    def test_kinds_that_ask_all_carry_nothing(self, cast: Cast, project: Project) -> None:
        one, two = heads(cast)
        sign(cast.head, opened(cast, carries=False), one)
        second = opened(cast, parts={one: {"people": 4}, two: {"people": 9}, LEAD: {"people": 4}}, carries=False)
        assert states(second) == ["open", "open", "open"]

    def test_what_was_carried_may_be_taken_back(self, cast: Cast, project: Project) -> None:
        one, two = heads(cast)
        first = opened(cast)
        kept = sign(cast.head, first, one)
        second = opened(cast, parts={one: {"people": 4}, two: {"people": 5}, LEAD: {"people": 4}})
        withdraw_signature(by=cast.head, signature=kept, now=NOW)
        assert states(second) == ["open", "open", "open"]
        sign(cast.head, second, one)
        assert states(second) == ["approve", "open", "open"]

    def test_what_is_in_force_stays_so_until_the_next_one_is(self, cast: Cast, project: Project) -> None:
        first = opened(cast, seats=(LEAD,))
        signature = sign(cast.general_lead, first, LEAD)
        opened(cast, seats=(LEAD,), shared={"x": 1})
        assert Ending.objects.get(sheet=first).kind == "final"
        with refused("sheet-ended"):
            withdraw_signature(by=cast.general_lead, signature=signature, now=NOW)

    def test_nothing_changed_is_no_next_version(self, cast: Cast, project: Project) -> None:
        opened(cast)
        with refused("nothing-changed"):
            opened(cast)

    def test_after_a_void_sheet_all_sign_again(self, cast: Cast, project: Project) -> None:
        one, _two = heads(cast)
        first = opened(cast)
        sign(cast.head, first, one)
        void_sheet(by=cast.manager, sheet=first, reason="作废", now=NOW)
        assert states(opened(cast)) == ["open", "open", "open"]

    def test_a_stale_page_signs_nothing_and_is_told_what_changed(self, cast: Cast, project: Project) -> None:
        first = opened(cast)
        changed = {"items": [{"id": 1, "name": "设计", "finish": "2024-03-08"}], "budget": "120.00"}
        second = opened(cast, shared=changed)
        for sheet, shown in ((first, first.digest), (second, first.digest)):
            with refused("sheet-changed", kind=Outdated):
                sign(cast.general_lead, sheet, LEAD, digest=shown)
            with pytest.raises(Outdated) as caught:
                sign(cast.general_lead, sheet, LEAD, digest=shown)
            days = {"before": "2024-03-06", "after": "2024-03-08"}
            assert caught.value.difference == [{"path": "shared/items/1/finish", "label": "设计 · 完成", **days}]
        with refused("sheet-changed", kind=Outdated):
            sign(cast.general_lead, second, LEAD, digest="0" * 64)
        assert LABELS["finish"] == "完成"


def test_a_place_of_another_sheet_is_another_place(cast: Cast, project: Project) -> None:
    sheet = opened(cast, seats=(LEAD,))
    said_of_it = Said("approve", sheet.digest)
    assert sign_place(by=cast.general_lead, place=place(sheet, LEAD), said=said_of_it, origin=origin(), now=NOW).round == 0
    assert date(2024, 3, 1) == NOW.date()
