"""Who is told of what happens to people: who stands in for somebody on leave, and who takes over work."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tongzhou.lib.telling import Told
from tongzhou.people.models import Leave, User
from tongzhou.timeline.models import Event


def told_of_leave(event_id: int) -> list[Told]:
    """Who is asked instead: named by the leave, or by default."""
    event = Event.objects.get(pk=event_id)
    leave = Leave.objects.select_related("user").filter(pk=event.data["leave"]).first()
    stand_in = (leave.stand_in_id or leave.user.stand_in_id) if leave else None
    if leave is None or stand_in is None:
        return []
    days = f"{leave.first:%m-%d}" if leave.first == leave.last else f"{leave.first:%m-%d} – {leave.last:%m-%d}"
    title = _("You stand in for %(name)s: %(days)s") % {"name": leave.user.name, "days": days}
    text = _("On these days you are asked about her tasks instead.")
    return [Told((stand_in,), "leave", title, text, reverse("my_tasks"))]


def told_of_work(event_id: int) -> list[Told]:
    """Who takes over somebody's open work."""
    event = Event.objects.get(pk=event_id)
    name = User.objects.filter(pk=event.data["person"]).values_list("name", flat=True).first() or ""
    title = _("You take over work of %(name)s: %(count)s items") % {"name": name, "count": event.data["count"]}
    text = _("By %(name)s.") % {"name": event.actor_name}
    return [Told((event.data["successor"],), "leave", title, text, reverse("my_tasks"))]
