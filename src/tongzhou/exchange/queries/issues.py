"""What has to be settled before a workbook is written: numbered, each with its answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tongzhou.exchange.queries.answers import CELL, CHOICE, DEPARTMENT, LAYOUT, NEW, NOBODY, PERSON, SKIP, Record
from tongzhou.exchange.queries.calendars import KEEP as KEEP_CALENDAR
from tongzhou.exchange.queries.calendars import TAKE, CalendarOffer
from tongzhou.exchange.queries.conflicts import MINE, THEIRS, Conflict
from tongzhou.exchange.queries.proposal import FOLLOW, Proposal
from tongzhou.exchange.queries.roster import Unknown
from tongzhou.exchange.queries.wording import MEANINGS, place_text, problem_text
from tongzhou.people.models import WorkCalendar
from tongzhou.workbooks.result import Problem, Question, TaskRow
from tongzhou.workbooks.text import key

ERROR, NEAR, CONFLICT = "error", "near", "conflict"
NONE, KEEP = "none", "keep"
LINK_ERRORS = {"unknown_predecessor", "link_to_itself", "finish_link_into_summary"}
SECOND_STEP = {"text", "task", "person", "department"}


@dataclass(frozen=True)
class Option:
    """An answer. `asks` names what must be given with it: a text, a task, a person or a department; "" when nothing."""

    value: str
    label: str
    effect: str
    what: tuple[object, ...]
    asks: str = ""
    proposed: bool = False
    shown: str = ""


@dataclass(frozen=True)
class Issue:
    """One thing to settle. `answer` is the label of what was chosen, "" while it is open."""

    id: str
    kind: str
    place: str
    subject: str
    text: str
    options: tuple[Option, ...]
    sheet: str = ""
    row: int | None = None
    column: str | None = None
    number: int = 0
    answer: str = ""
    shown: str = ""
    family: str = ""
    """What kind of doubt it is: those of one family may be settled together."""
    alike: int = 0
    """How many of its family nobody has answered yet, with this one."""

    def option(self, value: str) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


def issues_of(made: Proposal, *, may_create: bool) -> list[Issue]:
    """All issues in the order in which they are met: errors first, then doubts, settled ones among them."""
    issues = [_of_problem(problem, made) for problem in made.problems]
    issues += [_of_person(one, may_create) for one in made.roster.unknown_people.values()]
    issues += [_of_department(one, may_create) for one in made.roster.unknown_departments.values()]
    issues += [_of_question(question, made) for question in made.found.questions]
    issues += [_of_conflict(one) for one in made.conflicts]
    issues += [_of_calendar(made.calendar)] if made.calendar is not None else []
    open_ids = {issue.id for issue in issues}
    issues += [_settled(one) for one in made.settled.records if one.issue not in open_ids and one.effect != LAYOUT]
    answers = {record.issue: record for record in made.settled.records}
    told = [_answered(issue, answers.get(issue.id)) for issue in issues]
    told.sort(key=lambda issue: (bool(issue.answer), issue.kind != ERROR))
    families = Counter(issue.family for issue in told if issue.family and issue.id not in answers)
    return [
        replace(issue, number=number, alike=0 if issue.id in answers else families[issue.family])
        for number, issue in enumerate(told, 1)
    ]


def _answered(issue: Issue, record: Record | None) -> Issue:
    return issue if record is None else replace(issue, answer=record.label, shown=record.shown)


def _settled(record: Record) -> Issue:
    """An issue that its answer made vanish; it stays in the list so that the answer can be taken back."""
    return Issue(record.issue, ERROR if record.effect in (CELL, SKIP) else NEAR, record.place, "", "", (), *record.at)


def _of_problem(problem: Problem, made: Proposal) -> Issue:
    task = next((one for one in made.found.tasks if one.sheet == problem.sheet and one.row == problem.row), None)
    options: list[Option] = []
    place = (problem.sheet, problem.row, problem.column)
    if problem.code == "cycle":
        options = _cycle_options(problem)
    elif problem.code in LINK_ERRORS:
        options = [
            Option("choose", _("Choose another"), CHOICE, (problem.id,), asks="task"),
            Option(NONE, _("No link"), CHOICE, (problem.id, NONE)),
        ]
        options = options if problem.code == "unknown_predecessor" else options[1:]
    elif problem.row is not None and problem.column is not None:
        options = [
            Option(f"cell:{text}", _("Change to %(value)s") % {"value": text}, CELL, (*place, text), proposed=True)
            for text in problem.proposals
        ]
        options.append(Option("cell", _("Type it"), CELL, place, asks="text"))
    if problem.row is not None:
        options.append(Option("skip", _("Skip this row"), SKIP, (problem.sheet, problem.row)))
    return Issue(
        problem.id, ERROR, place_text(*place), _subject(task), problem_text(problem), tuple(options),
        problem.sheet, problem.row, problem.column, family=problem.code,
    )  # fmt: skip


def _cycle_options(problem: Problem) -> list[Option]:
    return [
        Option(
            link,
            _("Leave out %(before)s → %(after)s") % {"before": before, "after": after},
            CHOICE,
            (link, NONE),
        )
        for link, (before, after) in zip(problem.params["links"], problem.params["ends"], strict=True)
    ]


def _subject(task: TaskRow | None) -> str:
    return f"{task.code} {task.name}".strip() if task is not None else ""


def _of_person(unknown: Unknown, may_create: bool) -> Issue:
    name = unknown.name
    options = [
        Option(f"person:{one.id}", _adopt(one.name, one.department, unknown.several), PERSON, (key(name), str(one.id)),
               proposed=number == 0 and not unknown.several, shown=one.name)
        for number, one in enumerate(unknown.alike)
    ]  # fmt: skip
    options.append(Option("person", _("Choose somebody else"), PERSON, (key(name),), asks="person"))
    if may_create and not unknown.several:
        options.append(Option(NEW, _("Create this person"), PERSON, (key(name), NEW)))
    options.append(Option(NOBODY, _("Leave empty"), PERSON, (key(name), NOBODY)))
    if unknown.several:
        text = _("Several people are called “%(name)s”.") % {"name": name}
    elif unknown.alike:
        text = _("Nobody is called “%(name)s”; most alike is %(other)s.") % {"name": name, "other": unknown.alike[0].name}
    else:
        text = _("Nobody is called “%(name)s”.") % {"name": name}
    return Issue(
        f"person|{key(name)}", NEAR, place_text(unknown.sheet, unknown.row, unknown.column), "", text, tuple(options),
        unknown.sheet, unknown.row, unknown.column,
    )  # fmt: skip


def _adopt(name: str, department: str, with_department: bool) -> str:
    label = f"{name}({department})" if with_department and department else name
    return _("Take %(name)s") % {"name": label}


def _of_department(unknown: Unknown, may_create: bool) -> Issue:
    name = unknown.name
    options = [
        Option(
            f"department:{one.id}", _adopt(one.name, "", False), DEPARTMENT, (key(name), str(one.id)), "", number == 0, one.name
        )
        for number, one in enumerate(unknown.alike)
    ]
    options.append(Option("department", _("Choose another department"), DEPARTMENT, (key(name),), asks="department"))
    if may_create:
        options.append(Option(NEW, _("Create this department"), DEPARTMENT, (key(name), NEW)))
    options.append(Option(NOBODY, _("Leave empty"), DEPARTMENT, (key(name), NOBODY)))
    text = _("There is no department “%(name)s”.") % {"name": name}
    if unknown.alike:
        text = _("There is no department “%(name)s”; most alike is %(other)s.") % {"name": name, "other": unknown.alike[0].name}
    row = unknown.row or None
    place = place_text(unknown.sheet, row, unknown.column)
    return Issue(f"department|{key(name)}", NEAR, place, "", text, tuple(options), unknown.sheet, row, unknown.column)


def _of_conflict(conflict: Conflict) -> Issue:
    """Settled from the beginning: what the plan says stays, unless somebody chooses the file."""
    theirs = Option(THEIRS, _("Keep “%(value)s”") % {"value": conflict.theirs}, CHOICE, (conflict.id, THEIRS))
    mine = Option(MINE, _("Take “%(value)s” from the file") % {"value": conflict.mine}, CHOICE, (conflict.id, MINE))
    text = _("%(field)s was changed in the plan since the export: “%(theirs)s”; the file says “%(mine)s”.") % {
        "field": MEANINGS[conflict.meaning.value], "theirs": conflict.theirs, "mine": conflict.mine,
    }  # fmt: skip
    return Issue(
        conflict.id, CONFLICT, place_text(conflict.sheet, conflict.row, conflict.column),
        conflict.subject, text, (theirs, mine), conflict.sheet, conflict.row, conflict.column,
        answer=theirs.label, shown=conflict.theirs, family=CONFLICT,
    )  # fmt: skip


def _of_calendar(offer: CalendarOffer) -> Issue:
    """Settled from the beginning: the file's days come with it, unless somebody chooses the present calendar."""
    take = Option(TAKE, _("Make it the project's own calendar"), CHOICE, (offer.id, TAKE))
    keep = Option(KEEP_CALENDAR, _("Keep the present calendar"), CHOICE, (offer.id, KEEP_CALENDAR))
    pattern = str(WorkCalendar.Pattern(offer.spec.pattern).label)
    if offer.spec.pattern == WorkCalendar.Pattern.INHERITED:
        text = _("The file's calendar “%(name)s” has %(days)s days that this project's has not.")
    else:
        text = _("The file's calendar “%(name)s” has another week (%(pattern)s) and %(days)s days of its own.")
    told = text % {"name": offer.name, "days": offer.days, "pattern": pattern}
    return Issue(offer.id, CONFLICT, "", "", told, (take, keep), answer=take.label)


