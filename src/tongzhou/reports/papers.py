"""周进度报告: from the data cut of a week to the description of a paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.engine.progress import shown_percent, shown_points
from tongzhou.papers import (
    Bullets,
    Column,
    Entry,
    Fact,
    Figure,
    Figures,
    Linked,
    Meter,
    Meters,
    Paper,
    Section,
    State,
    Table,
    Text,
    from_data,
)
from tongzhou.papers.paper import Block, Tone, Value
from tongzhou.papers.wording import day_words, number_text, percent_text, short_day
from tongzhou.reports.models import WeeklyReport
from tongzhou.reports.queries.cut import AskRow, Cut, DepartmentRow, MilestoneRow, TaskRow
from tongzhou.reports.queries.kept import Written, number_of, written

MOST = 20
"""Rows of a table of tasks that went wrong: a paper names the worst."""
MOST_DRAFTED, MOST_NAMED, LONGEST_PART = 12, 5, 4000


def weekly_paper(cut: Cut, said: Written | None = None, number: str = "") -> Paper:
    """Return the weekly report: what was gathered, and what people wrote. The same input gives the same paper."""
    return Paper(
        title=_("%(project)s: progress report of week %(number)s") % {"project": cut.project, "number": cut.week_number},
        facts=_facts(cut, number),
        lead=answer(cut),
        badge=State("late", _("Deviation over the threshold")) if cut.total is not None and cut.total.marked else None,
        figures=_figures(cut) if cut.has_tasks else None,
        sections=tuple(_sections(cut, said or Written())) if cut.has_tasks else (),
        dated=cut.as_of,
        pages=_("Page {page} of {pages}"),
    )


def paper_of(project: str, cut: Cut, kept: WeeklyReport | None) -> Paper:
    """Return the report of a week: what was sent, bit for bit, or as it stands. `project`: its number."""
    if kept is not None and kept.sent_at is not None:
        sent: Paper = from_data(kept.paper)
        return sent
    return weekly_paper(cut, written(kept), number_of(project, cut.week_number, kept.edition if kept else 1))


def paper_to_send(project: str, cut: Cut, kept: WeeklyReport | None) -> Paper:
    """Return what `paper_of` does in the organisation's language, whoever sends it: it is frozen for everybody."""
    with translation.override(settings.LANGUAGE_CODE):
        return paper_of(project, cut, kept)


def answer(cut: Cut) -> str:
    """Return how the project stands, in one sentence."""
    if not cut.has_tasks or cut.finish is None:
        return _("The plan has no tasks yet.")
    if cut.total is None:
        return _("The plan has no baseline yet, so there is no comparison; %(finish)s.") % {"finish": _finish(cut, cut.finish)}
    words = {
        "actual": percent_text(_done(cut.total.actual, cut.complete)),
        "planned": percent_text(cut.total.planned),
        "gap": _gap(cut.total.points),
        "finish": _finish(cut, cut.finish),
        "against": _against_baseline(cut.finish, cut.baseline_finish),
    }
    return _("%(actual)s complete, %(planned)s planned, %(gap)s; %(finish)s, %(against)s.") % words


def _facts(cut: Cut, number: str) -> tuple[Fact, ...]:
    period = _("%(first)s to %(last)s") % {"first": day_words(cut.week.first), "last": day_words(cut.week.last, cut.week.first)}
    facts = [Fact(_("Number"), number)] if number else []
    facts += [Fact(_("Period"), period), Fact(_("Data as of"), day_words(cut.as_of))]
    return (*facts, Fact(_("Compiled by"), cut.compiled_by)) if cut.compiled_by else tuple(facts)


def _finish(cut: Cut, finish: date) -> str:
    day = {"day": short_day(finish, cut.as_of)}
    return (_("finished on %(day)s") if cut.complete else _("expected to finish on %(day)s")) % day


def _against_baseline(finish: date, baseline: date | None) -> str:
    days = (finish - baseline).days if baseline else 0
    if days == 0:
        return _("as the baseline says")
    return (_("%(days)s days after the baseline") if days > 0 else _("%(days)s days before the baseline")) % {"days": abs(days)}


def _gap(points: Fraction) -> str:
    """Return the gap between planned and actual in words."""
    if points == 0:
        return _("on plan")
    text = number_text(abs(points), 2)
    return (_("%(points)s points behind") if points > 0 else _("%(points)s points ahead")) % {"points": text}


def _short_gap(points: Fraction) -> str:
    """Return the gap beside a meter; nothing where there is none."""
    if not points:
        return ""
    text = number_text(abs(points), 2).rstrip("0").rstrip(".")
    return (_("%(points)s behind") if points > 0 else _("%(points)s ahead")) % {"points": text}


def _done(share: Fraction, complete: bool) -> Fraction:
    """Return an actual share as it is shown: rounded down, the whole only when all is done."""
    return Fraction(shown_percent(share, complete), 10000)


