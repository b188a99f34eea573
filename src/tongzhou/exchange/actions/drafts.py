"""From the upload to the confirmation."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.exchange.access import can_import
from tongzhou.exchange.actions.bringing import Made, Workbook, bring
from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.queries.answers import DEPARTMENT, PERSON, Record, records_of
from tongzhou.exchange.queries.issues import Issue, Option
from tongzhou.exchange.queries.layout_memory import remembered_layouts
from tongzhou.exchange.queries.preview import Preview, plan_version_of, preview_of
from tongzhou.lib.access import Refused, Stale, require
from tongzhou.people.models import Department, User
from tongzhou.projects.models import Project
from tongzhou.workbooks.cells import sheets_from_json
from tongzhou.workbooks.reading import read_plain_sheets
from tongzhou.workbooks.refusal import WorkbookRefused
from tongzhou.workbooks.textfile import ENDINGS

State = ImportDraft.State
LONGEST_TYPED = 200
LONGEST_SHEET = 31  # as in Excel


def upload(*, by: User, project: Project, file_name: str, chunks: Iterable[bytes], now: datetime) -> ImportDraft:
    """Keep the file in the data directory, read it in a child process, and open a draft.

    :raises Refused: if `by` may not import.
    :raises WorkbookRefused: if the file cannot be read; then nothing is kept.
    """
    require(can_import(by, project), _("You may not import into this plan."))
    draft = ImportDraft(
        project=project,
        file_name=Path(file_name).name[-200:],
        stored_name=f"{secrets.token_hex(16)}{_ending(file_name)}",
        uploaded_by=by,
        uploaded_at=now,
    )
    draft.size = _keep(draft.path, chunks)
    try:
        draft.cells = read_plain_sheets(draft.path, name=Path(draft.file_name).stem[:LONGEST_SHEET] or "csv")
    except WorkbookRefused:
        draft.path.unlink()
        raise
    draft.answers = [record.as_json() for record in remembered_layouts(by, sheets_from_json(draft.cells))]
    draft.save()
    return draft


def _ending(file_name: str) -> str:
    """What the file is called tells only whether it may be text; the rest is told by its bytes."""
    ending = Path(file_name).suffix.lower()
    return ending if ending in ENDINGS else ".xlsx"


def _keep(path: Path, chunks: Iterable[bytes]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    size = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        for chunk in chunks:
            size += len(chunk)
            target.write(chunk)
    return size


@dataclass(frozen=True)
class Answer:
    """What is said to an issue: the option, what it asks for, and whether all of its family are to be settled so."""

    issue: str
    option: str
    value: str = ""
    alike: bool = False


def answer_issue(*, by: User, draft: ImportDraft, answer: Answer, now: datetime) -> int:
    """Settle an issue with one of its options, and with `alike` those of its family that nobody has answered.

    Return how many. What asks for a name or a text, or was typed in one cell, is for this one alone.

    :raises Refused: if there is no such issue or option (any more), or the value does not fit.
    """
    with transaction.atomic():
        row, preview = locked_draft(by, draft, now)
        found = next((one for one in preview.issues if one.id == answer.issue), None)
        chosen = found.option(answer.option) if found is not None else None
        if found is None or chosen is None:
            raise Refused("issue-gone", _("This has been settled already. Look at the page again."))
        together = [(found, chosen)]
        if answer.alike and not chosen.asks:
            together += _alike(found, chosen, preview)
        for issue, option in together:
            _add(row, _record(issue, option, answer.value, preview))
        row.save(update_fields=["answers"])
    return len(together)


def _alike(issue: Issue, option: Option, preview: Preview) -> Iterator[tuple[Issue, Option]]:
    """The others of its family that nobody has answered and that offer the same answer, each with that answer."""
    for other in preview.issues:
        same = other.option(option.value)
        if other.alike and other.family == issue.family and other.id != issue.id and same is not None:
            yield other, same


def adopt_proposals(*, by: User, draft: ImportDraft, now: datetime) -> int:
    """Settle every open issue that has a proposed answer with it. Return how many.

    :raises Refused: if `by` may not import, or the draft is no longer open.
    """
    with transaction.atomic():
        row, preview = locked_draft(by, draft, now)
        adopted = 0
        for issue in preview.open_issues:
            proposed = next((option for option in issue.options if option.proposed), None)
            if proposed is not None:
                _add(row, _record(issue, proposed, "", preview))
                adopted += 1
        row.save(update_fields=["answers"])
    return adopted


def take_back(*, by: User, draft: ImportDraft, issue: str, now: datetime) -> None:
    """Forget the answer to an issue.

    :raises Refused: if `by` may not import, or the draft is no longer open.
    """
    with transaction.atomic():
        row, _preview = locked_draft(by, draft, now)
        row.answers = [one for one in row.answers if one["issue"] != issue]
        row.save(update_fields=["answers"])


def confirm_draft(*, by: User, draft: ImportDraft, plan_version: int | None = None, now: datetime) -> Made:
    """Write the workbook into the project.

    :raises Refused: if anything is left to be settled, or a rule forbids it; nothing is written then.
    :raises Stale: if the plan is no longer at `plan_version`, the one that the preview was made from.
    """
    with transaction.atomic():
        row, preview = locked_draft(by, draft, now)
        if not preview.can_confirm:
            raise Refused("unsettled", _("There is still something to settle."))
        if plan_version is not None and plan_version != plan_version_of(row.project):
            raise Stale("plan-changed", _("Somebody else changed the plan in the meantime. Look at the preview again."))
        book = Workbook(row.file_name, sheets_from_json(row.cells), records_of(row.answers))
        made = bring(by=by, project=row.project, book=book, now=now)
        row.state, row.settled_at, row.made = State.DONE, now, made.as_json()
        row.save(update_fields=["state", "settled_at", "made"])
    return made


def discard_draft(*, by: User, draft: ImportDraft, now: datetime) -> None:
    """Give the draft up; its file is removed.

    :raises Refused: if `by` may not import, or the draft is no longer open.
    """
    with transaction.atomic():
        row, _preview = locked_draft(by, draft, now)
        row.state, row.settled_at, row.cells, row.answers = State.DISCARDED, now, [], []
        row.save(update_fields=["state", "settled_at", "cells", "answers"])
        transaction.on_commit(lambda: row.path.unlink(missing_ok=True))


def locked_draft(by: User, draft: ImportDraft, now: datetime) -> tuple[ImportDraft, Preview]:
    """Return the open draft, locked until the transaction ends, with what it would write.

    :raises Refused: if `by` may not import, or the draft is no longer open.
    """
    require(can_import(by, draft.project), _("You may not import into this plan."))
    row = ImportDraft.objects.select_for_update(no_key=True).select_related("project").get(pk=draft.pk)
    if row.state != State.OPEN:
        raise Refused("draft-closed", _("This import is closed already."))
    return row, preview_of(row, by=by, today=timezone.localtime(now).date())


def _add(draft: ImportDraft, answer: Record) -> None:
    draft.answers = [one for one in draft.answers if one["issue"] != answer.issue] + [answer.as_json()]


def _record(issue: Issue, option: Option, value: str, preview: Preview) -> Record:
    what, label, shown = option.what, option.label, option.shown
    if option.asks:
        given, label = _given(option, value.strip(), preview)
        what, shown = (*what, given), label
    place = " ".join(part for part in (issue.place, issue.subject) if part)
    return Record(issue.id, option.effect, what, label, place, shown, (issue.sheet, issue.row, issue.column))


def _given(option: Option, value: str, preview: Preview) -> tuple[str, str]:
    """What the option asks for, and how it reads.

    :raises Refused: if the value names nothing.
    """
    if option.asks == "text":
        if len(value) > LONGEST_TYPED:
            raise Refused("too-long", _("This is too long."), "value")
        return value, value or _("empty")
    if option.asks == "task":
        found = [(key, name) for key, name in preview.tasks if value in (name, key)]
    elif option.effect == PERSON:
        rows = User.objects.filter(is_active=True, name=value.partition("(")[0].strip()).select_related("department")
        found = [(str(row.pk), row.name) for row in rows if value in (row.name, f"{row.name}({row.actor_department})")]
    else:
        assert option.effect == DEPARTMENT
        found = [(str(row.pk), row.name) for row in Department.objects.filter(name=value)]
    if len(found) != 1:
        raise Refused(
            "not-found", _("“%(value)s” is not there, or not alone. Choose from the list.") % {"value": value}, "value"
        )
    return found[0]
