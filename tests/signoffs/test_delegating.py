"""Signing for somebody: within the dates, in one's own name, and never beyond what the holder may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from signoffs.sheets import LEAD, heads, opened, sign
from support.cast import NOW, Cast, small_project
from support.checks import refused, said
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden
from tongzhou.people.actions import disable_person
from tongzhou.people.models import User
from tongzhou.projects.access import visible_project
from tongzhou.projects.actions import seat as give_seat
from tongzhou.projects.models import Project, Seat
from tongzhou.signoffs.actions import Grant, delegate_seat, end_delegation
from tongzhou.signoffs.models import Delegation

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2024, 3, 1), date(2024, 3, 8)


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


def given(cast: Cast, project: Project, to: User, first: date = FIRST, last: date = LAST, **more: Any) -> Delegation:
    grant = Grant(to, first, last, more.pop("note", ""))
    return delegate_seat(by=more.pop("by", cast.head), project=project, seat=more.pop("seat", ""), grant=grant, now=NOW)


def test_a_delegate_signs_in_her_own_name(cast: Cast, project: Project) -> None:
    row = given(cast, project, cast.owner, note="出差")
    assert said()[:2] == ("seat-delegated", {"delegation": row.pk, "delegate": cast.owner.pk})
    signature = sign(cast.owner, opened(cast), heads(cast)[0])
    assert (signature.name, signature.principal, signature.principal_name) == ("郑十", cast.head, "李四")
    assert "郑十代李四（研发部负责人）" in signature.statement


def test_who_holds_nothing_any_more_lets_nobody_in(cast: Cast, project: Project) -> None:
    given(cast, project, cast.stranger)
    with clock.pretend(NOW):
        assert visible_project(cast.stranger, "S-1") == project
        Seat.objects.filter(holder=cast.head).delete()
        assert visible_project(cast.stranger, "S-1") is None


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), LAST + timedelta(days=1)])
def test_outside_of_the_dates_nobody_signs_for_another(cast: Cast, project: Project, day: date) -> None:
    given(cast, project, cast.owner)
    sheet, now = opened(cast), NOW + (day - FIRST)
    with refused("not-your-seat", kind=Forbidden):
        sign(cast.owner, sheet, heads(cast)[0], now=now)


def test_on_the_last_day_it_still_holds(cast: Cast, project: Project) -> None:
    given(cast, project, cast.owner)
    sheet = opened(cast)
    # 23:59 of the organisation's last day.
    assert sign(cast.owner, sheet, heads(cast)[0], now=NOW + timedelta(days=7, hours=14, minutes=59)).principal == cast.head


def test_an_ended_delegation_holds_no_more(cast: Cast, project: Project) -> None:
    row, sheet = given(cast, project, cast.owner), opened(cast)
    with refused("forbidden", kind=Forbidden):
        end_delegation(by=cast.manager, delegation=row, now=NOW)
    end_delegation(by=cast.head, delegation=row, now=NOW)
    assert said()[0] == "delegation-ended"
    with refused("not-your-seat", kind=Forbidden):
        sign(cast.owner, sheet, heads(cast)[0])
    with refused("delegation-over"):
        end_delegation(by=cast.head, delegation=row, now=NOW)


def test_it_ends_with_the_seat_of_who_gave_it(cast: Cast, project: Project) -> None:
    given(cast, project, cast.owner)
    sheet, part = opened(cast), project.participations.get(department=cast.rd)
    give_seat(by=cast.manager, participation=part, kind="head", holder=cast.liaison, now=NOW)
    with refused("not-your-seat", kind=Forbidden):
        sign(cast.owner, sheet, heads(cast)[0])


def test_it_ends_when_who_gave_it_leaves(cast: Cast, project: Project) -> None:
    given(cast, project, cast.owner)
    sheet = opened(cast)
    disable_person(by=cast.administrator, person=cast.head, now=NOW)
    with refused("not-your-seat", kind=Forbidden):
        sign(cast.owner, sheet, heads(cast)[0])


def test_it_holds_for_its_seat_alone(cast: Cast, project: Project) -> None:
    given(cast, project, cast.owner)
    sheet = opened(cast)
    for seat in (heads(cast)[1], LEAD):
        with refused("not-your-seat", kind=Forbidden):
            sign(cast.owner, sheet, seat)


def test_who_signs_for_somebody_sees_the_project_on_those_days(cast: Cast, project: Project) -> None:
    given(cast, project, cast.stranger)
    for days, sees in ((-1, False), (0, True), (7, True), (8, False)):
        with clock.pretend(NOW + timedelta(days=days)):
            assert (visible_project(cast.stranger, project.number) is not None) is sees


def test_what_cannot_be_given(cast: Cast, project: Project) -> None:
    with refused("forbidden", kind=Forbidden):
        given(cast, project, cast.owner, by=cast.liaison)
    with refused("not-your-seat", kind=Forbidden):
        given(cast, project, cast.owner, seat=LEAD)
    with refused("delegate-unfit", "delegate"):
        given(cast, project, cast.head)
    with refused("days-turned", "last"):
        given(cast, project, cast.owner, LAST, FIRST)
    with refused("days-past", "last"):
        given(cast, project, cast.owner, date(2024, 2, 1), date(2024, 2, 29))
    with refused("days-too-many", "last"):
        given(cast, project, cast.owner, FIRST, date(9999, 12, 31))
    with refused("text-too-long", "note"):
        given(cast, project, cast.owner, note="x" * 201)
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    cast.owner.refresh_from_db()
    with refused("delegate-unfit", "delegate"):
        given(cast, project, cast.owner)


def test_what_two_people_hold_apart_nobody_signs_for(cast: Cast) -> None:
    strict = small_project(cast, "S-2", "strict")
    with refused("roles-apart", "delegate"):
        given(cast, strict, cast.manager, by=cast.general_lead)


def test_who_holds_several_seats_names_one(cast: Cast, project: Project) -> None:
    part = project.participations.get(department=cast.marketing)
    give_seat(by=cast.manager, participation=part, kind="head", holder=cast.head, now=NOW)
    with refused("seat-needed", "seat"):
        given(cast, project, cast.owner)
    assert given(cast, project, cast.owner, seat=heads(cast)[1]).seat == heads(cast)[1]


def test_the_day_of_an_opening_is_the_organisations_own(cast: Cast, project: Project) -> None:
    """One in the morning of the second is the second, though it is still the first in Greenwich."""
    from tongzhou.notifications.models import Notice
    from tongzhou.rhythm.jobs import settle

    one, two = heads(cast)
    given(cast, project, cast.owner, first=FIRST + timedelta(days=1), seat=two, by=cast.other_head)
    sheet, night = opened(cast, seats=(one, two), in_order=True), NOW + timedelta(hours=16)
    sign(cast.head, sheet, one, now=night)
    settle(night)
    assert Notice.objects.filter(person=cast.owner, title__contains="样机章程").exists()
