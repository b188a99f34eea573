"""Keeping templates: one's own, the organisation's, new editions, archive, removal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.exchange.access import can_edit_template, can_save_template, can_share_template
from tongzhou.exchange.events import TemplateArchived, TemplateChanged, TemplateRemoved, TemplateSaved
from tongzhou.exchange.models import ProjectTemplate, TemplateEdition
from tongzhou.exchange.queries.templates.document import Document, facts_of, written
from tongzhou.exchange.queries.templates.reader import document_of
from tongzhou.lib.access import Refused, Stale, require
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.timeline.actions import ChangeOf, Subject, differences, record
from tongzhou.workbooks.text import is_seen

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_NOTE = 120, 500, 200
MOST_TEMPLATES = 200


@dataclass(frozen=True)
class About:
    """What a template is called, what it is for, and whether everybody may start from it."""

    name: str
    description: str = ""
    shared: bool = False


def save_template(
    *, by: User, about: About, document: Document, project: Project | None = None, now: datetime
) -> ProjectTemplate:
    """Keep a document as a new template of `by`; `project`: from which it was taken.

    :raises Refused: if `by` may not keep the project, or may not share, the document has a fault, or a name is wrong.
    """
    require(by.is_active and (project is None or can_save_template(by, project)))
    about = _checked(about)
    _check_sharing(by, about)
    document = document_of(written(document))
    with transaction.atomic():
        if ProjectTemplate.objects.filter(owner=by).count() >= MOST_TEMPLATES:
            raise Refused("too-many-templates", _("One person keeps at most %(count)s templates.") % {"count": MOST_TEMPLATES})
        row = ProjectTemplate.objects.create(
            name=about.name,
            description=about.description,
            owner=by,
            shared=about.shared,
            created_at=now,
            facts=dict(facts_of(document)),
        )
        _keep(row, document, by=by, note="", now=now)
        number = project.number if project is not None else ""
        event = TemplateSaved(row.pk, 1, len(document.tasks), number)
        record(event, by=by, now=now, subject=_subject(row), project=project.pk if project is not None else None)
    return row


def save_edition(*, by: User, template: ProjectTemplate, document: Document, note: str = "", now: datetime) -> TemplateEdition:
    """Let a document be the template's content from now on; the editions before it stay.

    :raises Refused: if `by` may not, the document has a fault, the note is too long, or (Stale) it was removed.
    """
    require(can_edit_template(by, template))
    if len(note) > LONGEST_NOTE:
        raise Refused("text-too-long", _("At most %(count)s characters.") % {"count": LONGEST_NOTE}, "note")
    document = document_of(written(document))
    with transaction.atomic():
        row = _locked(template)
        row.latest += 1
        row.facts = dict(facts_of(document))
        row.version += 1
        row.save(update_fields=["latest", "facts", "version"])
        edition = _keep(row, document, by=by, note=note, now=now)
        record(TemplateSaved(row.pk, row.latest, len(document.tasks), ""), by=by, now=now, subject=_subject(row))
    return edition


def change_template(
    *, by: User, template: ProjectTemplate, about: About, version: int | None = None, now: datetime
) -> ProjectTemplate:
    """Change name, description and who may use a template.

    :raises Refused: if `by` may not, a text is wrong, or (Stale) somebody else changed it since `version`,
        or removed it.
    """
    require(can_edit_template(by, template))
    about = _checked(about)
    if about.shared != template.shared:
        _check_sharing(by, about)
    with transaction.atomic():
        row = _locked(template)
        if version is not None and row.version != version:
            raise Stale("stale", _("Somebody else changed this template in the meantime. Yours is not saved yet."))
        values = {"name": about.name, "description": about.description, "shared": about.shared}
        before, after = differences({name: getattr(row, name) for name in values}, values)
        if after:
            for name, value in after.items():
                setattr(row, name, value)
            row.version += 1
            row.save()
            change = ChangeOf("project_template", row.pk, row.name, before, after)
            record(TemplateChanged(row.pk), by=by, now=now, subject=_subject(row), changes=[change])
    return row


def archive_template(*, by: User, template: ProjectTemplate, back: bool = False, now: datetime) -> None:
    """Offer a template no more; with `back` offer it again.

    :raises Refused: if `by` may not, or (Stale) it was removed.
    """
    require(can_edit_template(by, template))
    with transaction.atomic():
        row = _locked(template)
        if (row.archived_at is None) == back:
            return
        row.archived_at = None if back else now
        row.version += 1
        row.save(update_fields=["archived_at", "version"])
        record(TemplateArchived(row.pk, back), by=by, now=now, subject=_subject(row))


def remove_template(*, by: User, template: ProjectTemplate, now: datetime) -> None:
    """Remove a template with all its editions; the projects that began with it stay as they are.

    :raises Refused: if `by` may not, or (Stale) it was removed already.
    """
    require(can_edit_template(by, template))
    with transaction.atomic():
        row = _locked(template)
        record(TemplateRemoved(row.pk, row.editions.count()), by=by, now=now, subject=_subject(row))
        row.delete()


def _locked(template: ProjectTemplate) -> ProjectTemplate:
    """Return the template as it is now, locked.

    :raises Stale: if somebody removed it.
    """
    row = ProjectTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if row is None:
        raise Stale("template-gone", _("Somebody else removed this template in the meantime."))
    return row


def _keep(row: ProjectTemplate, document: Document, *, by: User, note: str, now: datetime) -> TemplateEdition:
    return TemplateEdition.objects.create(
        template=row, number=row.latest, document=written(document), saved_by=by, saved_at=now, note=note.strip()
    )


def _checked(about: About) -> About:
    name, description = about.name.strip(), about.description.strip()
    if not is_seen(name):
        raise Refused("name-missing", _("A template needs a name."), "name")
    for field, text, most in (("name", name, LONGEST_NAME), ("description", description, LONGEST_DESCRIPTION)):
        if len(text) > most:
            raise Refused("text-too-long", _("At most %(count)s characters.") % {"count": most}, field)
    return About(name, description, about.shared)


def _check_sharing(by: User, about: About) -> None:
    require(
        not about.shared or can_share_template(by),
        _("Only who manages a project, or an administrator, offers a template to the whole organisation."),
    )


def _subject(row: ProjectTemplate) -> Subject:
    return Subject("project_template", row.pk, row.name)
