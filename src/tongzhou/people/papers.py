"""Papers: the list of people, and the form in which a list is brought."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongzhou.papers import Column, Paper, Section, Table, Text

WIDTHS = (12, 12, 16, 20, 20, 16, 16, 26, 14)


def people_paper(rows: list[tuple[Any, ...]], today: date) -> Paper:
    """Return the list of people with the headings that an import understands.

    `rows`: name, number, login, department, part of, title, phone, e-mail, whether head of the department.
    """
    table = Table(_columns(), tuple((*row[:8], _("yes") if row[8] else "") for row in rows), empty=_("Nobody"))
    return Paper(title=_("People"), sections=(Section(_("People"), (table,)),), dated=today)


def people_form() -> Paper:
    """Return an empty form with two rows as example and what the columns mean."""
    example = (
        ("张三", "1001", "zhangsan", "研发部", "技术中心", "工程师", "13800000000", "zhangsan@example.com", ""),
        ("李四", "1002", "", "研发部", "技术中心", "经理", "", "", _("yes")),
    )
    words = _("Fill in one row a person; only the name is needed. Delete the two examples. What is empty stays as it is.")
    return Paper(title=_("People"), sections=(Section(_("People"), (Text(words), Table(_columns(), example))),))


def _columns() -> tuple[Column, ...]:
    labels = (
        _("Full name"), _("Employee number"), _("Login"), _("Department"), _("Parent department"), _("Title"), _("Phone"),
        _("E-mail"), _("Department head"),
    )  # fmt: skip
    return tuple(Column(label, width=width) for label, width in zip(labels, WIDTHS, strict=True))
