"""Who is told of what happens to people: who stands in, who takes over work, whose ways of saying who she is change."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.lib.telling import Told
from tongzhou.people.models import Leave, User
from tongzhou.timeline.models import Event

ADDED = {
    "totp": gettext_noop("An authenticator app was added to your account"),
    "passkey": gettext_noop("A passkey was added to your account: “%(name)s”"),
    "signing_code": gettext_noop("Your signing code was set"),
    "recovery_codes": gettext_noop("Your recovery codes were made anew"),
}
REMOVED = {
    "totp": gettext_noop("The authenticator app was removed from your account"),
    "passkey": gettext_noop("A passkey was removed from your account: “%(name)s”"),
    "signing_code": gettext_noop("Your signing code was taken away"),
    "second_factors": gettext_noop("Your app, passkeys and recovery codes were taken away"),
}


def told_of_factor(event: Event) -> list[Told]:
    """The person whose way of saying who she is was added, removed or changed, whoever did it. Never what it is."""
    words = (ADDED if event.kind == "factor-added" else REMOVED)[event.data["factor"]]
    return [_told_of_safety(event, _(words) % {"name": event.data.get("name", "")})]


def told_of_password(event: Event) -> list[Told]:
    """The person whose password was set."""
    return [_told_of_safety(event, _("Your password was changed"))]


def _told_of_safety(event: Event, title: str) -> Told:
    text = _("By %(name)s. If this was not you: change your password, end your other sessions, and tell an administrator.")
    people, said = (event.data["person"],), text % {"name": event.actor_name}
    return Told(people, "security", title, said, reverse("my_factors"), urgent=True, herself=True)


def told_of_leave(event: Event) -> list[Told]:
    """Who is asked instead: named by the leave, or by default."""
    leave = Leave.objects.select_related("user").filter(pk=event.data["leave"]).first()
    stand_in = (leave.stand_in_id or leave.user.stand_in_id) if leave else None
    if leave is None or stand_in is None:
        return []
    days = f"{leave.first:%m-%d}" if leave.first == leave.last else f"{leave.first:%m-%d} – {leave.last:%m-%d}"
    title = _("You stand in for %(name)s: %(days)s") % {"name": leave.user.name, "days": days}
    text = _("On these days you are asked about her tasks instead.")
    return [Told((stand_in,), "leave", title, text, reverse("my_tasks"))]


def told_of_work(event: Event) -> list[Told]:
    """Who takes over somebody's open work."""
    name = User.objects.filter(pk=event.data["person"]).values_list("name", flat=True).first() or ""
    title = _("You take over work of %(name)s: %(count)s items") % {"name": name, "count": event.data["count"]}
    text = _("By %(name)s.") % {"name": event.actor_name}
    return [Told((event.data["successor"],), "leave", title, text, reverse("my_tasks"))]
