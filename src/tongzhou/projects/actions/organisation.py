"""Changing what projects of the organisation begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, Stale, require
from tongzhou.people.models import User
from tongzhou.projects import access
from tongzhou.projects.events import OrganisationChanged
from tongzhou.projects.models import Organisation, Project
from tongzhou.projects.queries.numbers import shape_of
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

LEAST, MOST = Decimal("0.5"), Decimal(50)
FIELDS = ("name", "patterns", "weights", "names_visible", "deviation_threshold", "deviation_guard")


@dataclass(frozen=True)
class Settings:
    """What the organisation sets; patterns and weights by kind of project, the threshold in percentage points."""

    name: str
    patterns: dict[str, str]
    weights: dict[str, str]
    names_visible: bool
    deviation_threshold: Decimal
    deviation_guard: bool


def change_organisation(*, by: User, settings: Settings, version: int | None = None, now: datetime) -> Organisation:
    """Change the organisation's settings; projects that exist keep theirs.

    :raises Refused: if `by` may not, a pattern, weight or threshold cannot be used, or (Stale) somebody else was faster.
    """
    require(access.can_manage_organisation(by))
    _check(settings, timezone.localdate(now))
    with transaction.atomic():
        Organisation.objects.get_or_create(pk=1)
        row = Organisation.objects.select_for_update().get(pk=1)
        if version is not None and row.version != version:
            raise Stale("stale", _("Somebody else changed this in the meantime. Look at the page again."))
        values = {name: getattr(settings, name) for name in FIELDS}
        before, after = differences({name: getattr(row, name) for name in FIELDS}, values)
        if not after:
            return row
        for name, value in after.items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        change = ChangeOf("organisation", row.pk, row.name, before, after)
        record(OrganisationChanged(row.pk), by=by, now=now, subject=Subject("organisation", row.pk, row.name), changes=[change])
    return row


def _check(settings: Settings, day: date) -> None:
    for kind, pattern in settings.patterns.items():
        if kind not in Project.Kind.values or shape_of(pattern, day) is None:
            message = _("“%(pattern)s” gives no number. Use letters, digits, hyphens and {YYYY} {YY} {MM} {N:3}.")
            raise Refused("pattern-invalid", message % {"pattern": pattern}, f"pattern_{kind}")
    for kind, weight in settings.weights.items():
        if kind not in Project.Kind.values or weight not in access.RULES:
            raise Refused("weight-unknown", _("Choose light, standard or strict."), f"weight_{kind}")
    if not LEAST <= settings.deviation_threshold <= MOST:
        raise Refused("threshold-range", _("The threshold lies between 0.5 and 50 points."), "deviation_threshold")