def _of_question(question: Question, made: Proposal) -> Issue:
    task = made.found.tasks[question.task] if question.task is not None else None
    text, options = _early(question) if question.kind == "early_start" else _near(question, made.found.tasks)
    return Issue(
        question.id,
        CONFLICT if question.kind == "early_start" else NEAR,
        place_text(question.sheet, question.row or None, question.column),
        _subject(task),
        text,
        tuple(options),
        question.sheet,
        question.row,
        question.column,
        family=question.kind,
    )


def _early(question: Question) -> tuple[str, list[Option]]:
    text = _("The start is earlier than the predecessor (%(text)s) allows.") % {"text": question.text}
    return text, [
        Option(KEEP, _("Keep the date (shown as a conflict)"), CHOICE, (question.id, KEEP)),
        Option(FOLLOW, _("Move it behind the predecessor"), CHOICE, (question.id, FOLLOW)),
    ]


def _near(question: Question, tasks: Sequence[TaskRow]) -> tuple[str, list[Option]]:
    best = tasks[question.proposals[0].task] if question.proposals else None
    params = {"text": question.text, "name": _subject(best)}
    text = {
        "near_link": _("The predecessor “%(text)s” is not there; most alike is %(name)s."),
        "same_name": _("Several tasks are called “%(text)s”."),
        "near_milestone": _("No task is called like the key milestone “%(text)s”; most alike is %(name)s."),
        "tracking": _("Progress is told of “%(text)s”; most alike is the task %(name)s."),
    }[question.kind] % params
    options = [
        Option(
            f"task:{tasks[one.task].key}",
            _("Take %(name)s") % {"name": _subject(tasks[one.task])},
            CHOICE,
            (question.id, tasks[one.task].key),
            proposed=number == 0 and question.kind != "same_name",
            shown=tasks[one.task].code or tasks[one.task].name,
        )
        for number, one in enumerate(question.proposals[: 1 if question.kind != "same_name" else 4])
    ]
    options.append(Option("choose", _("Choose another"), CHOICE, (question.id,), asks="task"))
    nothing = {"near_milestone": _("Keep it as a milestone of its own"), "tracking": _("Leave it out")}
    options.append(Option(NONE, nothing.get(question.kind, _("No link")), CHOICE, (question.id, NONE)))
    return text, options
