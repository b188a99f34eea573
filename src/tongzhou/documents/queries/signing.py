"""Reads: the block of signatures of a paper, filled from the sheet that was signed."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.papers import Opinion, Opinions
from tongzhou.papers.wording import chinese_date
from tongzhou.signoffs.models import Sheet, Signature
from tongzhou.signoffs.queries.places import Standing, standings


def signature_rows(sheet: Sheet) -> Opinions:
    """Return a row for each place of a sheet; what is not signed yet leaves room to sign by hand. Four queries."""
    return Opinions(tuple(_row(at) for at in standings(sheet)))


def _row(at: Standing) -> Opinion:
    department = at.place.department.name if at.place.department else at.place.capacity
    holder = at.held.holder.name if at.held.holder is not None else ""
    said = at.signature
    if said is None:
        return Opinion(department, holder)
    return Opinion(
        department=department,
        name=said.principal_name or said.name,
        opinion=opinion_text(said),
        signed=signer_text(said),
        dated=chinese_date(timezone.localtime(said.at).date()),
    )


def opinion_text(said: Signature) -> str:
    """Return what was decided, with its words: 同意：…"""
    decision = str(said.get_decision_display())
    return _("%(decision)s: %(opinion)s") % {"decision": decision, "opinion": said.opinion} if said.opinion else decision


def signer_text(said: Signature) -> str:
    """Return who signed; who signed for somebody says so."""
    if not said.principal_name:
        return said.name
    return _("%(name)s (for %(principal)s)") % {"name": said.name, "principal": said.principal_name}
