"""Memos to open and sign, for the tests of this room."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from charters.ground import heads
from signoffs.sheets import sign
from support.cast import NOW, Cast, task
from tongzhou.charters.actions import open_memo
from tongzhou.charters.queries.memo_cut import memo_of
from tongzhou.charters.queries.memo_now import Compared, compared
from tongzhou.charters.queries.memo_standing import signed_memo
from tongzhou.lib import clock
from tongzhou.plan.actions import change_dates
from tongzhou.projects.models import Project
from tongzhou.resources.actions import CommitmentSpec, ask_commitments
from tongzhou.resources.models import Commitment
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.difference import snapshot_of
from tongzhou.signoffs.queries.places import standings

LATER = NOW + timedelta(hours=1)


def opened_memo(cast: Cast, project: Project, now: datetime = NOW, **given: Any) -> Sheet:
    with clock.pretend(now):
        return open_memo(by=cast.manager, project=project, now=now, **given)


def sign_open(cast: Cast, sheet: Sheet, now: datetime = NOW) -> None:
    """Let every seat agree that is still asked."""
    holders = heads(cast) | {"role:general_lead": cast.general_lead}
    for seat in [at.place.seat for at in standings(sheet) if not at.is_settled]:
        sign(holders[seat], sheet, seat, now=now)


def signed(cast: Cast, project: Project) -> Sheet:
    """A memo that every department signed."""
    sheet = opened_memo(cast, project)
    sign_open(cast, sheet)
    return Sheet.objects.get(pk=sheet.pk)


def move(cast: Cast, project: Project, name: str, finish: date, now: datetime = LATER) -> None:
    """Let a task finish on another day."""
    with clock.pretend(now):
        change_dates(by=cast.manager, item=task(project, name), name="finish", value=finish, now=now)


def asked(cast: Cast, project: Project, now: datetime = NOW) -> Commitment:
    """Ask 市场部 for two people."""
    days = {"starts_on": date(2024, 3, 4), "ends_on": date(2024, 3, 8)}
    spec = CommitmentSpec(cast.marketing.pk, "people", "操作工", Decimal(2), **days)
    with clock.pretend(now):
        return ask_commitments(by=cast.manager, project=project, rows=[spec], now=now)[0]


def now_of(project: Project) -> Compared:
    """What was signed beside what is."""
    sheet = signed_memo(project)
    assert sheet is not None
    return compared(snapshot_of(sheet), memo_of(Project.objects.get(pk=project.pk)))
