"""A brought list of departments and people: from a workbook, from pasted text, or the rows of a preview sent back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused
from tongzhou.workbooks.reading import read_workbook
from tongzhou.workbooks.roster import HEADINGS, LONGEST, MOST_ROWS, Roster, RosterRow, read_roster, sheet_of_text
from tongzhou.workbooks.text import is_blank, is_seen, name


def roster_of_file(file_name: str, chunks: Iterable[bytes]) -> Roster:
    """Read a workbook.

    :raises WorkbookRefused: if it cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"brought{Path(file_name).suffix.lower()[:5]}"
        with path.open("wb") as kept:
            kept.writelines(chunks)
        return read_roster(read_workbook(path))


def roster_of_text(text: str) -> Roster:
    """Read pasted rows."""
    return read_roster([sheet_of_text(text.replace("\0", ""), _("Pasted rows"))])


def roster_sent(sent: Any) -> Roster:
    """Read back the rows of a preview. They come from outside: whatever is not as it was sent is refused.

    :raises Refused: if it is no list of rows.
    """
    words = _("The rows of the preview did not come back whole: read the file again.")
    rows: list[RosterRow] = []
    try:
        rows.extend(_row_sent(one) for one in sent)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused("rows-unreadable", words, f"rows.{len(rows)}") from error
    if not rows or len(rows) > MOST_ROWS:
        raise Refused("rows-unreadable", words, "rows")
    return Roster(rows)


def _row_sent(one: Any) -> RosterRow:
    given = {meaning: name(str(one["values"][meaning])) for meaning in HEADINGS if meaning in one["values"]}
    values = {meaning: text for meaning, text in given.items() if not is_blank(text)}
    if any(not text.isprintable() or not is_seen(text) or len(text) > LONGEST[meaning] for meaning, text in values.items()):
        raise ValueError("a text that no preview holds")
    columns = {meaning: str(one["columns"].get(meaning, ""))[:3] for meaning in HEADINGS}
    row = int(one["row"])
    if not 0 < row < 10_000_000:
        raise ValueError("no row of a sheet")
    return RosterRow(str(one["sheet"])[:100], row, values, columns)
