"""Projects, participations, seats, roles and scope: every exit."""

from datetime import date
from decimal import Decimal

import pytest

from support.cast import NOW, Cast, small_project
from support.checks import changes_of, kinds_since, refused, said, unchanged
from tongzhou.lib.access import Forbidden, Stale
from tongzhou.people.models import System, User
from tongzhou.projects import actions
from tongzhou.projects.access import visible_to
from tongzhou.projects.actions import Part, ScopeLine
from tongzhou.projects.models import Project
from tongzhou.timeline.models import Event


@pytest.fixture
def project(cast: Cast) -> Project:
    return small_project(cast)


def create(cast: Cast, by: User | System, number: str = "P-1", **basics: object) -> Project:
    values = {"name": "新项目"} | basics
    return actions.create_project(by=by, number=number, manager=cast.manager, lead=cast.rd, now=NOW, basics=values)


def test_a_project_begins_with_manager_and_lead(cast: Cast) -> None:
    made = create(cast, cast.stranger, " P-1 ")
    assert said() == ("project-created", {"project": made.pk}, [])
    part = made.participations.get()
    assert (made.number, part.department, part.kind, part.is_initiating) == ("P-1", cast.rd, "lead", True)
    assert list(made.roles.values_list("user__name", "kind")) == [("陈一", "manager")]


@pytest.mark.parametrize(
    "number",
    [
        "",
        "a b",
        "a/b",
        "a?b",
        "a#b",
        "a%b",
        "a\\b",
        "new",
        ".",
        "..",
        "x" * 41,
        "a\x01b",
        "a\udcff",
        "\u200b",
        "P\u2060-1",
        "\u202eP-1",
        "P\ufeff",
    ],
)
def test_a_number_must_fit_an_address(cast: Cast, number: str) -> None:
    with refused("number-invalid", "number"):
        create(cast, System(), number)


def test_a_project_is_refused(cast: Cast, project: Project) -> None:
    with refused("number-taken", "number"):
        create(cast, System(), project.number)
    with refused("name-missing", "name"):
        create(cast, System(), name=" ")
    with refused("name-too-long", "name"):
        create(cast, System(), name="长" * 121)
    with refused("ends-before-start", "ends_on"):
        create(cast, System(), starts_on=date(2024, 3, 2), ends_on=date(2024, 3, 1))
    cast.stranger.is_active = False
    with refused("forbidden", kind=Forbidden):
        create(cast, cast.stranger)


def test_basics_change_with_before_and_after(cast: Cast, project: Project) -> None:
    values = {"name": "改名", "deviation_threshold": Decimal("10.00"), "ends_on": date(2024, 6, 1)}
    row = actions.change_basics(by=cast.manager, project=project, values=values, version=1, now=NOW)
    assert row.version == 2
    before = {"name": "小项目 S-1", "ends_on": None}
    changes = [("project", project.pk, before, {"name": "改名", "ends_on": "2024-06-01"})]
    assert said() == ("project-basics-changed", {"project": project.pk}, changes)
    with unchanged():
        actions.change_basics(by=cast.manager, project=project, values=values, version=2, now=NOW)


def test_basics_are_refused(cast: Cast, project: Project) -> None:
    def change(by: User, version: int | None = None, **values: object) -> None:
        actions.change_basics(by=by, project=project, values=values, version=version, now=NOW)

    with refused("forbidden", kind=Forbidden):
        change(cast.general_lead, name="x")
    with refused("stale", kind=Stale):
        change(cast.manager, version=2, name="x")
    with refused("name-missing", "name"):
        change(cast.manager, name="")
    with refused("ends-before-start", "ends_on"):
        change(cast.manager, ends_on=date(2024, 3, 3))


def test_a_department_takes_part(cast: Cast, project: Project) -> None:
    sales = cast.departments["销售部"]
    row = actions.set_participation(by=cast.manager, project=project, department=sales, part=Part("support", "铺货"), now=NOW)
    changes = [
        (
            "participation",
            row.pk,
            {"kind": None, "duty": None, "deliverables": None},
            {"kind": "support", "duty": "铺货", "deliverables": ""},
        )
    ]
    assert said() == ("participation-changed", {"project": project.pk, "department": sales.pk}, changes)
    with unchanged():
        actions.set_participation(by=cast.manager, project=project, department=sales, part=Part("support", "铺货"), now=NOW)


def test_a_new_lead_makes_the_old_one_support_and_says_so(cast: Cast, project: Project) -> None:
    row = actions.set_participation(by=cast.manager, project=project, department=cast.marketing, part=Part("lead"), now=NOW)
    old = project.participations.get(department=cast.rd)
    assert (row.kind, old.kind) == ("lead", "support")
    assert said()[2] == [
        ("participation", row.pk, {"kind": "support"}, {"kind": "lead"}),
        ("participation", old.pk, {"kind": "lead"}, {"kind": "support"}),
    ]


def test_a_participation_is_refused(cast: Cast, project: Project) -> None:
    def take(by: User, kind: str) -> None:
        actions.set_participation(by=by, project=project, department=cast.rd, part=Part(kind), now=NOW)

    with refused("forbidden", kind=Forbidden):
        take(cast.head, "support")
    with refused("kind-unknown", "kind"):
        take(cast.manager, "spectator")
    with refused("lead-needed", "kind"):
        take(cast.manager, "support")


def test_a_department_leaves_with_its_seats(cast: Cast, project: Project) -> None:
    part = project.participations.get(department=cast.marketing)
    key = part.pk
    actions.remove_participation(by=cast.manager, participation=part, now=NOW)
    before = {"kind": "support", "duty": "", "deliverables": "", "head": "吴八", "liaison": "冯十二"}
    changes = [("participation", key, before, dict.fromkeys(before))]
    assert said() == ("participation-removed", {"project": project.pk, "department": cast.marketing.pk}, changes)
    assert not visible_to(cast.other_liaison).exists()


