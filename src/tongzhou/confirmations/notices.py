"""Who is told of what happens to confirmations."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongzhou.confirmations.models import Confirmation
from tongzhou.lib.telling import Told
from tongzhou.projects.queries.asked import Answering
from tongzhou.timeline.models import Event

KIND = "confirmation"


def told_of_asked(event: Event) -> list[Told]:
    """Those who are asked, for the first time, anew, or because time runs out; their stand-ins during leave."""
    row = _row(event)
    # Earlier rows of the record name nobody where all were asked again.
    people = event.data["people"] if "people" in event.data else list(row.confirmers.values_list("person_id", flat=True))
    words = {"name": row.asker.name, "title": row.title, "due": f"{timezone.localtime(row.due):%m-%d %H:%M}"}
    titles = {
        "confirmation-asked": _("%(name)s asks you to confirm: %(title)s"),
        "confirmation-text-changed": _("The text changed, please confirm anew: %(title)s"),
        "confirmation-due-soon": _("Please confirm by %(due)s: %(title)s"),
    }
    answering = Answering([row.project_id], timezone.localtime(event.at).date(), people)
    asked = [one.id for one in map(answering.person, people) if one is not None]
    return [Told(tuple(dict.fromkeys(asked)), KIND, titles[event.kind] % words, row.text, row.whole_at or _link(row))]


def told_of_answer(event: Event) -> list[Told]:
    """Who asked: of an objection, and when all have confirmed."""
    row = _row(event)
    if event.kind == "confirmation-objected":
        place = row.confirmers.select_related("person").get(person=event.data["person"])
        title = _("%(name)s objects to %(title)s") % {"name": event.actor_name, "title": row.title}
        return [Told((row.asker_id,), KIND, title, place.reason, _link(row))]
    if not event.data["complete"]:
        return []
    return [Told((row.asker_id,), KIND, _("All have confirmed: %(title)s") % {"title": row.title}, "", _link(row))]


def told_of_end(event: Event) -> list[Told]:
    """Who asked, that time ran out; whose silence counted; whom a withdrawn question need not trouble."""
    row = _row(event)
    words = {"title": row.title}
    if event.kind == "confirmation-withdrawn":
        people = tuple(row.confirmers.values_list("person_id", flat=True))
        return [Told(people, KIND, _("Withdrawn, nothing to confirm: %(title)s") % words, row.withdrawal, _link(row))]
    told = [Told((row.asker_id,), KIND, _("The time to confirm is over: %(title)s") % words, "", _link(row))]
    assumed = tuple(event.data["assumed"])
    if assumed:
        told.append(Told(assumed, KIND, _("Counted as confirmed, as no answer came: %(title)s") % words, row.text, _link(row)))
    return told


def _row(event: Event) -> Confirmation:
    return Confirmation.objects.select_related("project", "asker").get(pk=event.data["confirmation"])


def _link(row: Confirmation) -> str:
    return reverse("confirmation", args=[row.project.number, row.pk])
