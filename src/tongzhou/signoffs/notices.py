"""Who is told of what happens to sheets and delegations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.naming import paper_name
from tongzhou.lib.telling import Told
from tongzhou.signoffs.models import Delegation, Place, Sheet, Signature
from tongzhou.signoffs.queries.page import due_text
from tongzhou.signoffs.queries.places import Standing, standings
from tongzhou.timeline.models import Event


def told_of_opening(event: Event) -> list[Told]:
    """Whose turn it is, and those whose signature of the version before is void."""
    sheet = _about(event)
    before = Sheet.objects.filter(project=sheet.project, kind=sheet.kind, key=sheet.key, version=sheet.version - 1).first()
    found = _asked(event, sheet, standings(sheet))
    if before is None:
        return found
    asked = {person for told in found for person in told.people}
    kept = {at.signature.pk for at in standings(sheet) if at.signature}
    rows = Signature.objects.filter(place__sheet=before, withdrawal=None).exclude(pk__in=kept)
    void = tuple(sorted(set(rows.values_list("person_id", flat=True)) - asked))
    text = _("There is version %(version)s; what was signed before does not hold for it.") % {"version": sheet.version}
    return [*found, _told(sheet, void, _("A next version of “%(title)s”"), text)]


def told_of_signing(event: Event) -> list[Told]:
    """Who opened it; whose turn comes; and all when it is in force."""
    sheet = _about(event)
    at = standings(sheet)
    if event.data["final"]:
        text = _("Version %(version)s: every seat agreed.") % {"version": sheet.version}
        return [_told(sheet, _everybody(sheet, at), _("“%(title)s” is in force"), text)]
    place = next((row for row in at if row.place.pk == event.data["place"]), None)
    word = place.signature.get_decision_display() if place and place.signature else ""
    text = f"{event.actor_name} {word} {place.signature.opinion if place and place.signature else ''}".strip()
    found = [_told(sheet, _opener(sheet), _("“%(title)s” was signed"), text)]
    return found + (_asked(event, sheet, at) if sheet.in_order else [])


def told_of_refusal(event: Event) -> list[Told]:
    """Everybody who has to do with it: it will not be in force like this."""
    sheet = _about(event)
    row = Signature.objects.filter(place=event.data["place"]).order_by("-round").first()
    text = f"{event.actor_name}：{row.opinion if row else ''}"
    return [_told(sheet, _everybody(sheet, standings(sheet)), _("“%(title)s” was not agreed to"), text, urgent=True)]


def told_of_withdrawal(event: Event) -> list[Told]:
    sheet = _about(event)
    text = _("%(name)s took the signature back.") % {"name": event.actor_name}
    return [_told(sheet, _opener(sheet), _("A signature of “%(title)s” was taken back"), text)]


def told_of_voiding(event: Event) -> list[Told]:
    sheet = _about(event)
    people = _everybody(sheet, standings(sheet))
    return [_told(sheet, people, _("“%(title)s” was voided"), sheet.ending.reason if hasattr(sheet, "ending") else "")]


def told_of_delegation(event: Event) -> list[Told]:
    """Who is to sign for somebody, or no longer."""
    row = Delegation.objects.select_related("project", "principal").get(pk=event.data["delegation"])
    known = {"name": row.principal.name, "project": row.project.name, "first": row.first, "last": row.last}
    title = _("%(project)s: you sign for %(name)s, %(first)s to %(last)s") % known
    if event.kind == "delegation-ended":
        title = _("%(project)s: you no longer sign for %(name)s") % known
    link = reverse("sheets", kwargs={"number": row.project.number})
    return [Told((row.delegate_id,), "sign", title, row.note, link, beyond=True)]


def _about(event: Event) -> Sheet:
    return Sheet.objects.select_related("project", "ending").get(pk=event.data["sheet"])


def _asked(event: Event, sheet: Sheet, at: Iterable[Standing]) -> list[Told]:
    """Tell each holder whose place is open now; once, whatever else opens later."""
    due = _("by %(due)s") % {"due": due_text(sheet.due)} if sheet.due else ""
    found = []
    for row in at:
        if row.is_open and row.held.holder is not None and not hasattr(sheet, "ending"):
            title = _("Please sign “%(title)s” as %(capacity)s") % {"title": _name(sheet), "capacity": row.place.capacity}
            delegates = _delegates(row.place, sheet, timezone.localtime(event.at).date())
            found.append(Told((row.held.holder.pk, *delegates), "sign", title, due, _link(sheet, row.place), herself=True))
    return found


def _delegates(place: Place, sheet: Sheet, day: date) -> tuple[int, ...]:
    """Who may sign in the holder's stead on the day on which the place opens."""
    rows = Delegation.objects.filter(project=sheet.project, seat=place.seat, last__gte=day, ended_at=None, first__lte=day)
    return tuple(rows.values_list("delegate_id", flat=True))


def _opener(sheet: Sheet) -> tuple[int, ...]:
    return (sheet.opened_by_id,) if sheet.opened_by_id else ()


def _everybody(sheet: Sheet, at: Iterable[Standing]) -> tuple[int, ...]:
    people = {*_opener(sheet)}
    for row in at:
        people |= {row.held.holder.pk} if row.held.holder else set()
        people |= {row.signature.person_id} if row.signature else set()
    return tuple(sorted(people))


def _told(sheet: Sheet, people: tuple[int, ...], title: str, text: str, *, urgent: bool = False) -> Told:
    return Told(people, "sign", title % {"title": _name(sheet)}, text, _link(sheet), urgent=urgent)


def _name(sheet: Sheet) -> str:
    return paper_name(sheet.project.name, sheet.title)


def _link(sheet: Sheet, place: Place | None = None) -> str:
    address = reverse("sheet", kwargs={"number": sheet.project.number, "sheet_id": sheet.pk})
    return f"{address}?place={place.pk}" if place else address
