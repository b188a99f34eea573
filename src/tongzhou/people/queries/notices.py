"""A notice as the page shows it: a line for each run of days, and in words what does not agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from tongzhou.people.models import StatutoryDay
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


@dataclass(frozen=True)
class DayDiffers:
    """A day on which a notice says something else than what is known: worked, off, or None (as the week is)."""

    day: date
    before: str
    after: str


def known_days(year: int | None = None) -> dict[date, tuple[bool, str]]:
    """Return the statutory days that are known (of one year and its New Year), day → (worked, name). One query."""
    rows = StatutoryDay.objects.all()
    if year is not None:
        rows = rows.filter(day__range=(date(year - 1, 12, 1), date(year, 12, 31)))
    return {day: (worked, name) for day, worked, name in rows.values_list("day", "working", "name")}


def differing_days(notice: Notice, known: dict[date, tuple[bool, str]]) -> list[DayDiffers]:
    """Return where a notice contradicts the days of its year that are known; nothing where none are."""
    was = {day: what for day, what in known.items() if _belongs(day, what[1], notice.year)}
    now = {found.day: (found.worked, found.name) for found in notice.days}
    if not was:
        return []
    days = sorted(day for day in {*was, *now} if was.get(day, (None,))[0] != now.get(day, (None,))[0])
    return [DayDiffers(day, _day_text(was.get(day)), _day_text(now.get(day))) for day in days]


def _belongs(day: date, name: str, year: int) -> bool:
    """Whether a day is one of the notice of a year: a December day of New Year is one of the next year's."""
    of_new_year = day.month == 12 and name.startswith("元旦")
    return day.year == (year - 1 if of_new_year else year)


def _day_text(what: tuple[bool, str] | None) -> str:
    if what is None:
        return _("as the week is")
    word = _("worked") if what[0] else _("day off")
    return f"{word} {what[1]}"


def source_of(notice: Notice, said: str) -> str:
    """Return where the days of a year are said to come from, where nobody says it."""
    return said.strip() or _("Notice of the State Council for %(year)s") % {"year": notice.year}


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
        "year-differs": _("The text is the notice of %(said)s, not of %(found)s."),
        "base-missing": _("This notice only changes %(said)s: paste the notice of %(found)s first."),
    }
    weekday = problem.code == "weekday"
    values = {
        "text": problem.text[:60],
        "said": f"周{problem.said}" if weekday else problem.said,
        "found": f"周{problem.found}" if weekday else problem.found,
    }
    return words[problem.code] % values
