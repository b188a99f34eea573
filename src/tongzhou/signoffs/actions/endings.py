"""Writes: how a sheet ends. What finality brings is the outcome of the room whose kind it is."""

from __future__ import annotations

from datetime import datetime

from tongzhou.lib.registry import OUTCOMES
from tongzhou.people.models import System, User
from tongzhou.signoffs.actions.acts import append_act
from tongzhou.signoffs.models import Ending, Sheet
from tongzhou.signoffs.queries.places import standings


def end_sheet(*, by: User | System, sheet: Sheet, kind: str, reason: str = "", now: datetime) -> Ending:
    """End a sheet within the caller's transaction: a formal act, and a row that says who and when."""
    payload = {"sheet": sheet.pk, "digest": sheet.digest, "ending": kind, "reason": reason}
    act = append_act(project=sheet.project_id, kind="sheet-ended", payload=payload, by=by, now=now)
    who = by if isinstance(by, User) else None
    return Ending.objects.create(
        sheet=sheet, kind=kind, reason=reason, at=now, by=who, by_name=by.actor_name, act_number=act.number
    )


def make_final(*, by: User | System, sheet: Sheet, now: datetime) -> bool:
    """Let a sheet become final if every place is settled; handlers at "sheet-final:<kind>" are told (sheet, by, now).

    A handler that refuses rolls the last signature back.
    """
    if not all(at.is_settled for at in standings(sheet)):
        return False
    end_sheet(by=by, sheet=sheet, kind=Ending.Kind.FINAL, now=now)
    for handler in OUTCOMES.at(f"sheet-final:{sheet.kind}"):
        handler(sheet=sheet, by=by, now=now)
    return True
