"""Cases: opened, climbing by the clock and by hand, handed back, decided, closed; who may; what stands on record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from support.cast import NOW, Cast, small_project
from support.checks import kinds_since, refused, said
from tongzhou.escalations.actions import (
    Matter,
    climb_case,
    close_case,
    decide_case,
    hand_back,
    open_case,
    set_ladder,
)
from tongzhou.escalations.models import Case, CaseStep
from tongzhou.escalations.queries import Hours, asked_for, hours_of, stands
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.people.models import Leave, System, User
from tongzhou.projects.models import Project, Seat
from tongzhou.rhythm.jobs import settle
from tongzhou.rhythm.queries import due_at
from tongzhou.timeline.models import Event

# NOW is Friday 2024-03-01 09:00 in Shanghai; working hours are 9–12 and 13–18.
MONDAY_NINE = datetime(2024, 3, 4, 1, tzinfo=UTC)


def matter(cast: Cast, project: Project, key: int = 1) -> Matter:
    return Matter("task", key, project, "接口联调", "/projects/S-1/plan/?task=1", cast.rd.pk, cast.owner.pk)


def opened(cast: Cast, project: Project) -> Case:
    return open_case(by=System(), matter=matter(cast, project), why="没有人答复", now=NOW)


def asked(case: Case, now: datetime = NOW) -> str:
    found = stands([Case.objects.select_related("project").get(pk=case.pk)], now)[0].asked
    return found.name if found else ""


def test_a_case_opens_with_the_head_of_the_department(cast: Cast) -> None:
    case = opened(cast, small_project(cast))
    assert (case.level, asked(case), case.climbs_at) == (1, "李四", NOW + timedelta(hours=9))
    assert due_at("escalation", case.pk) == case.climbs_at
    step = case.steps.get()
    assert (step.kind, step.by_name, step.asked_name, step.passed, step.text) == ("opened", "系统", "李四", [], "没有人答复")
    assert said()[:2] == ("case-opened", {"case": case.pk, "level": 1, "asked": cast.head.pk})


@pytest.mark.due_kind("escalation")
def test_it_climbs_by_the_clock_alone_to_the_general_lead(cast: Cast) -> None:
    case = opened(cast, small_project(cast))
    settle(NOW + timedelta(hours=8))
    assert asked(case) == "李四"
    seen = []
    for day in range(1, 9):
        settle(NOW + timedelta(days=day))
        case.refresh_from_db()
        seen.append((case.level, asked(case)))
    # Friday 18:00 runs out; the manager has Monday, the general lead Tuesday and Wednesday.
    assert seen == [
        (2, "陈一"),
        (2, "陈一"),
        (2, "陈一"),
        (3, "褚十六"),
        (3, "褚十六"),
        (3, "褚十六"),
        (3, "褚十六"),
        (3, "褚十六"),
    ]
    kinds = list(case.steps.values_list("kind", "by_name"))
    assert kinds == [("opened", "系统"), ("climbed", "系统"), ("climbed", "系统"), ("overdue", "系统")]
    assert due_at("escalation", case.pk) is None


def test_an_empty_seat_is_passed_over_and_said_so(cast: Cast) -> None:
    project = small_project(cast)
    Seat.objects.filter(participation__project=project, participation__department=cast.rd).delete()
    case = opened(cast, project)
    assert (case.level, asked(case)) == (2, "陈一")
    assert case.steps.get().passed == [[1, "empty"]]


def test_without_a_head_the_liaison_answers(cast: Cast) -> None:
    project = small_project(cast)
    Seat.objects.filter(participation__project=project, participation__department=cast.rd, kind="head").delete()
    assert asked(opened(cast, project)) == "周七"


def test_who_was_asked_already_is_passed_over(cast: Cast) -> None:
    project = small_project(cast)
    case = open_case(by=System(), matter=matter(cast, project), why="x", now=NOW, asked=[cast.head.pk])
    assert (case.level, case.steps.get().passed) == (2, [[1, "asked"]])


def test_during_leave_the_stand_in_is_asked_and_decides_in_her_place(cast: Cast) -> None:
    project = small_project(cast)
    Leave.objects.create(user=cast.head, first=date(2024, 3, 1), last=date(2024, 3, 1), stand_in=cast.member)
    case = opened(cast, project)
    assert asked(case) == "成员"
    assert [one.case.pk for one in asked_for(cast.member, NOW)] == [case.pk]
    assert asked_for(cast.head, NOW) == []
    decided = decide_case(by=cast.member, case=case, decision="加一人", now=NOW)
    step = decided.steps.last()
    assert step is not None
    assert (step.by_name, step.instead_of) == ("成员", "李四")


def test_a_stranger_who_stands_in_sees_the_project_while_she_is_asked(cast: Cast) -> None:
    from tongzhou.lib import clock
    from tongzhou.projects.access import visible_project

    project = small_project(cast)
    Leave.objects.create(user=cast.manager, first=date(2024, 3, 1), last=date(2024, 3, 1), stand_in=cast.stranger)
    case = open_case(by=System(), matter=matter(cast, project), why="x", now=NOW, asked=[cast.head.pk])
    with clock.pretend(NOW):
        assert visible_project(cast.stranger, project.number) is not None
        close_case(by=System(), case=case, result="好了", now=NOW)
    with clock.pretend(NOW + timedelta(seconds=1)):
        assert visible_project(cast.stranger, project.number) is None


@pytest.mark.parametrize("person", ["general_lead", "manager", "liaison", "head", "owner", "quality"])
def test_who_may_escalate_by_hand(cast: Cast, person: str) -> None:
    by: User = getattr(cast, person)
    case = open_case(by=by, matter=matter(cast, small_project(cast)), why="急", now=NOW)
    climbed = climb_case(by=by, case=case, reason="等不了", now=NOW)
    assert (climbed.level, climbed.steps.last().text) == (2, "等不了")  # type: ignore[union-attr]
    assert said()[1] == {"case": case.pk, "level": 2, "asked": cast.manager.pk, "by_clock": False}


@pytest.mark.parametrize("person", ["other_head", "other_liaison", "finance", "administrator", "member", "stranger"])
def test_who_may_not_escalate(cast: Cast, person: str) -> None:
    project = small_project(cast)
    by: User = getattr(cast, person)
    with refused("forbidden", kind=Forbidden):
        open_case(by=by, matter=matter(cast, project), why="急", now=NOW)
    case = opened(cast, project)
    with refused("forbidden", kind=Forbidden):
        climb_case(by=by, case=case, reason="急", now=NOW)


def test_opening_twice(cast: Cast) -> None:
    project = small_project(cast)
    case = opened(cast, project)
    assert open_case(by=System(), matter=matter(cast, project), why="again", now=NOW).pk == case.pk
    with refused("case-open", "why"):
        open_case(by=cast.manager, matter=matter(cast, project), why="again", now=NOW)


@pytest.mark.parametrize(("text", "code"), [("", "needed"), ("  ", "needed"), ("长" * 2001, "too-long")])
def test_words_are_needed(cast: Cast, text: str, code: str) -> None:
    project = small_project(cast)
    with refused(code, "why"):
        open_case(by=cast.manager, matter=matter(cast, project), why=text, now=NOW)
    case = opened(cast, project)
    with refused(code, "reason"):
        climb_case(by=cast.manager, case=case, reason=text, now=NOW)
    with refused(code, "decision"):
        decide_case(by=cast.head, case=case, decision=text, now=NOW)
    with refused(code, "decision"):
        hand_back(by=cast.head, case=case, decision=text, now=NOW)
    with refused(code, "result"):
        close_case(by=cast.manager, case=case, result=text, now=NOW)


def test_nobody_is_above_the_general_lead(cast: Cast) -> None:
    case = opened(cast, small_project(cast))
    for _step in range(2):
        case = climb_case(by=cast.manager, case=case, reason="急", now=NOW)
    with refused("at-the-top", "reason"):
        climb_case(by=cast.manager, case=case, reason="急", now=NOW)


def test_who_decides_on_which_step(cast: Cast) -> None:
    case = opened(cast, small_project(cast))
    may = {1: {"head", "liaison", "manager", "general_lead"}, 2: {"manager", "general_lead"}, 3: {"general_lead"}}
    for level in (1, 2, 3):
        for person in ("head", "liaison", "manager", "general_lead", "quality", "owner", "other_head", "member"):
            if person not in may[level]:
                with refused("forbidden", kind=Forbidden):
                    decide_case(by=getattr(cast, person), case=case, decision="好", now=NOW)
                with refused("forbidden", kind=Forbidden):
                    hand_back(by=getattr(cast, person), case=case, decision="好", now=NOW)
        if level < 3:
            case = climb_case(by=cast.manager, case=case, reason="急", now=NOW)


def test_a_decision_stops_the_clock_and_stands_until_it_is_done(cast: Cast) -> None:
    case = opened(cast, small_project(cast))
    decided = decide_case(by=cast.head, case=case, decision="周七今天处理", now=NOW)
    assert (decided.climbs_at, decided.decided_at, due_at("escalation", case.pk)) == (None, NOW, None)
    kind, data, changes = said()
    assert (kind, data) == ("case-decided", {"case": case.pk, "level": 1})
    before, after = changes[0][2:]
    assert (before["decided_at"], after["decided_at"]) == (None, "2024-03-01T01:00:00+00:00")
    for action in (
        lambda: climb_case(by=cast.manager, case=decided, reason="x", now=NOW),
        lambda: decide_case(by=cast.head, case=decided, decision="x", now=NOW),
        lambda: hand_back(by=cast.head, case=decided, decision="x", now=NOW),
    ):
        with refused("case-over"):
            action()
    closed = close_case(by=cast.owner, case=decided, result="已处理", now=NOW)
    assert closed.closed_at == NOW
    with refused("case-closed", "result"):
        close_case(by=cast.owner, case=closed, result="已处理", now=NOW)


def test_handing_back_gives_a_decision_and_begins_the_time_anew(cast: Cast) -> None:
    case = opened(cast, small_project(cast))
    case = climb_case(by=cast.manager, case=case, reason="急", now=NOW)
    back = hand_back(by=cast.manager, case=case, decision="由研发部周一前给出方案", now=MONDAY_NINE)
    assert (back.level, asked(back), back.climbs_at) == (1, "李四", MONDAY_NINE + timedelta(hours=9))
    assert [step.kind for step in back.steps.all()] == ["opened", "climbed", "handed_back"]
    with refused("at-the-bottom", "decision"):
        hand_back(by=cast.head, case=back, decision="x", now=MONDAY_NINE)


def test_two_at_once_do_not_move_it_twice(cast: Cast) -> None:
    case = opened(cast, small_project(cast))
    same = Case.objects.select_related("project").get(pk=case.pk)
    climb_case(by=cast.manager, case=case, reason="急", now=NOW)
    with refused("case-moved", kind=Stale):
        climb_case(by=cast.quality, case=same, reason="急", now=NOW)


def test_time_that_was_given_anew_is_not_cut_short(cast: Cast) -> None:
    case = opened(cast, small_project(cast))
    climb_case(by=cast.manager, case=case, reason="急", now=NOW)
    count = Event.objects.count()
    settle(NOW + timedelta(hours=8, minutes=59))
    assert [kind for kind in kinds_since(count) if kind.startswith("case")] == []


def test_time_limits_of_the_organisation_and_of_a_project(cast: Cast) -> None:
    project = small_project(cast)
    assert hours_of(project) == (Hours(8, 8, 16), False)
    set_ladder(by=cast.administrator, project=None, hours=Hours(4, 6, 8), now=NOW)
    assert hours_of(project) == (Hours(4, 6, 8), False)
    set_ladder(by=cast.manager, project=project, hours=Hours(2, 6, 8), now=NOW)
    assert said()[2] == [
        ("ladder", project.pk, {"department_hours": 4}, {"department_hours": 2}),
    ]
    assert hours_of(project) == (Hours(2, 6, 8), True)
    assert opened(cast, project).climbs_at == NOW + timedelta(hours=2)
    set_ladder(by=cast.manager, project=project, hours=None, now=NOW)
    assert hours_of(project) == (Hours(4, 6, 8), False)


def test_who_sets_time_limits(cast: Cast) -> None:
    project = small_project(cast)
    for person in ("general_lead", "head", "administrator", "member"):
        with refused("forbidden", kind=Forbidden):
            set_ladder(by=getattr(cast, person), project=project, hours=Hours(), now=NOW)
    with refused("forbidden", kind=Forbidden):
        set_ladder(by=cast.manager, project=None, hours=Hours(), now=NOW)
    for hours, field in ((Hours(0), "department"), (Hours(8, 401), "manager"), (Hours(8, 8, -1), "lead")):
        with refused("hours-range", field):
            set_ladder(by=cast.manager, project=project, hours=hours, now=NOW)


def test_every_step_is_told_to_the_chain(cast: Cast) -> None:
    from tongzhou.lib.registry import OUTCOMES

    heard: list[tuple[object, ...]] = []

    def hear(project: int, kind: str, payload: dict[str, object], *, by: object, now: datetime) -> None:
        heard.append((project, kind, payload.get("step"), payload.get("level")))

    OUTCOMES.add("formal-act", hear)
    try:
        project = small_project(cast)
        case = climb_case(by=cast.manager, case=opened(cast, project), reason="急", now=NOW)
        case = hand_back(by=cast.manager, case=case, decision="x", now=NOW)
        close_case(by=cast.manager, case=decide_case(by=cast.head, case=case, decision="x", now=NOW), result="x", now=NOW)
    finally:
        OUTCOMES._entries["formal-act"].remove(hear)
    acts = [one[1:] for one in heard if str(one[1]).startswith("escalation")]
    assert acts == [
        ("escalation-opened", "opened", 1),
        ("escalation-climbed", "climbed", 2),
        ("escalation-handed_back", "handed_back", 1),
        ("escalation-decided", "decided", 1),
        ("escalation-closed", "closed", 1),
    ]


def test_a_step_is_never_changed(cast: Cast) -> None:
    case = opened(cast, small_project(cast))
    first = CaseStep.objects.filter(case=case).values().get()
    climb_case(by=cast.manager, case=case, reason="急", now=NOW)
    assert CaseStep.objects.filter(pk=first["id"]).values().get() == first


def test_what_a_person_must_answer_costs_the_same_for_many(cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for number in ("S-1", "S-2", "S-3"):
        project = small_project(cast, number)
        for key in range(3):
            open_case(by=System(), matter=matter(cast, project, key + 10 * project.pk), why="x", now=NOW)
    with django_assert_num_queries(5):
        assert len(asked_for(cast.head, NOW)) == 9
    with django_assert_num_queries(2):
        assert asked_for(cast.stranger, NOW) == []
