"""The last head signs a charter while somebody edits what it promises: one comes first, and the other one hears of it.

Real threads, each on a connection of its own; on PostgreSQL both transactions run at the same time. TONGZHOU_ROUNDS for a long
run, TONGZHOU_SEED repeats the pauses of a run.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from charters.ground import opened, whole_project, write
from signoffs.sheets import sign
from support.cast import NOW, Cast, make_cast, task
from tongzhou.charters.models import CharterVersion
from tongzhou.charters.queries.cut import cut_of, promised
from tongzhou.engine.canonical import digest
from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.plan.actions import MilestoneSpec, change_details, set_key_milestones
from tongzhou.projects.actions import Goal, Part, ScopeLine, add_objective, add_scope_line, change_basics, set_participation
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Ending, Sheet, Signature
from tongzhou.signoffs.queries.difference import snapshot_of

ROUNDS = int(os.environ.get("TONGZHOU_ROUNDS", "2"))
SEED = int(os.environ.get("TONGZHOU_SEED") or random.SystemRandom().randrange(10**6))
SIGNED, EDITED = "signed", "edited"
Given = dict[str, Any]


def _objective(cast: Cast, given: Given) -> None:
    goal = Goal("复购率", "复购率", Decimal(15), Decimal(25), "%", due=date(2024, 6, 1), owner=cast.owner)
    add_objective(goal=goal, **given)


def _scope(_cast: Cast, given: Given) -> None:
    add_scope_line(line=ScopeLine("in", "再加一项"), **given)


def _basics(_cast: Cast, given: Given) -> None:
    change_basics(values={"objective": "首月销量 9000 台"}, **given)


def _duty(cast: Cast, given: Given) -> None:
    set_participation(department=cast.marketing, part=Part("support", "改了"), **given)


def _standard(cast: Cast, given: Given) -> None:
    item = task(given["project"], "定型")
    change_details(by=cast.manager, item=item, values={"delivery_standard": "修复率 90%"}, now=NOW)


def _milestone(_cast: Cast, given: Given) -> None:
    set_key_milestones(milestones=[MilestoneSpec("样机评审", date(2024, 3, 8))], **given)


def _text(cast: Cast, given: Given) -> None:
    write(cast, given["project"], "risks", "供应商延期")


EDITS: dict[str, Callable[[Cast, Given], None]] = {
    "objective": _objective,
    "scope": _scope,
    "basics": _basics,
    "duty": _duty,
    "standard": _standard,
    "milestone": _milestone,
    "text": _text,
}


def at_once(chance: random.Random, *deeds: Callable[[], object]) -> list[str]:
    """Do each deed in a thread of its own, all at the same moment but for a short pause; return the refusals' codes, or ""."""
    barrier = Barrier(len(deeds))
    pauses = [chance.choice((0, chance.uniform(0, 0.03))) for _deed in deeds]

    def one(deed: Callable[[], object], pause: float) -> str:
        barrier.wait()
        time.sleep(pause)
        try:
            with clock.pretend(NOW):
                deed()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(one, deeds, pauses))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("edit", EDITS)
def test_no_charter_is_final_whose_text_is_not_what_stands(edit: str) -> None:
    print(f"seed {SEED}")
    cast, chance, outcomes = make_cast(), random.Random(f"{SEED} {edit}"), Counter[str]()
    for number in range(ROUNDS):
        project = whole_project(cast, f"S-{number}")
        sheet = opened(cast, project)
        sign(cast.head, sheet, f"head:{cast.rd.pk}")
        given: Given = {"by": cast.manager, "project": Project.objects.get(pk=project.pk), "now": NOW}
        last = partial(sign, cast.other_head, sheet, f"head:{cast.marketing.pk}")
        signature, edition = at_once(chance, last, partial(EDITS[edit], cast, given))
        outcomes[judged(project, sheet, signature, edition)] += 1
    print(edit, dict(outcomes))


def judged(project: Project, sheet: Sheet, signature: str, edition: str) -> str:
    """Assert that one came first and the other was refused, and return which; each refusal leaves nothing behind."""
    now = digest(promised(cut_of(Project.objects.get(pk=project.pk))))
    then = digest(promised(snapshot_of(sheet)["shared"]))
    final = Ending.objects.filter(sheet=sheet, kind=Ending.Kind.FINAL).exists()
    signatures = Signature.objects.filter(place__sheet=sheet).count()
    in_force = CharterVersion.objects.get(sheet=sheet).in_force_at is not None
    if not signature:
        assert (edition, now == then, final, in_force, signatures) == ("part-signed", True, True, True, 2)
        return SIGNED
    assert (signature, edition, now == then) == ("charter-rewritten", "", False)
    assert (final, in_force, signatures) == (False, False, 1)
    return EDITED


@pytest.mark.django_db(transaction=True)
def test_who_asks_again_and_who_signs_last_do_not_pass_each_other() -> None:
    """The manager amends and opens the next version while the last head signs this one."""
    cast, chance = make_cast(), random.Random(SEED)
    for number in range(ROUNDS):
        project = whole_project(cast, f"S-{number}")
        sheet = opened(cast, project)
        sign(cast.head, sheet, f"head:{cast.rd.pk}")
        given: Given = {"by": cast.manager, "project": project, "now": NOW}

        def amend(given: Given = given, project: Project = project) -> None:
            _scope(cast, given)
            opened(cast, project)

        last = partial(sign, cast.other_head, sheet, f"head:{cast.marketing.pk}")
        signature, again = at_once(chance, last, amend)
        newest = Sheet.objects.filter(project=project, kind="charter").latest("version")
        if signature:
            assert (signature in ("charter-rewritten", "sheet-changed"), again, newest.version) == (True, "", 2)
            assert not Signature.objects.filter(place__sheet=newest).exists()
        else:
            assert (again, newest.pk) == ("part-signed", sheet.pk)
