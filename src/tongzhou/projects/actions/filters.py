"""Keeping filters of the list of projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import Preference, User
from tongzhou.projects.events import FiltersChanged
from tongzhou.projects.queries.filters import KEY, LONGEST_NAME, LONGEST_QUERY, MOST_FILTERS, SavedFilter, filters_in
from tongzhou.timeline.actions import ChangeOf, Subject, record


def save_filter(*, by: User, wanted: SavedFilter, now: datetime) -> None:
    """Keep a filter under its name, in place of one that has it; a default takes the place of the old default.

    :raises Refused: if the name is empty or too long, the query too long, or there are too many.
    """
    require(by.is_active)
    name = _named(wanted.name)
    if len(wanted.query) > LONGEST_QUERY:
        raise Refused("query-too-long", _("This filter is too long to be kept."), "name")
    with transaction.atomic():
        row = _locked(by)
        kept = [one for one in filters_in(row.value) if one.name != name]
        if len(kept) >= MOST_FILTERS:
            raise Refused("too-many", _("At most %(count)s filters are kept.") % {"count": MOST_FILTERS}, "name")
        if wanted.default:
            kept = [SavedFilter(one.name, one.query) for one in kept]
        _keep(by, row, [*kept, SavedFilter(name, wanted.query, wanted.default)], now)


def rename_filter(*, by: User, name: str, new: str, now: datetime) -> None:
    """Give a filter another name; it stays in its place.

    :raises Refused: if there is no such filter, another one has the new name, or it is empty or too long.
    """
    require(by.is_active)
    new = _named(new)
    with transaction.atomic():
        row = _locked(by)
        kept = filters_in(row.value)
        names = {one.name for one in kept}
        if name not in names:
            raise Refused("filter-unknown", _("There is no such filter."), "name")
        if new != name and new in names:
            raise Refused("name-taken", _("Another filter has this name already."), "name")
        _keep(by, row, [replace(one, name=new) if one.name == name else one for one in kept], now)


def remove_filter(*, by: User, name: str, now: datetime) -> None:
    """Forget a filter; one that is not there is forgotten already."""
    require(by.is_active)
    with transaction.atomic():
        row = _locked(by)
        _keep(by, row, [one for one in filters_in(row.value) if one.name != name], now)


def _named(text: str) -> str:
    name = text.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refused(
            "name-invalid", _("A filter needs a name of at most %(count)s characters.") % {"count": LONGEST_NAME}, "name"
        )
    return name


def _locked(by: User) -> Preference:
    """Return the row that holds all filters: who changes it in another tab waits, and then reads what is here now."""
    Preference.objects.get_or_create(user=by, key=KEY, defaults={"value": []})
    return Preference.objects.select_for_update().get(user=by, key=KEY)


def _keep(by: User, row: Preference, filters: Sequence[SavedFilter], now: datetime) -> None:
    before, after = [one.name for one in filters_in(row.value)], [one.name for one in filters]
    value = [asdict(one) for one in filters]
    if row.value == value:
        return
    row.value = value
    row.save(update_fields=["value"])
    change = ChangeOf("preference", row.pk, KEY, {"filters": before}, {"filters": after})
    record(FiltersChanged(by.pk), by=by, now=now, subject=Subject("person", by.pk, by.name), changes=[change])
