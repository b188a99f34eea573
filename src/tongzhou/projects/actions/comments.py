"""Writing, editing and removing comments."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tongzhou.lib.access import Refused, require
from tongzhou.people.models import User
from tongzhou.projects import access
from tongzhou.projects.events import CommentAdded, CommentEdited, CommentRemoved
from tongzhou.projects.models import Comment, Mention, Project
from tongzhou.projects.queries.comments import EDITABLE, About, about, mentioned_in
from tongzhou.timeline.actions import ChangeOf, Subject, record

LONGEST_TEXT = 10_000


def add_comment(*, by: User, project: Project, on: About, text: str, now: datetime) -> Comment:
    """Comment on a project or on something in it; who is named with @ is mentioned.

    :raises Refused: if `by` does not take part, the text is empty or too long, or it names somebody who does not
        see the project.
    """
    require(access.can_comment(access.standing(by, project)))
    people = _checked(project, text)
    with transaction.atomic():
        row = Comment.objects.create(
            project=project, subject_type=on.type, subject_id=on.id, author=by, text=text.strip(), at=now
        )
        mentioned = _mention(row, people)
        change = ChangeOf("comment", row.pk, on.label, {"text": None}, {"text": row.text})
        subject = Subject(on.type, on.id, on.label)
        record(CommentAdded(row.pk, mentioned), by=by, now=now, subject=subject, project=project.pk, changes=[change])
    return row


def edit_comment(*, by: User, comment: Comment, text: str, now: datetime) -> None:
    """Change one's own comment, within a quarter of an hour.

    :raises Refused: as add_comment, or if it is somebody else's, removed, or too old.
    """
    project = comment.project
    require(access.can_comment(access.standing(by, project)))
    people = _checked(project, text)
    with transaction.atomic():
        row = _own(by, comment)
        if now - row.at > EDITABLE:
            raise Refused("too-late", _("A comment can be edited for 15 minutes."), "text")
        before, row.text = row.text, text.strip()
        if before == row.text:
            return
        row.edited_at = now
        row.save(update_fields=["text", "edited_at"])
        mentioned = _mention(row, people)
        change = ChangeOf("comment", row.pk, "", {"text": before}, {"text": row.text})
        event = CommentEdited(row.pk, mentioned)
        record(event, by=by, now=now, subject=_subject(row), project=project.pk, changes=[change])


def remove_comment(*, by: User, comment: Comment, now: datetime) -> None:
    """Take back one's own comment: it keeps its place, without its text and without whom it named.

    :raises Refused: if `by` does not take part, or it is somebody else's or removed.
    """
    project = comment.project
    require(access.can_comment(access.standing(by, project)))
    with transaction.atomic():
        row = _own(by, comment)
        change = ChangeOf("comment", row.pk, "", {"text": row.text}, {"text": None})
        row.text, row.removed_at = "", now
        row.save(update_fields=["text", "removed_at"])
        row.mentions.all().delete()
        record(CommentRemoved(row.pk), by=by, now=now, subject=_subject(row), project=project.pk, changes=[change])


def _checked(project: Project, text: str) -> list[User]:
    """Return whom a usable text mentions."""
    if not text.strip():
        raise Refused("text-missing", _("Write something."), "text")
    if len(text) > LONGEST_TEXT:
        raise Refused("text-too-long", _("At most %(count)s characters.") % {"count": LONGEST_TEXT}, "text")
    people, strangers = mentioned_in(project, text)
    if strangers:
        message = _("%(names)s cannot see this project and cannot be mentioned here.") % {"names": "、".join(strangers)}
        raise Refused("mention-outside", message, "text")
    return people


def _own(by: User, comment: Comment) -> Comment:
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    if row.author_id != by.pk:
        raise Refused("not-own", _("Only the author changes a comment."), "text")
    if row.removed_at is not None:
        raise Refused("removed", _("This comment was removed."), "text")
    return row


def _mention(comment: Comment, people: list[User]) -> list[int]:
    keys = [person.pk for person in people]
    comment.mentions.exclude(user__in=keys).delete()
    present = set(comment.mentions.values_list("user_id", flat=True))
    Mention.objects.bulk_create(Mention(comment=comment, user_id=key) for key in keys if key not in present)
    return keys


def _subject(row: Comment) -> Subject:
    found = about(row.project, row.subject_type, row.subject_id)
    return Subject(row.subject_type, row.subject_id, found.label if found else "")
