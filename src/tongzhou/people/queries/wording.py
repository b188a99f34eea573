"""What is wrong with a brought list, and what it changes, in the user's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.people.queries.roster import Line, Trouble

TROUBLES = {
    "nothing_found": gettext_lazy("No list was found: there must be a heading row with 姓名 or 部门 and one more column."),
    "too_many_rows": gettext_lazy("There are too many rows: at most 5,000 at once."),
    "too_long": gettext_lazy("“%(text)s…” is too long."),
    "cell_error": gettext_lazy("The cell holds an error of Excel: %(text)s."),
    "department_missing": gettext_lazy("The row names neither a person nor a department."),
    "department_circle": gettext_lazy("“%(text)s” would be part of itself."),
    "name_missing": gettext_lazy("The name is missing."),
    "person_twice": gettext_lazy("The same person stands in row %(text)s already."),
    "person_disabled": gettext_lazy("%(text)s is disabled: let them in again first, or take the row out."),
    "number_twice": gettext_lazy("The number “%(text)s” stands in more than one row."),
    "login_twice": gettext_lazy("The login “%(text)s” stands in more than one row."),
    "login_taken": gettext_lazy("The login “%(text)s” is taken."),
    "login_invalid": gettext_lazy("“%(text)s” is no login: letters, digits, point, hyphen and underline."),
    "phone_invalid": gettext_lazy("“%(text)s” is no phone number."),
    "email_invalid": gettext_lazy("“%(text)s” is no e-mail address."),
    "several_called": gettext_lazy("Several people are called “%(text)s”: give the number."),
    "two_heads": gettext_lazy("Two heads for one department: %(text)s."),
    "head_unknown": gettext_lazy("The head “%(text)s” is neither in the list nor in the organisation."),
}
FIELDS = {
    "name": gettext_lazy("Full name"),
    "login": gettext_lazy("Login"),
    "employee_number": gettext_lazy("Employee number"),
    "department": gettext_lazy("Department"),
    "title": gettext_lazy("Title"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
}
REFUSALS = {
    "empty_file": gettext_lazy("The file is empty (0 bytes)."),
    "protected": gettext_lazy("The file is protected by a password. Remove the password in Excel, save, and try again."),
    "no_sheet": gettext_lazy("The workbook has no sheet."),
    "too_slow": gettext_lazy("The workbook takes too long to be read."),
    "busy": gettext_lazy("Other files are being read. Try again in a moment."),
    "out_of_memory": gettext_lazy("The workbook needs too much memory to be read."),
}


def trouble_words(trouble: Trouble) -> str:
    """Say what is wrong."""
    return str(TROUBLES[trouble.code]) % {"text": trouble.text}


def troubles_by_row(troubles: list[Trouble]) -> list[str]:
    """Say what is wrong and where, from above: row and column, and the sheet where there are several."""
    sheets = list(dict.fromkeys(one.sheet for one in troubles))
    ordered = sorted(troubles, key=lambda one: (sheets.index(one.sheet), one.row, one.column))
    return [_placed(one, named=len(sheets) > 1) for one in ordered]


def _placed(trouble: Trouble, *, named: bool) -> str:
    words = trouble_words(trouble)
    if trouble.row and trouble.column:
        words = _("row %(row)s, column %(column)s: %(words)s") % {"row": trouble.row, "column": trouble.column, "words": words}
    elif trouble.row:
        words = _("row %(row)s: %(words)s") % {"row": trouble.row, "words": words}
    return f"{trouble.sheet} {words}" if named and trouble.sheet else words


def line_changes(line: Line) -> list[tuple[str, str, str]]:
    """Return what changes for a person, as (field in words, before, after)."""
    return [(str(FIELDS[name]), before, after) for name, before, after in line.changes]


def refusal_words(code: str) -> str:
    """Say why a file is not read."""
    other = _("The file cannot be read as a workbook. Open it in Excel, save it as .xlsx, and try again.")
    return str(REFUSALS.get(code, other))
