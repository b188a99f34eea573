"""A notice as the page shows it: a line for each run of days, and in words what does not agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tongzhou.workbooks.notices import Notice, NoticeProblem


@dataclass
class NoticeRun:
    """Days in a row of one holiday: off, or worked."""

    name: str
    worked: bool
    days: list[date]


def notice_days(notice: Notice) -> list[NoticeRun]:
    """Return the days of a notice in runs."""
    runs: list[NoticeRun] = []
    for found in notice.days:
        last = runs[-1] if runs else None
        if last and (last.name, last.worked, last.days[-1] + timedelta(days=1)) == (found.name, found.worked, found.day):
            last.days.append(found.day)
        else:
            runs.append(NoticeRun(found.name, found.worked, [found.day]))
    return runs


def problem_texts(notice: Notice) -> list[str]:
    """Return the problems as people read them."""
    return [_problem(problem) for problem in notice.problems]


def _problem(problem: NoticeProblem) -> str:
    words = {
        "year-missing": _("The text does not say for which year it is: paste its title too, or type the year."),
        "nothing-found": _("No holidays were found in this text."),
        "day-impossible": _("“%(text)s” is no day."),
        "weekday": _("“%(text)s”: the notice says %(said)s, the calendar %(found)s."),
        "count": _("“%(text)s”: the notice counts %(said)s days, its dates are %(found)s."),
        "order": _("“%(text)s” ends before it begins."),
        "twice": _("“%(text)s”: %(said)s is named twice."),
        "worked-weekday": _("“%(text)s”: %(said)s is worked anyway, it is no weekend."),
        "holiday-missing": _("%(said)s is missing."),
    }
    weekday = problem.code == "weekday"
    values = {
        "text": problem.text[:60],
        "said": f"周{problem.said}" if weekday else problem.said,
        "found": f"周{problem.found}" if weekday else problem.found,
    }
    return words[problem.code] % values