def _figures(cut: Cut) -> Figures:
    late = max((row.late_days for row in cut.late), default=0)
    figures = [
        Figure(_("Tasks done"), str(cut.done_count), _("/ %(count)s planned") % {"count": cut.due_count}),
        Figure(_("Blocked"), str(cut.blocked), tone="blocked" if cut.blocked else "plain"),
        Figure(
            _("Late"), str(len(cut.late)), _("by up to %(days)s days") % {"days": late} if late > 0 else "",
            tone="late" if cut.late else "plain",
        ),
    ]  # fmt: skip
    if cut.advance is not None:
        note = _("points, %(planned)s planned") % {"planned": _signed(cut.advance.planned)}
        figures.insert(0, Figure(_("Progress this week"), _signed(cut.advance.actual), note))
    return Figures(tuple(figures))


def _signed(points: Fraction) -> str:
    text = number_text(points, 2).rstrip("0").rstrip(".")
    return text if points <= 0 else f"+{text}"


def _sections(cut: Cut, said: Written) -> Iterable[Section]:
    if said.summary:
        yield Section(_("Summary of the week"), (Text(said.summary),))
    labels = (_("Department"), _("Actual"), _("Planned"), _("Gap"))
    if cut.departments:
        yield Section(_("Progress by department"), (Meters(tuple(_meter(row) for row in cut.departments), labels),))
    done = tuple(Entry(row.name, _done_note(row), "check", _address(cut, row.id)) for row in cut.done)
    yield Section(_("Done this week"), (Bullets(done, _("No task was finished this week.")),), half=True)
    coming = tuple(Entry(_coming_text(cut, row), row.department, "arrow", _address(cut, row.id)) for row in cut.coming)
    yield Section(_("Next week"), (Bullets(coming, _("Nothing is planned for next week.")),), half=True)
    if said.next_week:
        yield Section(_("Focus of next week"), (Text(said.next_week),))
    if cut.milestones:
        yield Section(_("Milestones"), (_milestones(cut),))
    measures = (Text(said.measures),) if said.measures else ()
    yield Section(_("Deviations and measures"), (*_deviations(cut), *measures))
    if said.coordination:
        yield Section(_("To be decided or coordinated"), (Text(said.coordination),))
    asks = tuple(Entry(_ask_text(ask), _ask_note(ask), "talk", _address(cut, ask.item)) for ask in cut.asks)
    yield Section(_("Problems and help needed"), (Bullets(asks, _("Nobody reported a problem this week.")),), half=True)
    risks = tuple(Entry(risk.text, _joined(risk.task, risk.owner), "warning", _address(cut, risk.item)) for risk in cut.risks)
    yield Section(_("Risks of running tasks"), (Bullets(risks, _("The running tasks name no risk.")),), half=True)
    if cut.late:
        yield Section(_("Late tasks"), _late(cut))
    if cut.added:
        added = tuple(Entry(row.name, row.department, "", _address(cut, row.id)) for row in cut.added)
        yield Section(_("Added after the baseline, not counted in progress"), (Bullets(added),))


def _meter(row: DepartmentRow) -> Meter:
    gap = shown_points((row.planned - row.actual) * 100)
    return Meter(row.name or _("No department"), _done(row.actual, row.complete), row.planned, _short_gap(gap))


def _done_note(row: TaskRow) -> str:
    return _joined(row.department, short_day(row.actual_finish, row.actual_finish) if row.actual_finish else "")


def _coming_text(cut: Cut, row: TaskRow) -> str:
    """Say what the coming week brings for a task: its end, its beginning, or that it goes on."""
    week = cut.week.following
    if row.finish <= week.last:
        return _("%(task)s, until %(day)s") % {"task": row.name, "day": short_day(row.finish, cut.as_of)}
    if row.start >= week.first:
        return _("%(task)s, from %(day)s") % {"task": row.name, "day": short_day(row.start, cut.as_of)}
    return _("%(task)s, goes on") % {"task": row.name}


def _milestones(cut: Cut) -> Table:
    columns = (
        Column(_("Milestone")),
        Column(_("Baseline"), "date"),
        Column(_("Forecast"), "date"),
        Column(_("Days late"), "number"),
        Column(_("State"), "state"),
    )
    rows = tuple(
        (
            _task(cut, row.name, row.item) if row.item else row.name,
            row.due,
            row.forecast,
            (row.forecast - row.due).days if row.forecast else None,
            _milestone_state(cut, row),
        )
        for row in cut.milestones
    )
    return Table(columns, rows)


def _milestone_state(cut: Cut, row: MilestoneRow) -> State | None:
    if row.forecast is None:
        return None
    if row.state not in ("done", "cancelled") and row.due < cut.as_of:
        return State("late", _("Late"))
    return state_of(row.state)


