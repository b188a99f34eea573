"""A project is closed while somebody changes it: one comes first, and what it says once it is closed it says ever after.

Two who save the part of a department over the same version: the second is told so.

Real threads, each on a connection of its own; on PostgreSQL both transactions run at the same time. TONGZHOU_ROUNDS for a long
run, TONGZHOU_SEED repeats the pauses of a run.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from support.cast import NOW, Cast, make_cast, planned_project, small_project, task
from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.people.models import System
from tongzhou.plan.actions import DeliverableSpec, add_deliverables, change_dates
from tongzhou.plan.models import WorkItem
from tongzhou.projects.actions import Part, ScopeLine, add_scope_line, move_stage, set_participation
from tongzhou.projects.models import Project

ROUNDS = int(os.environ.get("TONGZHOU_ROUNDS", "3"))
SEED = int(os.environ.get("TONGZHOU_SEED") or random.SystemRandom().randrange(10**6))
CLOSED, EDITED = "closed first", "edited first"


def _scope(cast: Cast, project: Project) -> None:
    add_scope_line(by=cast.manager, project=project, line=ScopeLine("in", "再加一项"), now=NOW)


def _date(cast: Cast, project: Project) -> None:
    change_dates(by=cast.manager, item=task(project, "设计"), name="start", value=date(2024, 3, 15), now=NOW)


def _deliverable(cast: Cast, project: Project) -> None:
    add_deliverables(by=cast.manager, project=project, rows=[DeliverableSpec("样机")], now=NOW)


EDITS: dict[str, Callable[[Cast, Project], None]] = {"scope": _scope, "date": _date, "deliverable": _deliverable}


def close(project: Project) -> None:
    """Let the product itself close it, as it does without asking what is missing."""
    move_stage(by=System(), project=project, to="closed", now=NOW)


def said(project: Project) -> tuple[object, ...]:
    """What of a project the edits change."""
    dates = WorkItem.objects.filter(project=project).order_by("pk").values_list("pk", "start", "typed_start")
    return list(project.scope_items.values_list("text", flat=True)), list(dates), project.deliverables.count()


@dataclass
class Deed:
    """Something that is done in a transaction and a thread of its own, and is held before its end until `may_end`."""

    what: Callable[[], object]
    pause: float = 0
    may_end: Event = field(default_factory=Event)
    done: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)
    code: str = ""

    def run(self) -> None:
        try:
            Event().wait(self.pause)
            with clock.pretend(NOW), transaction.atomic():
                self.what()
                self.done.set()
                assert self.may_end.wait(20)
        except Refused as refused:
            self.code = refused.code
        finally:
            connection.close()
            self.ended.set()


@contextmanager
def begun(*deeds: Deed) -> Iterator[None]:
    """Begin each of the deeds, and wait for them at the end."""
    threads = [Thread(target=deed.run) for deed in deeds]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for deed in deeds:
            deed.may_end.set()
        for thread in threads:
            thread.join(30)


def the_second_waits(first: Deed, second: Deed, otherwise: str) -> None:
    """Begin the second while the first is done and not ended yet: it must not end before the first one does."""
    with begun(first):
        assert first.done.wait(20)
        with begun(second):
            assert not second.ended.wait(0.4), otherwise
            first.may_end.set()
            assert second.ended.wait(20)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("edit", EDITS)
def test_who_closes_waits_for_a_change_that_is_under_way(edit: str) -> None:
    cast = make_cast()
    project = planned_project(cast)
    changing, closing = Deed(partial(EDITS[edit], cast, project)), Deed(partial(close, project))
    closing.may_end.set()
    before = said(project)
    the_second_waits(changing, closing, "it is closed past a change that nobody sees yet")
    assert (changing.code, closing.code) == ("", "")
    assert Project.objects.get(pk=project.pk).stage == "closed"
    assert said(project) != before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("edit", EDITS)
def test_who_changes_it_while_it_is_being_closed_is_refused(edit: str) -> None:
    cast = make_cast()
    project = planned_project(cast)
    before = said(project)
    changing, closing = Deed(partial(EDITS[edit], cast, project)), Deed(partial(close, project))
    changing.may_end.set()
    the_second_waits(closing, changing, "it is changed past a closing that nobody sees yet")
    assert (changing.code, closing.code) == ("project-ended", "")
    assert said(project) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("edit", EDITS)
def test_what_it_says_when_it_is_closed_is_what_it_says_ever_after(edit: str) -> None:
    print(f"seed {SEED}")
    cast, chance, outcomes = make_cast(), random.Random(f"{SEED} {edit}"), Counter[str]()
    for number in range(ROUNDS):
        project = planned_project(cast, f"S-{number}")
        before = said(project)
        pauses = [chance.choice((0, chance.uniform(0, 0.03))) for _deed in range(2)]
        changing = Deed(partial(EDITS[edit], cast, project), pauses[0])
        closing = Deed(partial(close, project), pauses[1])
        for deed in (changing, closing):
            deed.may_end.set()
        with begun(changing, closing):
            assert closing.ended.wait(20)
            then = said(project)
        assert said(project) == then
        assert (changing.code, closing.code) in (("", ""), ("project-ended", ""))
        assert (then != before) == (not changing.code)
        outcomes[CLOSED if changing.code else EDITED] += 1
    print(edit, dict(outcomes))


@pytest.mark.django_db(transaction=True)
def test_two_who_save_the_part_of_a_department_at_once_do_not_write_over_each_other() -> None:
    cast = make_cast()
    project = small_project(cast)

    def deed(duty: str) -> Deed:
        given = {"project": project, "department": cast.marketing, "part": Part("support", duty), "version": 1, "now": NOW}
        return Deed(partial(set_participation, by=cast.manager, **given))

    first, second = deed("推广"), deed("物料")
    second.may_end.set()
    the_second_waits(first, second, "it is compared with a version that is being written over")
    assert (first.code, second.code) == ("", "stale")
    row = project.participations.get(department=cast.marketing)
    assert (row.duty, row.version) == ("推广", 2)
