"""Reads: how a charter stands: which version is in force, which one is being signed, and why what was signed is closed."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.charters.models import Charter, CharterVersion
from tongzhou.lib.access import Reason
from tongzhou.lib.registry import AUTHORITIES
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Sheet
from tongzhou.signoffs.queries.places import ending_of

KIND = "charter"
GATE = "change-signed-part"


def in_force(project: Project) -> CharterVersion | None:
    """Return the version that holds now; None while none was ever signed by all. One query."""
    rows = CharterVersion.objects.filter(charter__project=project, in_force_at__isnull=False)
    return rows.select_related("sheet").defer("planned", "sheet__snapshot", "sheet__html").order_by("-pk").first()


def latest_sheet(project: Project) -> Sheet | None:
    """Return the newest version that was opened, whatever became of it. One query."""
    rows = Sheet.objects.filter(project=project, kind=KIND, key=project.pk).select_related("ending")
    return rows.order_by("-version").first()


def locked_charter(project: Project) -> Charter | None:
    """Return the charter's row, locked until the transaction ends: a signature and an edit do not pass each other."""
    return Charter.objects.select_for_update(no_key=True).filter(project=project).first()


def why_signed(project: Project, part: str) -> list[str]:
    """Gate "change-signed-part": say why a part does not change any more. Asked within the transaction that changes it.

    What was agreed on as a change opens it: AUTHORITIES at the name of the gate, asked with the project and the part.
    """
    if locked_charter(project) is None:
        return []
    version = in_force(project)
    if version is None or any(opens(project, part) for opens in AUTHORITIES.at(GATE)):
        return []
    return [reason_of(project, version)]


def reason_of(project: Project, version: CharterVersion) -> Reason:
    words = _("Signed in the charter (version %(version)s): it changes only through a change request.")
    return Reason(words % {"version": version.sheet.version}, reverse("charter_signed", args=[project.number]))


def why_weight_holds(project: Project, lost: list[str]) -> list[str]:
    """Gate "weight-lowered": a charter that is in force, or is being signed, has no place in a lighter process."""
    if "charter" not in lost:
        return []
    version = in_force(project)
    if version is not None:
        return [_("the charter, version %(version)s, which is in force") % {"version": version.sheet.version}]
    sheet = latest_sheet(project)
    if sheet is not None and not ending_of(sheet):
        return [_("the charter, version %(version)s, which is being signed: void it first") % {"version": sheet.version}]
    return []
