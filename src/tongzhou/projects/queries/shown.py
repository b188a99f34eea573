"""Objectives as their page shows them: state, latest value, how far on the way, and one sentence about all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.projects.models import Project
from tongzhou.projects.queries.chart import Chart, chart_of
from tongzhou.projects.queries.objectives import (
    BEHIND,
    MISSED,
    ON_WAY,
    REACHED,
    UNMEASURED,
    Measured,
    ObjectiveRow,
    objectives_of,
    plain_number,
    rounded,
)

TONES = {REACHED: "done", MISSED: "blocked", BEHIND: "late", ON_WAY: "doing", UNMEASURED: "todo"}
DRAWER_CHART = (316, 180)


@dataclass(frozen=True)
class ShownObjective:
    """A row of the page as of a day."""

    row: ObjectiveRow
    state: str
    day: date

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def word(self) -> str:
        return state_words()[self.state]

    @cached_property
    def last(self) -> Measured | None:
        return self.row.latest(self.day)

    @property
    def last_value(self) -> str:
        """The latest value with its unit."""
        return self.row.told(self.last.value) if self.last else ""

    @property
    def share(self) -> int | None:
        """How much of the way is made, in whole percent from 0 to 100; None where it cannot be said."""
        found = self.row.share(self.last.value) if self.last else None
        return None if found is None else min(max(rounded(found), 0), 100)

    @property
    def expected(self) -> int | None:
        """How much of the time had passed on the day of the latest value, in whole percent."""
        found = self.row.expected(self.last.on) if self.last else None
        return None if found is None else rounded(found)

    @property
    def lacks(self) -> str:
        """What SMART asks for and the row has not, as words."""
        return "、".join(self.row.lacks)

    @cached_property
    def chart(self) -> Chart | None:
        return chart_of(self.row)

    @cached_property
    def small_chart(self) -> Chart | None:
        return chart_of(self.row, *DRAWER_CHART)

    @property
    def values(self) -> list[tuple[Measured, str]]:
        """What was measured, the latest first, each with its unit."""
        return [(one, self.row.told(one.value)) for one in reversed(self.row.measured)]


def state_words() -> dict[str, str]:
    return {
        REACHED: _("reached"),
        ON_WAY: _("on the way"),
        BEHIND: _("behind"),
        MISSED: _("not reached"),
        UNMEASURED: _("not measured yet"),
    }


def shown_objectives(project: Project, day: date) -> list[ShownObjective]:
    """Return all objectives and KPIs as of a day. Two queries."""
    threshold = project.deviation_threshold
    return [ShownObjective(row, row.state(day, threshold), day) for row in objectives_of(project)]


def summed_up(rows: list[ShownObjective]) -> str:
    """Return the answer first: how many there are, and how they stand."""
    counts = Counter(row.state for row in rows)
    said = [
        _("%(count)s %(state)s") % {"count": counts[key], "state": word} for key, word in state_words().items() if counts[key]
    ]
    what = ngettext("%(count)s objective", "%(count)s objectives", len(rows)) % {"count": len(rows)}
    return _("%(what)s: %(states)s.") % {"what": what, "states": "，".join(said)}


def plain(row: ObjectiveRow) -> dict[str, str]:
    """Return the numbers of a row as people write them, empty where there is none."""
    return {name: "" if (value := getattr(row, name)) is None else plain_number(value) for name in ("baseline", "target")}
