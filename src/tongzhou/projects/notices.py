"""Who is told of what happens to projects."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.lib.web import item_address, project_address
from tongzhou.projects.models import Comment
from tongzhou.timeline.models import Change, Event


def told_of_comment(event_id: int) -> list[Told]:
    """Whom a comment names, once for each comment."""
    event = Event.objects.get(pk=event_id)
    comment = Comment.objects.select_related("project").filter(pk=event.data["comment"], removed_at=None).first()
    if comment is None:
        return []
    people = [key for key in event.data["mentioned"] if key not in _named_before(event)]
    about = event.subject_label or comment.project.name
    title = _("%(name)s named you in a comment on %(about)s") % {"name": event.actor_name, "about": about}
    number = comment.project.number
    if comment.subject_type == "work_item":
        link = item_address("task", number, comment.subject_id)
    else:
        link = project_address("comments", number)
    return [Told(tuple(people), "mention", title, comment.text, link)]


def _named_before(event: Event) -> set[int]:
    """Who was told already: an edited comment tells only whom it names anew."""
    if event.kind == "comment-added":
        return set()
    earlier = Change.objects.filter(object_type="comment", object_id=event.data["comment"], event__lt=event.pk)
    return {key for data in earlier.values_list("event__data", flat=True) for key in data.get("mentioned", ())}
