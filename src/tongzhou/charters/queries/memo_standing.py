"""Reads: how a memo stands: which version was signed by all, which one is out to be signed."""

from __future__ import annotations

from typing import Any

from django.db.models import BinaryField, Case, Q, Subquery, When
from django.utils.translation import gettext as _

from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Ending, Sheet
from tongzhou.signoffs.queries.places import ending_of

MEMO = "memo"


def memo_sheets_of(project: Project) -> list[Sheet]:
    """Return the versions of the memo that were opened, the newest first. Only the newest, and the newest that all signed,
    have their snapshots. One query.
    """
    rows = Sheet.objects.filter(project=project, kind=MEMO, key=project.pk).order_by("-version")
    newest, final = (Subquery(of.values("pk")[:1]) for of in (rows, rows.filter(ending__kind=Ending.Kind.FINAL)))
    frozen = Case(When(Q(pk=newest) | Q(pk=final), then="snapshot"), output_field=BinaryField())
    found: list[Any] = list(rows.select_related("ending").defer("snapshot", "html").annotate(frozen=frozen))
    for row in found:
        if row.frozen is not None:
            row.snapshot = row.frozen
    return found


def latest_memo(project: Project) -> Sheet | None:
    """Return the newest version that was opened, whatever became of it. One query."""
    rows = Sheet.objects.filter(project=project, kind=MEMO, key=project.pk).select_related("ending")
    return rows.defer("html").order_by("-version").first()


def signed_memo(project: Project) -> Sheet | None:
    """Return the newest version that every seat agreed to; None while there is none. One query."""
    rows = Sheet.objects.filter(project=project, kind=MEMO, key=project.pk, ending__kind=Ending.Kind.FINAL)
    return rows.select_related("ending").defer("html").order_by("-version").first()


def why_memo_holds(project: Project, lost: list[str]) -> list[str]:
    """Gate "weight-lowered": a memo that was signed, or is being signed, has no place in a lighter process."""
    if "charter" not in lost:
        return []
    signed, newest = signed_memo(project), latest_memo(project)
    if signed is not None:
        return [_("the memo, version %(version)s, which was signed") % {"version": signed.version}]
    if newest is not None and not ending_of(newest):
        return [_("the memo, version %(version)s, which is being signed: void it first") % {"version": newest.version}]
    return []
