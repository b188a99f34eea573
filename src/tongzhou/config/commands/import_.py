"""`tongzhou import`: what the import page does, from the command line. What is doubtful is left out, with a warning."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.exchange.actions import Workbook, bring
from tongzhou.exchange.queries.issues import ERROR, Issue, issues_of
from tongzhou.exchange.queries.matching import Counts
from tongzhou.exchange.queries.proposal import Proposal, propose
from tongzhou.exchange.queries.wording import problem_text, refusal_text, said_of
from tongzhou.lib import clock
from tongzhou.lib.access import Refused
from tongzhou.people.models import System
from tongzhou.projects.models import Project
from tongzhou.workbooks.reading import read_workbook
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.result import Problem

UNKNOWN_NAMES = ("person|", "department|")


def run(options: argparse.Namespace) -> int:
    """Import a workbook; 0 when it came in, 1 when there are errors and nothing was written."""
    answer = _import(options)
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _tell(answer)
    return 1 if answer["errors"] else 0


def _import(options: argparse.Namespace) -> dict[str, Any]:
    project = Project.objects.filter(number=options.project).first()
    if project is None:
        return _answer(errors=[_entry(_("There is no project %(number)s.") % {"number": options.project})])
    path = Path(options.file)
    if not path.is_file():
        return _answer(errors=[_entry(_("There is no file %(path)s.") % {"path": path})])
    try:
        book = Workbook(path.name, read_workbook(path))
    except WorkbookRefused as refused:
        return _answer(errors=[_entry(refusal_text(refused), refused.sheet, refused.row, refused.column)])
    made = propose(project, book.sheets, book.records, today=clock.today(), creating=options.create_missing)
    answer = _understood(made)
    if answer["errors"] or options.dry_run:
        return answer
    try:
        written = bring(by=System(), project=project, book=book, creating=options.create_missing, now=clock.now())
    except Refused as refused:
        return answer | {"errors": [_entry(refused.message)]}
    return answer | {"tasks": _counts(written.tasks), "links": _counts(written.links)}


def _understood(made: Proposal) -> dict[str, Any]:
    issues = issues_of(made, may_create=True)
    errors = [issue for issue in issues if issue.kind == ERROR or issue.id.startswith(UNKNOWN_NAMES)]
    doubts = [issue for issue in issues if issue not in errors]
    problems = (*made.found.warnings, *made.found.notices)
    missing = [
        _entry(_("“%(name)s” is in the plan but not in the file; it stays.") % {"name": row.name}) for row in made.missing
    ]
    return _answer(
        sheets=[{"name": sheet.name, "kind": sheet.kind, "rows": sheet.rows} for sheet in made.found.sheets],
        tasks=_counts(made.item_counts),
        links=_counts(made.link_counts),
        errors=[_of_issue(issue) for issue in errors],
        warnings=[*map(_of_issue, doubts), *map(_of_problem, problems), *missing],
    )


def _answer(**parts: Any) -> dict[str, Any]:
    nothing = _counts(Counts())
    return {"sheets": [], "tasks": nothing, "links": nothing, "errors": [], "warnings": []} | parts


def _counts(counts: Counts) -> dict[str, int]:
    return {"created": counts.created, "changed": counts.changed, "unchanged": counts.unchanged}


def _entry(message: str, sheet: str | None = None, row: int | None = None, column: str | None = None) -> dict[str, Any]:
    return {"sheet": sheet or None, "row": row or None, "column": column, "message": message}


def _of_issue(issue: Issue) -> dict[str, Any]:
    return _entry(issue.text, issue.sheet, issue.row, issue.column)


def _of_problem(problem: Problem) -> dict[str, Any]:
    return _entry(problem_text(problem), problem.sheet, problem.row, problem.column)


def _tell(answer: Mapping[str, Any]) -> None:
    for sheet in answer["sheets"]:
        print(f"{sheet['name']}: {sheet['kind']}, {sheet['rows']}")
    for name, title in (("tasks", _("Tasks")), ("links", _("Links"))):
        counts = answer[name]
        params = {"title": title, **counts}
        print(_("%(title)s: %(created)s created, %(changed)s changed, %(unchanged)s unchanged") % params)
    _list(_("Warnings"), answer["warnings"], sys.stdout)
    _list(_("Errors"), answer["errors"], sys.stderr)


def _list(title: str, entries: Iterable[Mapping[str, Any]], stream: Any) -> None:
    for number, entry in enumerate(entries):
        if number == 0:
            print(said_of(title, ""), file=stream)
        place = " ".join(str(part) for part in (entry["sheet"], f"{entry['column'] or ''}{entry['row'] or ''}") if part)
        print(f"  {said_of(place, entry['message'])}", file=stream)
