"""What is signed is one text in the organisation's language, whoever asks, signs or reads in which, and all of it is shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from charters.ground import heads, opened, signed_by_all, whole_project, write
from charters.memos import LATER, now_of, opened_memo, sign_open
from charters.memos import asked as asked_of_marketing
from charters.memos import signed as signed_memo
from signoffs.sheets import sign
from support.cast import NOW, Cast, task
from support.checks import refused
from support.web import client_of
from tongzhou.charters.actions import publish_duties
from tongzhou.charters.models import CharterVersion
from tongzhou.charters.papers import basic_information, charter_paper, duty_paper, memo_paper
from tongzhou.charters.queries.cut import cut_of
from tongzhou.charters.queries.duties import duties_of
from tongzhou.charters.queries.memo_cut import PARTS, memo_of
from tongzhou.charters.queries.memo_now import FIELDS
from tongzhou.charters.queries.memo_page import asked_again
from tongzhou.charters.queries.memo_page import since as memo_since
from tongzhou.charters.queries.page import since
from tongzhou.charters.queries.standing import in_force as force_of
from tongzhou.documents.models import KindSetting
from tongzhou.documents.queries.kinds import wording
from tongzhou.lib import clock
from tongzhou.notifications.models import Notice
from tongzhou.plan.actions import MilestoneSpec, set_key_milestones
from tongzhou.plan.models import KeyMilestone
from tongzhou.projects.models import Project, ProjectRole
from tongzhou.rhythm.jobs import settle
from tongzhou.signoffs.actions import void_sheet
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.difference import snapshot_of

pytestmark = pytest.mark.django_db

ENGLISH = "en"
SAME = ("shared", "parts", "labels", "title", "seats")
IN_ONE_CELL = {("deliverables", "name"), ("deliverables", "amount")}
"""Said together by a row of a memo."""


@pytest.fixture
def project(cast: Cast) -> Project:
    project = whole_project(cast)
    asked_of_marketing(cast, project)
    return project


def signed_in_english(cast: Cast, sheet: Sheet) -> None:
    """Let every head agree who reads English."""
    with translation.override(ENGLISH):
        for seat, holder in heads(cast).items():
            sign(holder, sheet, seat)


# one language


def test_who_reads_english_signs_a_charter_last(cast: Cast, project: Project) -> None:
    signed_in_english(cast, opened(cast, project))
    assert force_of(project) is not None


def test_a_charter_that_is_opened_in_english_is_the_same_text(cast: Cast, project: Project) -> None:
    first = opened(cast, project)
    with translation.override(ENGLISH), refused("nothing-changed"):
        opened(cast, project)
    void_sheet(by=cast.manager, sheet=first, reason="写错了", now=NOW)
    with translation.override(ENGLISH):
        second = opened(cast, project)
    one, two = snapshot_of(first), snapshot_of(second)
    assert [two[name] for name in SAME] == [one[name] for name in SAME]
    assert bytes(second.html) == bytes(first.html)
    assert second.title == first.title == "项目章程"
    assert [place.capacity for place in second.places.all()] == [place.capacity for place in first.places.all()]


def test_a_memo_that_is_opened_in_english_keeps_its_signatures(cast: Cast, project: Project) -> None:
    first = signed_memo(cast, project)
    with translation.override(ENGLISH), refused("nothing-changed"):
        opened_memo(cast, project, now=LATER)
    with translation.override(ENGLISH):
        assert now_of(project).count == 0
    task(project, "测试").delete()
    with translation.override(ENGLISH):
        second = opened_memo(cast, project, now=LATER)
    assert second.places.exclude(carried=None).count() == 1, "of the department whose part is as it was"
    assert second.title == first.title and "Task" not in bytes(second.html).decode()


def test_duties_that_are_only_translated_are_no_version(cast: Cast, project: Project) -> None:
    publish_duties(by=cast.manager, project=project, now=NOW)
    with translation.override(ENGLISH), refused("nothing-changed"):
        publish_duties(by=cast.manager, project=project, now=NOW + timedelta(hours=1))


def test_a_paper_is_the_same_for_every_reader(cast: Cast, project: Project) -> None:
    def papers() -> list[object]:
        cut, memo = cut_of(project), memo_of(project)
        found = [charter_paper(cut), charter_paper(cut, version=1), basic_information(cut), duty_paper(duties_of(project))]
        return [*found, memo_paper(memo.shared, memo.parts, {}), memo_paper(memo.shared, memo.parts, {}, version=1)]

    chinese = papers()
    with translation.override(ENGLISH):
        assert papers() == chinese


# what may move


def test_milestones_that_change_places_by_their_days_are_signed_all_the_same(cast: Cast, project: Project) -> None:
    milestones = [MilestoneSpec("试产", date(2024, 5, 1)), MilestoneSpec("上市", date(2024, 5, 2))]
    set_key_milestones(by=cast.manager, project=project, milestones=milestones, now=NOW)
    sheet = opened(cast, project)
    names = [row["name"] for row in cut_of(project)["milestones"]]
    with clock.pretend(NOW):
        KeyMilestone.objects.filter(project=project, name="试产").update(due=date(2024, 5, 3))
    assert [row["name"] for row in cut_of(project)["milestones"]] != names
    for seat, holder in heads(cast).items():
        sign(holder, sheet, seat)
    assert force_of(project) is not None


# all of it is shown, and nothing else is handed out


def says_otherwise(kind: str) -> None:
    """Let the organisation give a kind other fixed texts."""
    texts = {"preamble": "另一段前言", "declaration": "另一段声明", "closing": "另一段结尾"}
    KindSetting.objects.update_or_create(kind=kind, defaults={"texts": texts})


def test_the_fixed_texts_of_a_charter_are_those_that_were_signed(cast: Cast, project: Project) -> None:
    texts = wording("charter")
    sheet = opened(cast, project)
    shared = snapshot_of(sheet)["shared"]
    assert shared["wording"] == texts and all(text in bytes(sheet.html).decode() for text in texts.values())
    says_otherwise("charter")
    assert "另一段" not in repr(charter_paper(shared, version=1))
    assert all(text in repr(charter_paper(shared, version=1)) for text in texts.values())
    assert "另一段前言" in repr(charter_paper(cut_of(project)))
    assert since(sheet, cut_of(project)) == []
    signed_by_all(cast, sheet)
    assert force_of(project) is not None


def test_the_fixed_texts_of_a_memo_are_those_that_were_signed(cast: Cast, project: Project) -> None:
    texts = {name: text for name, text in wording("memo").items() if text}
    sheet = opened_memo(cast, project)
    frozen, memo = snapshot_of(sheet), memo_of(project)
    assert all(text in bytes(sheet.html).decode() for text in texts.values())
    assert (memo_since(frozen, memo), asked_again(frozen, memo)) == ([], [])
    says_otherwise("memo")
    paper = repr(memo_paper(frozen["shared"], frozen["parts"], {}, version=1))
    assert "另一段" not in paper and all(text in paper for text in texts.values())
    assert "另一段声明" in repr(memo_paper(memo.shared, memo.parts, {}))
    assert (memo_since(frozen, memo), asked_again(frozen, memo)) == ([], None), "who signs next signs another text"


def test_what_was_opened_without_fixed_texts_prints_none(cast: Cast, project: Project) -> None:
    cut, memo = cut_of(project), memo_of(project)
    assert wording("charter")["preamble"] not in repr(charter_paper(cut, version=1))
    assert wording("memo")["preamble"] not in repr(memo_paper(memo.shared, memo.parts, {}, version=1))
    assert memo_since({"shared": memo.shared, "parts": memo.parts}, memo) == []


# who writes, and what holds, while the last one signs


def test_what_was_typed_stays_when_the_last_head_signed_meanwhile(cast: Cast, project: Project) -> None:
    write(cast, project, "risks", "供应商延期")
    signed_by_all(cast, opened(cast, project))
    answer = client_of(cast.manager).post("/projects/S-1/charter/parts/risks/", {"text": "关键人离职", "version": "1"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "关键人离职</textarea>" in shown and "已签署的章程（第 1 版），须经变更。" in shown


@pytest.mark.parametrize("how", ["line", "gone"])
def test_no_other_plan_than_the_signed_one_becomes_the_baseline(cast: Cast, project: Project, how: str) -> None:
    sheet = opened(cast, project)
    version = CharterVersion.objects.get(sheet=sheet)
    planned = {**version.planned, "lines": version.planned["lines"][1:]} if how == "line" else {}
    CharterVersion.objects.filter(pk=version.pk).update(planned=planned)
    sign(cast.head, sheet, f"head:{cast.rd.pk}")
    with refused("plan-altered"):
        sign(cast.other_head, sheet, f"head:{cast.marketing.pk}")
    assert force_of(project) is None


@pytest.mark.parametrize("kind", ["charter", "memo"])
def test_who_holds_a_seat_hears_that_it_is_in_force(cast: Cast, project: Project, kind: str) -> None:
    assert not ProjectRole.objects.filter(project=project, user=cast.other_liaison).exists()
    sheet = opened(cast, project) if kind == "charter" else opened_memo(cast, project)
    sign_open(cast, sheet)
    settle(now=LATER)
    title = "项目章程已生效" if kind == "charter" else "协作备忘录已签署"
    assert Notice.objects.filter(person=cast.other_liaison, title=title).count() == 1


def test_what_is_compared_of_a_memo_stands_in_what_is_signed(cast: Cast, project: Project) -> None:
    """A day that nobody could read when she signed is no promise of hers."""
    shown = bytes(opened_memo(cast, project).html).decode()
    memo = memo_of(project)
    lists = [("shared", name, memo.shared[name]) for name in ("objectives", "milestones")]
    lists += [(f"parts/{seat}", name, part[name]) for seat, part in memo.departments for name in PARTS]
    asked = [
        f'data-at="{where}/{name}/{entry["id"]}/{field}"'
        for where, name, entries in lists
        for entry in entries
        for field in set(FIELDS[name]) & set(entry)
        if (name, field) not in IN_ONE_CELL
    ]
    assert len(asked) > 30
    assert [place for place in asked if place not in shown] == []
