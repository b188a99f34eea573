"""Leave, stand-ins, who is asked instead."""

from __future__ import annotations

from datetime import date

import pytest

from support.cast import NOW, Cast
from support.checks import refused, said, unchanged
from support.web import client_of
from tongzhou.lib.access import Forbidden
from tongzhou.people import actions, queries
from tongzhou.people.models import Leave, User

MONDAY, FRIDAY = date(2024, 3, 4), date(2024, 3, 8)


def leave(cast: Cast, **fields: object) -> Leave:
    return actions.take_leave(by=cast.owner, person=cast.owner, days=(MONDAY, FRIDAY), now=NOW, **fields)  # type: ignore[arg-type]


def test_the_stand_in_is_asked_during_leave_only(cast: Cast) -> None:
    leave(cast, stand_in=cast.member, note=" 年假 ")
    kind, _data, changes = said()
    assert (kind, changes[0][3]) == (
        "leave-taken",
        {"first": "2024-03-04", "last": "2024-03-08", "stand_in": "成员", "note": "年假"},
    )
    assert queries.asked_instead(cast.owner, MONDAY) == queries.asked_instead(cast.owner, FRIDAY) == cast.member
    assert queries.asked_instead(cast.owner, date(2024, 3, 9)) == cast.owner
    actions.take_leave(by=cast.member, person=cast.member, days=(MONDAY, FRIDAY), stand_in=cast.liaison, now=NOW)
    assert queries.asked_instead(cast.owner, MONDAY) == cast.member


def test_a_disabled_stand_in_is_never_asked(cast: Cast) -> None:
    actions.set_stand_in(by=cast.owner, person=cast.owner, stand_in=cast.liaison, now=NOW)
    assert said()[2][0][2:] == ({"stand_in": None}, {"stand_in": "周七"})
    leave(cast, stand_in=cast.member)
    User.objects.filter(pk=cast.member.pk).update(is_active=False)
    owner = User.objects.get(pk=cast.owner.pk)
    assert queries.asked_instead(owner, MONDAY) == cast.liaison
    User.objects.filter(pk=cast.liaison.pk).update(is_active=False)
    assert queries.asked_instead(User.objects.get(pk=cast.owner.pk), MONDAY) == owner


def test_away_tells_whole_leaves_in_order(cast: Cast) -> None:
    leave(cast)
    actions.take_leave(by=cast.administrator, person=cast.owner, days=(date(2024, 1, 1), date(2024, 1, 2)), now=NOW)
    found = queries.away([cast.owner.pk, cast.member.pk], date(2024, 1, 2), MONDAY)
    assert found == {cast.owner.pk: [(date(2024, 1, 1), date(2024, 1, 2)), (MONDAY, FRIDAY)]}
    assert queries.away([cast.member.pk], MONDAY, FRIDAY) == {}


@pytest.mark.parametrize(
    ("days", "stand_in", "code", "field"),
    [
        ((FRIDAY, MONDAY), None, "ends-before-start", "last"),
        ((MONDAY, date(2026, 3, 4)), None, "leave-too-long", "last"),
        ((FRIDAY, date(2024, 3, 12)), None, "leave-overlaps", "first"),
        ((date(2024, 4, 1), date(2024, 4, 2)), "owner", "stand-in-herself", "stand_in"),
        ((date(2024, 4, 1), date(2024, 4, 2)), "stranger", "person-disabled", "stand_in"),
    ],
)
def test_a_leave_is_refused(cast: Cast, days: tuple[date, date], stand_in: str | None, code: str, field: str) -> None:
    leave(cast)
    User.objects.filter(pk=cast.stranger.pk).update(is_active=False)
    cast.stranger.refresh_from_db()
    with refused(code, field):
        heir = getattr(cast, stand_in) if stand_in else None
        actions.take_leave(by=cast.owner, person=cast.owner, days=days, stand_in=heir, now=NOW)


def test_a_leave_is_cancelled_by_those_who_may(cast: Cast) -> None:
    taken = leave(cast)
    for forbidden in (cast.member, cast.head):
        with refused("forbidden", kind=Forbidden):
            actions.cancel_leave(by=forbidden, leave=taken, now=NOW)
        with refused("forbidden", kind=Forbidden):
            actions.take_leave(by=forbidden, person=cast.owner, days=(MONDAY, FRIDAY), now=NOW)
        with refused("forbidden", kind=Forbidden):
            actions.set_stand_in(by=forbidden, person=cast.owner, stand_in=None, now=NOW)
    actions.cancel_leave(by=cast.administrator, leave=taken, now=NOW)
    assert (said()[0], Leave.objects.count()) == ("leave-cancelled", 0)


def test_leave_is_entered_on_ones_own_page_and_by_the_administrator(cast: Cast) -> None:
    client, fields = client_of(cast.owner), {"first": "2024-03-04", "last": "2024-03-08", "stand_in": "周七"}
    assert client.post("/me/leave/", fields).status_code == 302
    taken = Leave.objects.get()
    assert (taken.user, taken.stand_in) == (cast.owner, cast.liaison)
    with unchanged():
        for wrong in (
            fields,
            fields | {"first": "0001-01-01"},
            fields | {"last": "9999-12-31"},
            {"first": "x"},
            {"note": "\0"},
        ):
            assert client.post("/me/leave/", wrong).status_code == 422
    assert client_of(cast.member).post(f"/me/leave/{taken.pk}/").status_code == 404
    assert client_of(cast.member).post(f"/people/{cast.owner.pk}/leave/", fields).status_code == 403
    assert client.post(f"/me/leave/{taken.pk}/").status_code == 302
    administrator = client_of(cast.administrator)
    assert administrator.post(f"/people/{cast.owner.pk}/leave/", fields).status_code == 302
    assert administrator.post(f"/people/{cast.owner.pk}/leave/{Leave.objects.get().pk}/").status_code == 302
    assert Leave.objects.count() == 0


def test_the_stand_in_is_named_on_ones_own_page(cast: Cast) -> None:
    client = client_of(cast.owner)
    assert client.post("/me/stand-in/", {"stand_in": "成员"}).status_code == 302
    cast.owner.refresh_from_db()
    assert cast.owner.stand_in == cast.member
    for wrong in ("郑十", "没有人", "x" * 999):
        assert client.post("/me/stand-in/", {"stand_in": wrong}).status_code == 422
    assert client.post("/me/stand-in/", {"stand_in": ""}).status_code == 302
    cast.owner.refresh_from_db()
    assert cast.owner.stand_in is None
