"""Reads: the communication plan, and the mechanisms that it may begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from tongzhou.engine.slots import Slot
from tongzhou.lib.reading import read_once
from tongzhou.projects.models import CommunicationRule, Project, ProjectRole, Seat
from tongzhou.rhythm.queries.slots import slot_of_json

Audience, Channel = CommunicationRule.Audience, CommunicationRule.Channel
MONDAY, NINE, TEN, FIVE = 0, time(9), time(10), time(17)


@dataclass(frozen=True)
class Rule:
    """A row of the communication plan. `slot` is when it recurs; `minutes` how long a meeting of it takes."""

    mechanism: str
    frequency: str = ""
    slot: Slot | None = None
    minutes: int | None = None
    audience: str = Audience.EVERYBODY
    participants: str = ""
    form: str = ""
    channel: str = Channel.NONE
    link: str = ""
    silence_confirms: bool = False
    id: int = 0
    version: int = 0

    @property
    def often(self) -> str:
        """How often, as people read it: what was written, else what the slot says."""
        return self.frequency or self.slot_word

    @property
    def who(self) -> str:
        """Who takes part, as people read it."""
        return self.participants or str(Audience(self.audience).label)

    @property
    def slot_word(self) -> str:
        """When it recurs, as people read it; empty where it does not."""
        return slot_words(self.slot) if self.slot else ""

    @property
    def host(self) -> str:
        """The server that the link leads to: people see where they go."""
        return urlsplit(self.link).hostname or "" if self.link else ""

    @property
    def channel_word(self) -> str:
        return str(Channel(self.channel).label) if self.channel else ""


RULE = (
    *("mechanism", "frequency", "slot", "minutes", "audience", "participants", "form", "channel", "link"),
    *("silence_confirms", "pk", "version"),
)
NAMES = (*RULE[:-2], "id", "version")


def communication_of(project: Project) -> tuple[Rule, ...]:
    """Return the communication plan in the order that people gave it. One query."""
    return read_once(("communication", project.pk), lambda: _communication(project))


def _communication(project: Project) -> tuple[Rule, ...]:
    return tuple(_rule(cells) for cells in CommunicationRule.objects.filter(project=project).values_list(*RULE))


def rule_by_id(key: int) -> Rule | None:
    """Return a mechanism, or None. One query."""
    cells = CommunicationRule.objects.filter(pk=key).values_list(*RULE).first()
    return None if cells is None else _rule(cells)


def silence_confirms(project: Project) -> bool:
    """True where a mechanism of the plan says that silence counts as confirmed. One query."""
    return CommunicationRule.objects.filter(project=project, silence_confirms=True).exists()


def audience_of(project: Project, audience: str) -> list[int]:
    """Return the ids of the people whom an audience names; of "concerned" nobody is known beforehand. At most two queries."""
    if audience == Audience.CONCERNED:
        return []
    seats = Seat.objects.filter(participation__project=project, holder__is_active=True)
    roles = ProjectRole.objects.filter(project=project, user__is_active=True)
    if audience == Audience.HEADS:
        roles, seats = roles.none(), seats.filter(kind=Seat.Kind.HEAD)
    elif audience == Audience.LEADS:
        roles, seats = roles.filter(kind=ProjectRole.Kind.GENERAL_LEAD), seats.filter(kind=Seat.Kind.HEAD)
    elif audience == Audience.LIAISONS:
        roles, seats = roles.filter(kind=ProjectRole.Kind.MANAGER), seats.filter(kind=Seat.Kind.LIAISON)
    found = [*roles.order_by("pk").values_list("user_id", flat=True), *seats.order_by("pk").values_list("holder_id", flat=True)]
    return list(dict.fromkeys(found))


def usual_rules() -> tuple[Rule, ...]:
    """Return the mechanisms that a plan usually begins with: weekly meeting, daily stand-up, monthly brief, urgent channel."""
    return (
        Rule(
            mechanism=_("Weekly project meeting"),
            frequency=_("once a week"),
            slot=Slot("weekly", TEN, "after", weekday=MONDAY),
            minutes=60,
            participants=_("all members"),
            form=_("on site / video meeting"),
        ),
        Rule(
            mechanism=_("Daily stand-up (groups of key tasks)"),
            frequency=_("10 minutes every day"),
            slot=Slot("daily", NINE),
            minutes=10,
            audience=Audience.CONCERNED,
            participants=_("those who do the work"),
            form=_("quick sync in WeCom"),
            channel=Channel.WECOM,
        ),
        Rule(
            mechanism=_("Monthly brief for the executives"),
            frequency=_("once a month"),
            slot=Slot("monthly_working_day", FIVE, nth=-1),
            minutes=60,
            audience=Audience.LEADS,
            participants=_("general lead, directors of the departments"),
            form=_("slides and questions"),
        ),
        Rule(
            mechanism=_("Urgent coordination"),
            frequency=_("at once"),
            audience=Audience.CONCERNED,
            participants=_("project manager and those concerned"),
            form=_("telephone / instant message"),
        ),
    )


def weekday_words() -> tuple[str, ...]:
    """Return the days of the week, Monday first."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def slot_words(slot: Slot) -> str:
    """Return when a slot comes, as people read it: every Monday 10:00; on the last working day of the month 17:00."""
    days = weekday_words()
    said: dict[str, Any] = {"at": f"{slot.at:%H:%M}", "day": days[slot.weekday] if slot.weekday is not None else slot.day}
    if slot.pattern == "daily":
        return _("every day %(at)s") % said
    if slot.pattern == "weekly":
        return _("every week, %(day)s %(at)s") % said
    if slot.pattern == "monthly" and slot.day == -1:
        return _("on the last day of the month %(at)s") % said
    if slot.pattern == "monthly":
        return _("every month on day %(day)s, %(at)s") % said
    if slot.nth == -1:
        return _("on the last working day of the month %(at)s") % said
    return _("every month %(at)s") % said


def _rule(cells: tuple[Any, ...]) -> Rule:
    known = dict(zip(NAMES, cells, strict=True))
    return Rule(**known | {"slot": slot_of_json(known["slot"]) if known["slot"] else None})
