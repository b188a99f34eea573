"""Writes: asking for the signatures of a memo, and what follows when every department has agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tongzhou.charters.access import can_open_memo, seats_to_sign
from tongzhou.charters.events import MemoCameIntoForce
from tongzhou.charters.queries.memo_cut import Memo, memo_headings, memo_labels, memo_of
from tongzhou.charters.queries.memo_page import lacking_memo
from tongzhou.charters.queries.memo_standing import MEMO
from tongzhou.documents.queries.kinds import wording
from tongzhou.lib.access import Refused, require
from tongzhou.people.models import System, User
from tongzhou.projects.access import standing
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import About, Content, Course, open_sheet
from tongzhou.signoffs.models import Sheet
from tongzhou.timeline.actions import Subject, record

PAPER = "charters/memo_paper.html"


def open_memo(*, by: User | System, project: Project, due: datetime | None = None, now: datetime) -> Sheet:
    """Freeze the memo as the plan makes it now, and ask every head to sign: all see it whole, each signs her own part.

    Of a next version only those are asked again whose part changed, or all where the shared part did.

    :raises Refused: if `by` is not the manager, the memo lacks something or a seat that signs is empty (`errors` names each),
        the due time is past, or nothing changed.
    """
    require(isinstance(by, System) or can_open_memo(standing(by, project), project))
    with transaction.atomic():
        # As every signature does, so that two versions are not opened at once.
        project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        memo = memo_of(project)
        _check_whole(project, memo)
        # What is frozen speaks the organisation's language, whoever asks.
        with translation.override(settings.LANGUAGE_CODE):
            about = About(MEMO, project.pk, _("Collaboration memo"), reverse("memo", args=[project.number]))
            # The fixed texts of the form are signed with it: they may be others when the paper is fetched.
            memo = replace(memo, shared=memo.shared | {"wording": wording(MEMO)})
            html = render_to_string(PAPER, {"memo": memo, "heads": memo_headings()})
            content = Content(memo.shared, html, memo.parts, memo_labels())
        return open_sheet(
            by=by,
            project=project,
            about=about,
            content=content,
            course=Course(seats_to_sign(project), due=due),
            now=now,
        )


def memo_signed(*, sheet: Sheet, by: User | System, now: datetime) -> None:
    """Outcome "sheet-final:memo": from now on every difference to it is marked, and who takes part is told."""
    subject = Subject("project", sheet.project_id, sheet.project.name)
    record(MemoCameIntoForce(sheet.pk, sheet.version), by=by, now=now, subject=subject, project=sheet.project_id)


def _check_whole(project: Project, memo: Memo) -> None:
    lacks = [lack for lack in lacking_memo(project, memo) if lack.needed]
    if lacks:
        named = "、".join(lack.title for lack in lacks)
        message = _("The memo is not whole yet: %(parts)s") % {"parts": named}
        raise Refused("memo-incomplete", message, errors={lack.key: lack.title for lack in lacks})
