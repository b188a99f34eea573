"""Charters: their texts, asking for signatures, and what follows when all have agreed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from charters.ground import heads, in_force, opened, sheets, signed_by_all, whole_project, write
from signoffs.sheets import sign
from support.cast import NOW, Cast, small_project, task
from support.checks import refused, said
from tongzhou.charters.actions import open_charter, write_part
from tongzhou.charters.models import CharterPart, CharterVersion
from tongzhou.charters.queries.cut import cut_of, promised
from tongzhou.charters.queries.standing import GATE
from tongzhou.charters.queries.standing import in_force as force_of
from tongzhou.lib import clock
from tongzhou.lib.access import Forbidden, Reason, Refused, Stale
from tongzhou.lib.registry import AUTHORITIES, GATES
from tongzhou.people.actions import add_department
from tongzhou.people.models import System, User
from tongzhou.plan.actions import change_dates
from tongzhou.plan.models import Baseline, BaselineLine, WorkItem
from tongzhou.projects.actions import Part, ScopeLine, change_weight, seat, set_participation, set_scope
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import void_sheet
from tongzhou.signoffs.models import Act, Signature
from tongzhou.signoffs.queries.difference import difference_of, snapshot_of
from tongzhou.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(cast: Cast) -> Project:
    return whole_project(cast)


def asked(project: Project, part: str) -> list[str]:
    """What the gate answers, however many hang there."""
    return [reason for gate in GATES.at(GATE) for reason in gate(project, part)]


# its texts


def test_a_text_is_written_over_the_version_that_was_seen(cast: Cast, project: Project) -> None:
    first = write(cast, project, "success", "首月投诉率不高于 1.5%")
    assert (first.version, first.written_by_name) == (1, "陈一")
    again = write(cast, project, "success", "首月投诉率不高于 1%", version=1)
    assert (again.pk, again.version, again.text) == (first.pk, 2, "首月投诉率不高于 1%")
    kind, data, changes = said()
    assert (kind, data["part"], data["version"]) == ("charter-part-written", "success", 2)
    texts = [({"text": "首月投诉率不高于 1.5%"}, {"text": "首月投诉率不高于 1%"})]
    assert [(before, after) for _type, _id, before, after in changes] == texts


def test_the_same_text_changes_nothing(cast: Cast, project: Project) -> None:
    write(cast, project, "risks", "供应商延期")
    count = Event.objects.count()
    assert write(cast, project, "risks", " 供应商延期\r\n", version=0).version == 1
    assert Event.objects.count() == count


@pytest.mark.parametrize("version", [0, 2])
def test_who_writes_over_another_text_gets_both(cast: Cast, project: Project, version: int) -> None:
    write(cast, project, "risks", "供应商延期")
    with refused("part-changed", "text", Stale):
        write(cast, project, "risks", "关键人离职", version=version)
    with pytest.raises(Stale) as caught:
        write(cast, project, "risks", "关键人离职", version=version)
    assert {name: caught.value.current[name] for name in ("version", "text", "by")} == {
        "version": 1,
        "text": "供应商延期",
        "by": "陈一",
    }


@pytest.mark.parametrize(
    ("kind", "text", "code", "field"),
    [
        ("budget", "x", "part-unknown", "part"),
        ("risks", "x" * 100_001, "text-too-long", "text"),
        ("risks", "a\0b", "text-unusable", "text"),
        ("risks", "a\ud800b", "text-unusable", "text"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused(
    cast: Cast, project: Project, kind: str, text: str, code: str, field: str
) -> None:
    with refused(code, field):
        write(cast, project, kind, text)


@pytest.mark.parametrize("text", ["𠮷野家 🚀 <script>alert(1)</script> {{ x }}", "=1+1\n@SUM(A1)", "x" * 100_000])
def test_any_text_is_kept_frozen_and_signed_as_it_is(cast: Cast, project: Project, text: str) -> None:
    for kind in CharterPart.Kind.values:
        write(cast, project, kind, text)
    sheet = opened(cast, project)
    assert set(snapshot_of(sheet)["shared"]["texts"].values()) == {text}
    page = bytes(sheet.html).decode()
    assert "<script" not in page
    assert text.splitlines()[0].split("<", maxsplit=1)[0] in page


@pytest.mark.parametrize("who", ["general_lead", "head", "liaison", "owner", "quality", "member", "stranger", "administrator"])
def test_only_the_manager_writes_and_asks(cast: Cast, project: Project, who: str) -> None:
    person = getattr(cast, who)
    with refused("forbidden", kind=Forbidden):
        write(cast, project, "risks", "x", by=person)
    with refused("forbidden", kind=Forbidden):
        open_charter(by=person, project=project, now=NOW)


def test_a_light_project_has_no_charter(cast: Cast) -> None:
    light = small_project(cast, "S-2", weight="light")
    with refused("forbidden", kind=Forbidden):
        write(cast, light, "risks", "x")
    with refused("forbidden", kind=Forbidden):
        open_charter(by=cast.manager, project=light, now=NOW)


# asking for signatures


def test_asking_freezes_the_charter_and_asks_each_head(cast: Cast, project: Project) -> None:
    write(cast, project, "success", "投诉率不高于 1.5%")
    sheet = opened(cast, project)
    assert (sheet.kind, sheet.key, sheet.version, sheet.title) == ("charter", project.pk, 1, "项目章程")
    assert [place.seat for place in sheet.places.all()] == list(heads(cast))
    shared = snapshot_of(sheet)["shared"]
    assert shared == json.loads(json.dumps(shared))
    assert shared["basics"]["objective"] == "首月销量 5000 台"
    assert [(row["name"], row["excluded"], row["department"]) for row in shared["scope"]] == [
        ("样机与量产准备", False, ""),
        ("海外上市", True, "市场部"),
    ]
    assert [(row["name"], row["duty"], row["head"]) for row in shared["departments"]] == [
        ("研发部", "样机设计与测试", "李四"),
        ("市场部", "推广方案与渠道预热", "吴八"),
    ]
    assert [(row["name"], row["due"]) for row in shared["milestones"]] == [("样机定型", "2024-03-08"), ("定型", "2024-03-08")]
    assert (shared["plan"]["tasks"], shared["plan"]["start"], shared["plan"]["finish"]) == (5, "2024-03-04", "2024-03-08")
    version = CharterVersion.objects.get(sheet=sheet)
    assert (version.in_force_at, len(version.planned["lines"])) == (None, 5)
    assert said()[0] == "sheet-opened"


def test_a_strict_project_asks_the_general_lead_too(cast: Cast) -> None:
    sheet = opened(cast, whole_project(cast, weight="strict"))
    assert [place.seat for place in sheet.places.all()] == ["role:general_lead", *heads(cast)]


def test_what_is_missing_is_named_before_anybody_is_asked(cast: Cast) -> None:
    bare = small_project(cast)
    with pytest.raises(Refused) as caught:
        opened(cast, bare)
    assert caught.value.code == "charter-incomplete"
    assert set(caught.value.errors) == {"objectives", "period", "scope", "departments", "milestones", "communication"}
    assert "研发部、市场部的职责" in caught.value.message


@pytest.mark.parametrize("why", ["nobody", "disabled"])
def test_a_department_without_a_head_is_named_before_anybody_is_asked(cast: Cast, project: Project, why: str) -> None:
    part = project.participations.select_related("project", "department").get(department=cast.marketing)
    if why == "nobody":
        seat(by=cast.manager, participation=part, kind="head", holder=None, now=NOW)
    else:
        User.objects.filter(pk=cast.other_head.pk).update(is_active=False)
    with refused("charter-incomplete"):
        opened(cast, project)
    with pytest.raises(Refused, match="市场部没有负责人"):
        opened(cast, project)


def test_the_same_charter_is_not_asked_for_twice(cast: Cast, project: Project) -> None:
    opened(cast, project)
    with refused("nothing-changed"):
        opened(cast, project)
    with refused("due-passed", "due"):
        open_charter(by=cast.manager, project=project, due=NOW - timedelta(hours=1), now=NOW)


def test_refused_amended_and_signed_again_by_all(cast: Cast, project: Project) -> None:
    first = opened(cast, project)
    sign(cast.head, first, f"head:{cast.rd.pk}")
    sign(cast.other_head, first, f"head:{cast.marketing.pk}", "refuse", "海外上市不应由市场部承担")
    assert force_of(project) is None
    lines = [ScopeLine("in", "样机与量产准备"), ScopeLine("out", "海外上市", cast.rd)]
    set_scope(by=cast.manager, project=project, lines=lines, now=NOW)
    second = opened(cast, project)
    assert second.version == 2
    told = [(change.label, change.before, change.after) for change in difference_of(snapshot_of(first), snapshot_of(second))]
    assert any("研发部" in after for _label, _before, after in told)
    assert [place.carried_id for place in second.places.all()] == [None, None]
    signed_by_all(cast, second)
    version = force_of(project)
    assert version is not None and version.sheet_id == second.pk


def test_two_hundred_heads_sign(cast: Cast, project: Project) -> None:
    system, count = System(), 198
    with clock.pretend(NOW):
        for number in range(count):
            department = add_department(by=system, name=f"部门{number:03}", now=NOW)
            part = set_participation(
                by=cast.manager, project=project, department=department, part=Part("support", "配合"), now=NOW
            )
            part.project = project
            seat(by=cast.manager, participation=part, kind="head", holder=cast.member, now=NOW)
    sheet = opened(cast, project)
    places = list(sheet.places.all())
    assert len(places) == count + 2
    holders = heads(cast)
    for place in places[:3]:
        sign(holders.get(place.seat, cast.member), sheet, place.seat)
    # The rest at once, as the rows would stand: what the last one brings is what is asked here.
    known = Signature.objects.filter(place__sheet=sheet).values().last() or {}
    rest = [{**known, "id": None, "place_id": place.pk} for place in places[3:-1]]
    Signature.objects.bulk_create(Signature(**row) for row in rest)
    assert force_of(project) is None
    sign(cast.member, sheet, places[-1].seat)
    assert force_of(project) is not None


# in force


def test_when_all_have_agreed_the_plan_as_it_was_becomes_the_baseline(cast: Cast, project: Project) -> None:
    before = Baseline.objects.count()
    sheet = opened(cast, project)
    item = task(project, "设计")
    with clock.pretend(NOW):
        change_dates(by=cast.manager, item=item, name="start", value=date(2024, 3, 11), now=NOW)
    assert task(project, "设计").start == date(2024, 3, 11)
    rows = signed_by_all(cast, sheet)
    version = force_of(project)
    assert version is not None and version.in_force_at == NOW
    assert version.baseline is not None and version.baseline.number == before
    line = BaselineLine.objects.get(baseline=version.baseline, item_id=item.pk)
    assert (line.start, line.finish) == (date(2024, 3, 4), date(2024, 3, 6))
    assert len(rows) == 2
    acts = [json.loads(bytes(row.body)) for row in Act.objects.filter(project_id=project.pk).order_by("number")]
    assert [act["act"] for act in acts][-3:] == ["signed", "sheet-ended", "charter-in-force"]
    assert acts[-1]["payload"] == {"sheet": sheet.pk, "digest": sheet.digest, "version": 1, "baseline": before}
    kinds = list(Event.objects.order_by("-pk").values_list("kind", flat=True)[:4])
    assert kinds == ["sheet-signed", "charter-came-into-force", "stage-moved", "baseline-cut"]
    project.refresh_from_db()
    assert project.stage == "planning"


def test_without_a_plan_no_baseline_is_cut(cast: Cast, project: Project) -> None:
    WorkItem.objects.filter(project=project).delete()
    count = Baseline.objects.count()
    in_force(cast, project)
    version = force_of(project)
    assert version is not None and version.baseline is None
    assert Baseline.objects.count() == count


def test_nobody_agrees_last_to_what_was_rewritten(cast: Cast, project: Project) -> None:
    sheet = opened(cast, project)
    sign(cast.head, sheet, f"head:{cast.rd.pk}")
    write(cast, project, "risks", "供应商延期")
    with refused("charter-rewritten"):
        sign(cast.other_head, sheet, f"head:{cast.marketing.pk}")
    assert force_of(project) is None
    again = opened(cast, project)
    signed_by_all(cast, again)
    assert force_of(project) is not None


def test_people_and_dates_may_move_while_it_is_signed(cast: Cast, project: Project) -> None:
    sheet = opened(cast, project)
    sign(cast.head, sheet, f"head:{cast.rd.pk}")
    part = project.participations.select_related("project", "department").get(department=cast.marketing)
    seat(by=cast.manager, participation=part, kind="head", holder=cast.other_liaison, now=NOW)
    with clock.pretend(NOW):
        change_dates(by=cast.manager, item=task(project, "测试"), name="duration", value=4, now=NOW)
    sign(cast.other_liaison, sheet, f"head:{cast.marketing.pk}")
    assert force_of(project) is not None


def test_a_voided_sheet_comes_into_force_never_and_another_is_opened(cast: Cast, project: Project) -> None:
    first = opened(cast, project)
    void_sheet(by=cast.manager, sheet=first, reason="写错了", now=NOW)
    second = opened(cast, project)
    assert second.version == 2
    signed_by_all(cast, second)
    assert [row.sheet_id for row in CharterVersion.objects.filter(in_force_at__isnull=False)] == [second.pk]


def test_in_force_it_is_not_opened_or_written_again(cast: Cast, project: Project) -> None:
    write(cast, project, "risks", "供应商延期")
    in_force(cast, project)
    with refused("charter-signed"):
        opened(cast, project)
    with refused("part-signed", "text"):
        write(cast, project, "risks", "关键人离职", version=1)


# the gate

PARTS = ("objectives", "scope", "departments", "period", "communication", "background", "commitments", "milestones")


@pytest.mark.parametrize("part", PARTS)
def test_the_gate_is_open_until_the_charter_is_in_force(cast: Cast, project: Project, part: str) -> None:
    assert asked(project, part) == []
    sheet = opened(cast, project)
    assert asked(project, part) == []
    signed_by_all(cast, sheet)
    (reason,) = asked(project, part)
    assert "第 1 版" in reason and "变更" in reason
    assert isinstance(reason, Reason) and reason.link == "/projects/S-1/charter/signed/"


@pytest.fixture
def authority() -> Iterator[set[tuple[int, str]]]:
    """A change that was agreed on, as later work will register it: it opens what it names."""
    agreed: set[tuple[int, str]] = set()

    def opens(project: Project, part: str) -> bool:
        return (project.pk, part) in agreed

    before = {place: list(entries) for place, entries in AUTHORITIES._entries.items()}
    AUTHORITIES.add(GATE, opens)
    yield agreed
    AUTHORITIES._entries.clear()
    AUTHORITIES._entries.update(before)


def test_an_authority_opens_what_it_names_and_nothing_else(
    cast: Cast, project: Project, authority: set[tuple[int, str]]
) -> None:
    write(cast, project, "risks", "供应商延期")
    in_force(cast, project)
    assert all(asked(project, part) for part in PARTS)
    authority.add((project.pk, "scope"))
    assert asked(project, "scope") == []
    assert all(asked(project, part) for part in PARTS if part != "scope")
    authority.add((project.pk, "risks"))
    write(cast, project, "risks", "关键人离职", version=1)
    authority.clear()
    with refused("part-signed", "text"):
        write(cast, project, "risks", "又改", version=2)


def test_nothing_but_an_authority_opens_it(cast: Cast, project: Project) -> None:
    """Neither the product itself, nor the general lead, nor an administrator, nor another charter."""
    write(cast, project, "risks", "供应商延期")
    in_force(cast, project)
    opened(cast, whole_project(cast, "S-2"))
    for by in (System(), cast.manager):
        with refused("part-signed", "text"):
            write_part(by=by, project=project, kind="risks", text="改", version=1, now=NOW)
        with refused("charter-signed"):
            open_charter(by=by, project=project, now=NOW)


def test_a_change_leads_to_a_next_version_that_all_sign(cast: Cast, project: Project, authority: set[tuple[int, str]]) -> None:
    _project, first = in_force(cast, project)
    authority |= {(project.pk, "risks"), (project.pk, "charter")}
    write(cast, project, "risks", "关键人离职")
    second = opened(cast, project)
    version = force_of(project)
    assert version is not None and version.sheet_id == first.pk, "until all have signed the earlier one holds"
    signed_by_all(cast, second)
    version = force_of(project)
    assert version is not None and version.sheet_id == second.pk
    assert [row.version for row in sheets(project)] == [2, 1]


def test_the_weight_is_not_lowered_below_a_charter(cast: Cast, project: Project) -> None:
    sheet = opened(cast, project)
    with pytest.raises(Refused) as caught:
        change_weight(by=cast.manager, project=project, weight="light", now=NOW)
    assert any("正在会签" in text for text in caught.value.errors.values())
    signed_by_all(cast, sheet)
    with pytest.raises(Refused) as later:
        change_weight(by=cast.manager, project=project, weight="light", now=NOW)
    assert any("已生效" in text for text in later.value.errors.values())


def test_what_is_promised_does_not_name_people_in_seats_or_dates_of_tasks(cast: Cast, project: Project) -> None:
    found: Any = promised(cut_of(project))
    assert set(found) == {"basics", "texts", "objectives", "scope", "departments", "milestones", "communication", "commitments"}
    assert set(found["basics"]) == {"start", "finish", "objective", "background"}
    assert set(found["departments"][0]) == {"id", "name", "kind", "duty", "deliverables"}
    assert set(found["milestones"][0]) == {"id", "name", "department", "owner", "standard"}
