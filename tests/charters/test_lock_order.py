"""The last head signs a charter while another formal act of the project is done: nobody is sent away by a deadlock."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import pytest

from charters.ground import opened, whole_project, write
from signoffs.sheets import sign
from support.cast import NOW, Cast, make_cast, task
from support.slowed import CHAIN, Slow, slowly_at_once
from tongzhou.charters.actions import open_memo
from tongzhou.lib import clock
from tongzhou.plan.actions import change_details
from tongzhou.plan.actions.publishing import release_task_list
from tongzhou.projects.actions import change_basics
from tongzhou.projects.models import Project
from tongzhou.resources.actions import Answer, CommitmentSpec, answer_commitments, ask_commitments
from tongzhou.resources.models import Commitment
from tongzhou.signoffs.models import Ending, Sheet


def nearly_signed(cast: Cast, project: Project) -> Sheet:
    """The charter of a project lacks the signature of 市场部 alone."""
    sheet = opened(cast, project)
    sign(cast.head, sheet, f"head:{cast.rd.pk}")
    return sheet


def last_signature(cast: Cast, sheet: Sheet) -> Slow:
    """Slow once it has the chain."""
    return Slow(partial(sign, cast.other_head, sheet, f"head:{cast.marketing.pk}"), CHAIN)


def final(sheet: Sheet) -> bool:
    return Ending.objects.filter(sheet=sheet, kind=Ending.Kind.FINAL).exists()


@pytest.mark.django_db(transaction=True)
def test_a_memo_is_opened_while_the_charter_is_signed_by_the_last() -> None:
    cast = make_cast()
    project = whole_project(cast)
    sheet = nearly_signed(cast, project)
    memo = Slow(partial(open_memo, by=cast.manager, project=project, now=NOW), CHAIN, before=True)
    assert slowly_at_once(NOW, last_signature(cast, sheet), memo) == ["", ""]
    assert final(sheet)
    assert Sheet.objects.filter(project=project, kind="memo").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_promise_is_answered_anew_while_the_charter_is_signed_by_the_last() -> None:
    cast = make_cast()
    project = whole_project(cast)
    line = promised(cast, project)
    sheet = nearly_signed(cast, project)
    trimmed = Answer(line.pk, "trimmed", line.version, Decimal(1), "人手不足")
    answering = partial(answer_commitments, by=cast.other_head, project=project, answers=[trimmed], now=NOW)
    codes = slowly_at_once(NOW, last_signature(cast, sheet), Slow(answering, CHAIN, before=True))
    assert codes in (["", "signed"], ["charter-rewritten", ""])
    assert final(sheet) == (not codes[0])
    assert Commitment.objects.get(pk=line.pk).state == ("trimmed" if codes[0] else "confirmed")


@pytest.mark.django_db(transaction=True)
def test_a_memo_is_opened_while_the_general_lead_approves_the_task_list() -> None:
    """With the first task list the project moves on to its next stage."""
    cast = make_cast()
    project = whole_project(cast)
    sheet = nearly_signed(cast, project)
    sign(cast.other_head, sheet, f"head:{cast.marketing.pk}")
    with clock.pretend(NOW):
        listed = release_task_list(by=cast.manager, project=Project.objects.get(pk=project.pk), now=NOW)
    approving = Slow(partial(sign, cast.general_lead, listed, "role:general_lead"), CHAIN)
    memo = Slow(partial(open_memo, by=cast.manager, project=project, now=NOW), CHAIN, before=True)
    assert slowly_at_once(NOW, approving, memo) == ["", ""]
    assert (final(listed), Project.objects.get(pk=project.pk).stage) == (True, "executing")


@pytest.mark.django_db(transaction=True)
def test_the_first_day_moves_while_a_milestone_is_rewritten() -> None:
    cast = make_cast()
    project = whole_project(cast)
    write(cast, project, "risks", "主板到货晚")
    start = partial(change_basics, by=cast.manager, project=project, values={"starts_on": date(2024, 3, 5)}, now=NOW)
    words = {"delivery_standard": "两轮测试通过"}
    written = partial(change_details, by=cast.manager, item=task(project, "定型"), values=words, now=NOW)
    deeds = Slow(start, "charters_charter"), Slow(written, "charters_charter", before=True)
    assert slowly_at_once(NOW, *deeds) == ["", ""]
    assert task(project, "定型").delivery_standard == "两轮测试通过"
    assert Project.objects.get(pk=project.pk).starts_on == date(2024, 3, 5)


def promised(cast: Cast, project: Project) -> Commitment:
    """市场部 promised two people."""
    with clock.pretend(NOW):
        spec = CommitmentSpec(cast.marketing.pk, "people", "操作工", Decimal(2), "人", NOW.date(), NOW.date())
        line = ask_commitments(by=cast.manager, project=project, rows=[spec], now=NOW)[0]
        answer = Answer(line.pk, "confirmed", line.version)
        return answer_commitments(by=cast.other_head, project=project, answers=[answer], now=NOW)[0]
