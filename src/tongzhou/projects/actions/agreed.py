"""What the writes of agreed texts have in common: the version that was seen, the gate of what is signed, the order of rows."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, Stale
from tongzhou.lib.registry import GATES
from tongzhou.projects.models import CommunicationRule, Measurement, Objective, Project, ScopeItem

Row = TypeVar("Row", Objective, Measurement, ScopeItem, CommunicationRule)
Placed = TypeVar("Placed", Objective, ScopeItem, CommunicationRule)
MOST_ROWS = 200
LONGEST_PLACE = 10_000


def may_change(project: Project, *parts: str) -> None:
    """Go on only if nothing that is signed would change. Called within the transaction of the change.

    `parts`: objectives, scope, departments, period, communication, background.
    :raises Refused: with what the rooms above say.
    """
    reasons = [reason for part in parts for gate in GATES.at("change-signed-part") for reason in gate(project, part)]
    if reasons:
        # The first one as it came: it may lead to what is signed.
        raise Refused("part-signed", reasons[0])


def locked(row: Row, version: int | None) -> Row:
    """Return the row as it is now, locked until the transaction ends.

    :raises Stale: if it is gone, or somebody else changed it since `version` was shown (None does not ask).
    """
    found = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise Stale("row-gone", _("Somebody else removed this in the meantime."))
    if version is not None and found.version != version:
        raise Stale("stale", _("Somebody else changed this in the meantime. Look at both texts, then save again."))
    return found


def next_place(model: type[Model], project: Project, more: int = 1) -> int:
    """Return the place behind the last row of a project, where `more` rows are added.

    :raises Refused: if there are as many rows as a page can bear.
    """
    places = list(model._default_manager.filter(project=project).values_list("place", flat=True))
    if len(places) + more > MOST_ROWS:
        raise Refused("too-many", _("At most %(count)s rows.") % {"count": MOST_ROWS})
    return max(places, default=0) + 1


def place_before(rows: list[Placed], row: Placed, before: int | None) -> None:
    """Put `row` before the one of `rows` with the id `before` (None: at the end), and write the places anew.

    :raises Refused: if there is no such row; Stale: if `row` itself is gone.
    """
    own: list[Placed] = [one for one in rows if one.pk == row.pk]
    others: list[Placed] = [one for one in rows if one.pk != row.pk]
    if not own:
        raise Stale("row-gone", _("Somebody else removed this in the meantime."))
    keys = [one.pk for one in others]
    if before is not None and before not in keys:
        raise Refused("row-unknown", _("There is no such row any more."), "before")
    at: int = len(others) if before is None else keys.index(before)
    ordered: list[Placed] = others[:at] + own + others[at:]
    for place, one in enumerate(ordered, 1):
        if one.place != place:
            type(row)._default_manager.filter(pk=one.pk).update(place=place)


def shorter(text: str, longest: int, field: str) -> str:
    """Return a text without the spaces at its ends.

    :raises Refused: if it is too long.
    """
    text = text.strip()
    if len(text) > longest:
        raise Refused("text-too-long", _("At most %(count)s characters.") % {"count": longest}, field)
    return text
