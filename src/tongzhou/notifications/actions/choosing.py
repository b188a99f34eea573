"""Choosing how to be told: a person for herself, an administrator for all who did not choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.notifications.access import can_manage_delivery
from tongzhou.notifications.events import NoticeChoicesChanged
from tongzhou.notifications.models import NoticeChoice
from tongzhou.notifications.queries.channels import channels
from tongzhou.notifications.queries.choices import FIELDS, Choices, choices_of, defaults
from tongzhou.notifications.queries.kinds import KINDS
from tongzhou.people.models import User
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record

HOURS, DAYS = 24, 7
Pace = NoticeChoice.Pace


def choose(*, by: User, choices: Choices, now: datetime, for_all: bool = False) -> None:
    """Keep how `by` wants to be told; `for_all` (administrators): the organisation's defaults.

    :raises Refused: if a value is none that can be, or quiet hours leave no hour of the week.
    """
    require(can_manage_delivery(by) if for_all else by.is_active)
    _check(choices)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        before = defaults() if for_all else choices_of([by.pk])[by.pk]
        below = Choices() if for_all else defaults()
        values: dict[str, Any] = {name: getattr(choices, name) for name in FIELDS}
        values |= {"quiet_days": sorted(choices.quiet_days), "switched": _differing(choices, below)}
        whose: dict[str, Any] = {"is_organisation": True, "person": None} if for_all else {"person": by}
        NoticeChoice.objects.update_or_create(**whose, defaults=values)
        _record(by, before, choices, now, for_all=for_all)


def follow_defaults(*, by: User, now: datetime) -> None:
    """Forget one's own choices: the organisation's defaults hold again."""
    require(by.is_active)
    with transaction.atomic():
        before = choices_of([by.pk])[by.pk]
        if NoticeChoice.objects.filter(person=by).delete()[0]:
            _record(by, before, defaults(), now, for_all=False)


def _record(by: User, before: Choices, after: Choices, now: datetime, *, for_all: bool) -> None:
    old, new = differences(_plain(before), _plain(after))
    if not new:
        return
    label = _("the organisation's defaults") if for_all else by.name
    subject = Subject("organisation", None, label) if for_all else Subject("person", by.pk, label)
    change = ChangeOf("notice_choice", by.pk, label, old, new)
    record(NoticeChoicesChanged(None if for_all else by.pk), by=by, now=now, subject=subject, changes=[change])


def _plain(choices: Choices) -> dict[str, Any]:
    values = asdict(choices)
    del values["own"]
    return values | {
        "quiet_from": f"{choices.quiet_from:%H:%M}",
        "quiet_to": f"{choices.quiet_to:%H:%M}",
        "quiet_days": list(choices.quiet_days),
    }


def _differing(choices: Choices, below: Choices) -> Mapping[str, Mapping[str, bool]]:
    """Return only what differs from what holds below, so that a change there is felt."""
    found: dict[str, dict[str, bool]] = {}
    for channel, kinds in choices.switched.items():
        other = {kind: wanted for kind, wanted in kinds.items() if below.wants(kind, channel) != wanted}
        if other:
            found[channel] = other
    return found


def _check(choices: Choices) -> None:
    """:raises Refused: for what the form does not offer."""
    always = {kind for kind, known in KINDS.items() if known.always}
    if any(not wanted for kinds in choices.switched.values() for kind, wanted in kinds.items() if kind in always):
        raise Refused("always-sent", _("What concerns the safety of the account is always sent."), "kinds")
    known = all(channel in channels() and set(kinds) <= set(KINDS) for channel, kinds in choices.switched.items())
    wrong = {
        "kinds": not known,
        "pace": choices.pace not in Pace.values,
        "hour": not 0 <= choices.hour < HOURS,
        "weekday": not 0 <= choices.weekday < DAYS,
        "quiet_days": not set(choices.quiet_days) <= set(range(DAYS)),
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise Refused("choice-unknown", _("There is no such choice."), field)
    whole = choices.quiet_from == choices.quiet_to and len(set(choices.quiet_days)) in (0, DAYS)
    if choices.quiet and whole:
        raise Refused("always-quiet", _("This is quiet all week long. Switch the channel off instead."), "quiet_to")
