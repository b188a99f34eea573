"""Reads: the version of a charter that is in force: its frozen page, who signed it, and whether it is what it was."""

from __future__ import annotations

from dataclasses import dataclass

from tongzhou.charters.models import CharterVersion
from tongzhou.charters.queries.standing import KIND
from tongzhou.papers.html import Html
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.projects.queries.team import standing_of
from tongzhou.signoffs.access import can_verify
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.page import Line, Version, shown_html, versions_of
from tongzhou.signoffs.queries.places import standings
from tongzhou.signoffs.queries.wording import fingerprint


@dataclass(frozen=True)
class SignedPage:
    """What the page of a signed charter shows."""

    version: CharterVersion
    sheet: Sheet
    html: Html | None
    lines: list[Line]
    versions: list[Version]
    can_verify: bool
    ended: str = "final"

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.sheet.digest)


def signed_page(user: User, project: Project) -> SignedPage | None:
    """Return what is shown of the version in force; None where none is."""
    rows = CharterVersion.objects.filter(charter__project=project, in_force_at__isnull=False)
    version = rows.select_related("sheet__ending").defer("planned", "sheet__snapshot").order_by("-pk").first()
    if version is None:
        return None
    sheet = version.sheet
    sheet.project = project
    return SignedPage(
        version=version,
        sheet=sheet,
        html=shown_html(sheet),
        lines=[Line(at, mine=False) for at in standings(sheet)],
        versions=versions_of(project, KIND, project.pk),
        can_verify=can_verify(user, standing_of(user, project), sheet),
    )
