"""Taking the sheets and columns of a draft as a person wants them, and remembering it for the next file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.exchange.actions.drafts import locked_draft
from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.queries.answers import LAYOUT, records_of
from tongzhou.exchange.queries.layout_memory import KEY, Wanted, layout_record, with_choice
from tongzhou.lib.access import Refused
from tongzhou.people.actions import set_preference
from tongzhou.people.models import User
from tongzhou.workbooks.cells import Sheet, sheets_from_json
from tongzhou.workbooks.headers import signature
from tongzhou.workbooks.plainsheets import column_of
from tongzhou.workbooks.result import SheetReport


def lay_out_sheet(*, by: User, draft: ImportDraft, wanted: Wanted, now: datetime) -> None:
    """Take a sheet as `wanted`; everything else about it is understood anew.

    A meaning belongs to one column: who gives it to another takes it from the first.
    :raises Refused: if there is no such sheet, row or column, `by` may not import, or the draft is no longer open.
    """
    with transaction.atomic():
        row, preview = locked_draft(by, draft, now)
        sheets = sheets_from_json(row.cells)
        if wanted.sheet >= len(sheets):
            raise Refused("sheet-gone", _("There is no such sheet."), "sheet")
        sheet = sheets[wanted.sheet]
        report = next((one for one in preview.made.found.sheets if one.name == sheet.name), None)
        kept = {one.what[0]: one.what for one in records_of(row.answers) if one.effect == LAYOUT}
        heading, columns = _choice(sheet, report, wanted, kept[sheet.name][3] if sheet.name in kept else {})
        kind = wanted.kind if report is None or wanted.kind != report.kind else kept.get(sheet.name, ("", ""))[1]
        record = layout_record(sheet.name, kind, heading, columns)
        row.answers = [one for one in row.answers if one["issue"] != record.issue] + [record.as_json()]
        row.save(update_fields=["answers"])
        mark = signature(sheet, heading - 1) if heading is not None else ""
        if mark:
            set_preference(by=by, key=KEY, value=with_choice(by, mark, kind, columns), now=now)


def _choice(
    sheet: Sheet, report: SheetReport | None, wanted: Wanted, kept: Mapping[str, str]
) -> tuple[int | None, dict[str, str]]:
    """The heading row, and the columns that are to mean something else than what is found; another heading begins anew."""
    if wanted.heading is not None and wanted.heading > len(sheet.rows):
        raise Refused("row-gone", _("There is no such row."), "heading")
    width = max((len(one) for one in sheet.rows), default=0)
    if any(column_of(letters) >= width for letters in wanted.columns):
        raise Refused("column-gone", _("There is no such column."), "column")
    heading = wanted.heading or (report.heading_row if report is not None else None)
    if report is None or (wanted.heading is not None and wanted.heading != report.heading_row):
        return heading, {}
    shown = {one.column: one.meaning for one in report.columns}
    changed = {letters: meaning for letters, meaning in wanted.columns.items() if shown.get(letters, "") != meaning}
    taken = set(changed.values()) - {""}
    given_up = {letters: "" for letters, meaning in shown.items() if meaning in taken and letters not in changed}
    return heading, {**kept, **given_up, **changed}