def state_of(state: str) -> State:
    """Return a work item's state with its word."""
    known: dict[str, tuple[Tone, str]] = {
        "todo": ("todo", _("Not started")),
        "doing": ("doing", _("In progress")),
        "done": ("done", _("Done")),
        "blocked": ("blocked", _("Blocked")),
        "cancelled": ("cancelled", _("Cancelled")),
    }
    return State(*known[state])


def _deviations(cut: Cut) -> tuple[Block, ...]:
    """Return the MOST worst, and where the others are."""
    columns = (
        Column(_("Task")),
        Column(_("Planned"), "percent"),
        Column(_("Actual"), "percent"),
        Column(_("Behind (points)"), "number", decimals=2),
        Column(_("Cause and measure")),
        Column(_("Owner")),
    )
    rows: list[tuple[Value, ...]] = []
    worst = sorted(cut.deviating, key=lambda row: -row.judged.points if row.judged else 0)
    for row in worst[:MOST]:
        if row.judged is not None:
            missing = State("late", _("No cause reported")) if row.judged.asked else None
            actual = _done(row.judged.actual, row.state == "done")
            rows.append(
                (_task(cut, row.name, row.id), row.judged.planned, actual, row.judged.points, row.said or missing, row.owner)
            )
    table = Table(columns, tuple(rows), empty=_("No task deviates beyond the threshold."))
    return table, *_others(cut, len(worst), "state=marked&sort=-points")


def _others(cut: Cut, count: int, query: str) -> tuple[Block, ...]:
    """Return the line below a table that shows the first MOST of `count` tasks: how many more there are, and where."""
    if count <= MOST:
        return ()
    address = f"{reverse('tracking', args=[cut.number])}?{query}&date={quote(cut.as_of.isoformat())}"
    words = _("%(more)s more of %(count)s tasks: see the tracking table") % {"more": count - MOST, "count": count}
    return (Bullets((Entry(words, "", "arrow", address),)),)


def _late(cut: Cut) -> tuple[Block, ...]:
    columns = (
        Column(_("Task")),
        Column(_("Owner")),
        Column(_("Baseline"), "date"),
        Column(_("Forecast"), "date"),
        Column(_("Days late"), "number"),
    )
    rows = tuple(
        (
            _task(cut, row.name, row.id),
            row.owner,
            row.baseline_finish,
            row.finish,
            row.late_days if row.baseline_finish else None,
        )
        for row in sorted(cut.late, key=lambda row: -row.late_days)[:MOST]
    )
    return Table(columns, rows), *_others(cut, len(cut.late), "state=late")


def _ask_text(ask: AskRow) -> str:
    words = {"task": ask.task, "problem": ask.problem, "department": ask.help_department, "help": ask.help_needed}
    if not ask.help_needed and not ask.help_department:
        return _("%(task)s: %(problem)s") % words
    if ask.help_needed and ask.help_department:
        need = _("%(department)s is asked for: %(help)s") % words
    else:
        need = (_("needed: %(help)s") if ask.help_needed else _("%(department)s is asked for help")) % words
    if not ask.problem:
        return _("%(task)s: %(problem)s") % (words | {"problem": need})
    return _("%(task)s: %(problem)s; %(need)s") % (words | {"need": need})


def _ask_note(ask: AskRow) -> str:
    return _joined(ask.reporter, short_day(ask.day, ask.day))


def _joined(*words: str) -> str:
    return "，".join(word for word in words if word)


def _task(cut: Cut, name: str, item: int | None) -> Linked:
    return Linked(name, _address(cut, item))


def _address(cut: Cut, item: int | None) -> str:
    return f"{reverse('plan', args=[cut.number])}?task={item}&date={quote(cut.as_of.isoformat())}"


def drafted_parts(cut: Cut) -> Written:
    """Return the parts that people write, as far as they follow from what was reported: for the manager to look over."""
    asked = [f"· {_ask_text(ask)}" for ask in cut.asks if ask.help_needed or ask.help_department]
    coming = [_line(row, _("until %(day)s") % {"day": short_day(row.finish, cut.as_of)}) for row in cut.coming]
    open_cause = _("cause not reported yet")
    words = {
        "done": len(cut.done),
        "names": "、".join(row.name for row in cut.done[:MOST_NAMED]) or _("none"),
        "late": len(cut.late),
        "blocked": cut.blocked,
    }
    return Written(
        summary=_("Finished this week: %(done)s (%(names)s); late: %(late)s; blocked: %(blocked)s.") % words,
        measures="\n".join(_line(row, row.said or open_cause) for row in cut.deviating[:MOST_DRAFTED])[:LONGEST_PART],
        coordination="\n".join(asked[:MOST_DRAFTED])[:LONGEST_PART],
        next_week="\n".join(coming[:MOST_DRAFTED])[:LONGEST_PART],
    )


def _line(row: TaskRow, text: str) -> str:
    return _("· %(task)s (%(who)s): %(text)s") % {"task": row.name, "who": row.owner or _("no owner"), "text": text}
