"""The list of what is still to be settled, as a paper."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.exchange.models import ImportDraft
from tongzhou.exchange.queries.preview import Preview
from tongzhou.papers import Column, Paper, Section, Table


def issues_paper(draft: ImportDraft, preview: Preview) -> Paper:
    """Describe the issues, then the warnings, of a draft."""
    kinds = {"error": _("Error"), "near": _("Near match"), "conflict": _("Conflict")}
    issues = tuple(
        (str(issue.number), kinds[issue.kind], issue.place, issue.subject, issue.text, issue.answer or _("open"))
        for issue in preview.issues
    )
    warnings = tuple((note.place, note.text) for note in (*preview.warnings, *preview.notices))
    return Paper(
        title=_("Issues of %(file)s") % {"file": draft.file_name},
        subtitle=draft.project.name,
        sections=(
            Section(
                _("To be settled"),
                (
                    Table(
                        tuple(
                            Column(label)
                            for label in (_("Issue no."), _("Kind of issue"), _("Place"), _("Task"), _("What"), _("Answer"))
                        ),
                        issues,
                        empty=_("Nothing is open."),
                    ),
                ),
            ),
            Section(_("Warnings and notices"), (Table((Column(_("Place")), Column(_("What"))), warnings, empty=_("None.")),)),
        ),
    )