def test_leaving_is_refused(cast: Cast, project: Project) -> None:
    with refused("forbidden", kind=Forbidden):
        part = project.participations.get(department=cast.marketing)
        actions.remove_participation(by=cast.other_head, participation=part, now=NOW)
    with refused("lead-needed"):
        part = project.participations.get(department=cast.rd)
        actions.remove_participation(by=cast.manager, participation=part, now=NOW)


def test_a_seat_changes_hands(cast: Cast, project: Project) -> None:
    part = project.participations.get(department=cast.rd)
    event = {"project": project.pk, "department": cast.rd.pk, "seat": "head", "by_herself": False}
    event |= {"before": cast.head.pk, "after": cast.owner.pk}
    actions.seat(by=cast.manager, participation=part, kind="head", holder=cast.owner, now=NOW)
    assert said() == ("seat-changed", event, [("seat", part.pk, {"holder": "李四"}, {"holder": "郑十"})])
    with unchanged():
        actions.seat(by=cast.manager, participation=part, kind="head", holder=cast.owner, now=NOW)
    actions.seat(by=cast.manager, participation=part, kind="head", holder=None, now=NOW)
    emptied = event | {"before": cast.owner.pk, "after": None}
    assert said() == ("seat-changed", emptied, [("seat", part.pk, {"holder": "郑十"}, {"holder": None})])
    actions.seat(by=cast.manager, participation=part, kind="head", holder=cast.manager, now=NOW)
    assert said()[1] == event | {"by_herself": True, "before": None, "after": cast.manager.pk}


def test_a_seat_is_refused(cast: Cast, project: Project) -> None:
    part = project.participations.get(department=cast.rd)
    with refused("forbidden", kind=Forbidden):
        actions.seat(by=cast.head, participation=part, kind="head", holder=cast.owner, now=NOW)
    cast.stranger.is_active = False
    with refused("person-disabled", "holder"):
        actions.seat(by=cast.manager, participation=part, kind="head", holder=cast.stranger, now=NOW)


def test_a_role_is_given_once(cast: Cast, project: Project) -> None:
    def give() -> None:
        actions.give_role(by=cast.manager, project=project, person=cast.stranger, role="observer", now=NOW)

    give()
    assert said() == ("role-given", {"project": project.pk, "person": cast.stranger.pk, "role": "observer"}, [])
    with unchanged():
        give()
    actions.take_role(by=cast.manager, project=project, person=cast.stranger, role="observer", now=NOW)
    assert said() == ("role-taken", {"project": project.pk, "person": cast.stranger.pk, "role": "observer"}, [])
    with unchanged():
        actions.take_role(by=cast.manager, project=project, person=cast.stranger, role="observer", now=NOW)


def test_the_next_manager_takes_the_role_from_the_last(cast: Cast, project: Project) -> None:
    count = Event.objects.count()
    actions.give_role(by=cast.manager, project=project, person=cast.owner, role="manager", now=NOW)
    assert kinds_since(count) == ["role-taken", "role-given"]
    assert [event.data["person"] for event in Event.objects.order_by("-pk")[:2]] == [cast.owner.pk, cast.manager.pk]
    assert list(project.roles.filter(kind="manager").values_list("user__name", flat=True)) == ["郑十"]


def test_a_role_is_refused(cast: Cast, project: Project) -> None:
    def give(by: User, person: User, role: str) -> None:
        actions.give_role(by=by, project=project, person=person, role=role, now=NOW)

    with refused("forbidden", kind=Forbidden):
        give(cast.general_lead, cast.stranger, "member")
    with refused("role-unknown", "role"):
        give(cast.manager, cast.stranger, "emperor")
    with refused("manager-needed"):
        actions.take_role(by=cast.manager, project=project, person=cast.manager, role="manager", now=NOW)
    with refused("forbidden", kind=Forbidden):
        actions.take_role(by=cast.member, project=project, person=cast.member, role="member", now=NOW)
    cast.stranger.is_active = False
    with refused("person-disabled", "person"):
        give(cast.manager, cast.stranger, "member")


def test_who_gets_work_becomes_a_member_once(cast: Cast, project: Project) -> None:
    count = Event.objects.count()
    people = [cast.stranger, cast.stranger, cast.head, cast.member]
    actions.enrol(by=System(), project=project, people=people, now=NOW)
    assert kinds_since(count) == ["role-given"]
    assert said()[1] == {"project": project.pk, "person": cast.stranger.pk, "role": "member"}


def test_scope_is_replaced(cast: Cast, project: Project) -> None:
    lines = [ScopeLine("in", "样机"), ScopeLine("out", "售后", cast.marketing)]
    actions.set_scope(by=cast.manager, project=project, lines=lines, now=NOW)
    changes = [("project", project.pk, {"scope": []}, {"scope": [["in", "样机"], ["out", "售后（由市场部负责）"]]})]
    assert said() == ("scope-changed", {"project": project.pk}, changes)
    count = Event.objects.count()
    actions.set_scope(by=cast.manager, project=project, lines=lines, now=NOW)
    assert kinds_since(count) == []
    with refused("forbidden", kind=Forbidden):
        actions.set_scope(by=cast.head, project=project, lines=[], now=NOW)


def test_the_creation_has_no_changes(cast: Cast, project: Project) -> None:
    assert changes_of(Event.objects.get(kind="project-created", project_id=project.pk)) == []
