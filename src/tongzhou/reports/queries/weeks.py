"""Weeks run from Monday to Sunday and are named as ISO 8601 does: 2024-W10."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused
from tongzhou.lib.params import FIRST_YEAR, LAST_YEAR

NAME = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, order=True)
class Week:
    """A week by its Monday."""

    first: date

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def name(self) -> str:
        year, week, _day = self.first.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def following(self) -> Week:
        return self.shifted(1)

    def shifted(self, weeks: int) -> Week:
        return Week(self.first + timedelta(weeks=weeks))

    def since(self, other: Week) -> int:
        """Return how many weeks this one lies after `other`."""
        return (self.first - other.first).days // 7


def week_of(day: date) -> Week:
    return Week(day - timedelta(days=day.weekday()))


def parse_week(text: str) -> Week | None:
    """Return the week that `text` names; None for an empty text.

    :raises Refused: if there is no such week.
    """
    if not text:
        return None
    match = NAME.fullmatch(text)
    try:
        if match is None or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            raise ValueError(text)
        return Week(date.fromisocalendar(int(match[1]), int(match[2]), 1))
    except ValueError as error:
        raise Refused("week-unknown", _("There is no such week. Write it like 2024-W10."), "week") from error
