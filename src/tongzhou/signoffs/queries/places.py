"""Reads: where a sheet stands: each place with who holds its seat now, what was signed there, and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tongzhou.signoffs.access import Held, seats_held
from tongzhou.signoffs.models import Place, Sheet, Signature


@dataclass(frozen=True)
class Standing:
    """A place, its seat as it is held now, and the signature that holds there, if any."""

    place: Place
    held: Held
    signature: Signature | None
    carried: bool
    round: int
    is_open: bool

    @property
    def is_settled(self) -> bool:
        """Agreed, with or without condition."""
        return self.signature is not None and self.signature.decision != Signature.Decision.REFUSE

    @property
    def is_refused(self) -> bool:
        return self.signature is not None and self.signature.decision == Signature.Decision.REFUSE

    @property
    def state(self) -> str:
        """What stands there, in one word: approve, condition, refuse, open, later."""
        if self.signature is not None:
            return self.signature.decision
        return "open" if self.is_open else "later"


def standings(sheet: Sheet) -> list[Standing]:
    """Return the places of a sheet in their order. Four queries."""
    places = list(sheet.places.select_related("carried__withdrawal", "carried__place__sheet", "department"))
    rows = Signature.objects.filter(place__in=places).select_related("withdrawal").order_by("pk")
    return arranged(sheet, places, list(rows), seats_held(sheet.project, [place.seat for place in places]))


def arranged(sheet: Sheet, places: Sequence[Place], rows: Sequence[Signature], held: dict[str, Held]) -> list[Standing]:
    """Put places, their signatures and their seats together."""
    found, open_until_here = [], True
    for place in places:
        own = [row for row in rows if row.place_id == place.pk]
        live = next((row for row in own if not withdrawn(row)), None)
        carried = place.carried if live is None and place.carried is not None and not withdrawn(place.carried) else None
        signature = live or carried
        found.append(
            Standing(
                place=place,
                held=held[place.seat],
                signature=signature,
                carried=carried is not None,
                round=len(own),
                is_open=signature is None and (open_until_here or not sheet.in_order),
            )
        )
        open_until_here = open_until_here and found[-1].is_settled
    return found


def withdrawn(signature: Signature) -> bool:
    return hasattr(signature, "withdrawal")


def latest_of(sheet: Sheet) -> Sheet:
    """Return the newest version of what a sheet is about. One query."""
    same = Sheet.objects.filter(project_id=sheet.project_id, kind=sheet.kind, key=sheet.key)
    return same.order_by("-version").select_related("ending").first() or sheet


def locked(key: int) -> Sheet:
    """Return a sheet that nobody else signs, ends or follows up before this transaction ends. Two queries.

    It is read again once it is locked: where another transaction was waited for, what that one wrote beside the sheet (its
    ending) is not seen by the statement that waited.
    """
    Sheet.objects.select_for_update().only("pk").get(pk=key)
    return Sheet.objects.select_related("ending", "project").get(pk=key)


def ending_of(sheet: Sheet) -> str:
    """Return how a sheet ended (final, replaced, voided), "" while it is open."""
    return sheet.ending.kind if hasattr(sheet, "ending") else ""


def own_signature(sheet: Sheet, person: int) -> Signature | None:
    """Return the newest signature of a person that holds at a sheet, her own there or carried over."""
    rows = Signature.objects.filter(place__sheet=sheet) | Signature.objects.filter(carried_to__sheet=sheet)
    found = rows.filter(person_id=person, withdrawal=None).order_by("-pk")
    return found.select_related("place__sheet__ending").first()
