"""职责分工说明书 as a paper: a version as it was published, or the draft as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.documents.queries.kinds import CLOSING, PREAMBLE, wording
from tongzhou.lib.naming import paper_name
from tongzhou.papers import Column, Paper, Section, Table, Text

KIND = "duty-statement"
Cut = Mapping[str, Any]


def duty_paper(cut: Cut, *, version: int = 0, dated: date | None = None) -> Paper:
    """Describe a duty statement: the table of the form, then each department with its seats. Without `version` a draft."""
    # A paper speaks the organisation's language, whoever takes it along.
    with translation.override(settings.LANGUAGE_CODE):
        return _paper(cut, version, dated)


def _paper(cut: Cut, version: int, dated: date | None) -> Paper:
    texts = wording(KIND)
    roles = tuple((_who(row), row["duty"], row["department"]) for row in cut["roles"])
    names = ("name", "kind", "head", "liaison", "duty", "deliverables", "alone")
    departments = tuple(tuple(row[name] for name in names) for row in cut["departments"])
    heads = (_("Department"), _("Takes part as"), _("Head"), _("Liaison"), _("Duty"), _("Deliverables"), _("Decides alone"))
    table = Table(tuple(Column(label) for label in ("角色", "职责说明", "所属部门")), roles, empty=_("Nothing is said yet."))
    home = Table(tuple(Column(label) for label in heads), departments, empty=_("Nothing is said yet."))
    return Paper(
        title=paper_name(cut["basics"]["name"], _("Duty statement")),
        subtitle=_("Version %(version)s") % {"version": version} if version else _("Draft, not published"),
        sections=(
            Section("", (Text(texts[PREAMBLE]),) if texts[PREAMBLE] else ()),
            Section(_("1. Roles and duties"), (table,)),
            Section(_("2. Departments, seats and what the liaison may decide alone"), (home,)),
            Section("", (Text(texts[CLOSING]),) if texts[CLOSING] else ()),
        ),
        dated=dated,
    )


def _who(row: Cut) -> str:
    return f"{row['name']}：{row['person']}" if row["person"] else str(row["name"])
