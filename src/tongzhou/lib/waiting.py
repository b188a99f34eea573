"""How long something waits, or has time, in the words of the queue."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

SOON = timedelta(hours=4)
MINUTE, HOUR = 60, 3600


def due_words(due: datetime, now: datetime) -> str:
    """Return when something is due, seen from `now` (both aware): 剩 3 小时 12 分, 今天 18:00, 昨天 17:00 已过, 逾期 3 天.

    What is due at the end of a day says no hour.
    """
    local, here = timezone.localtime(due), timezone.localtime(now)
    days = (local.date() - here.date()).days
    hour = "" if (local.hour, local.minute) == (23, 59) else f" {local:%H:%M}"
    if due <= now:
        if days < -1:
            return _("%(count)s days overdue") % {"count": -days}
        return _("%(time)s has passed") % {"time": f"{_day(local, days)}{hour}"}
    if due - now < SOON and hour:
        return left_words(due, now)
    return f"{_day(local, days)}{hour}"


def left_words(due: datetime, now: datetime) -> str:
    """Return how much time is left, to the minute, rounded up."""
    minutes = -(-int((due - now).total_seconds()) // MINUTE)
    if minutes < MINUTE:
        return _("%(minutes)s minutes left") % {"minutes": minutes}
    return _("%(hours)s h %(minutes)s min left") % {"hours": minutes // MINUTE, "minutes": minutes % MINUTE}


def waited_words(since: datetime, now: datetime) -> str:
    """Return how long somebody has been waiting: 已等 2 天, 已等 5 小时, 已等 20 分."""
    seconds = max(int((now - since).total_seconds()), 0)
    if seconds >= 24 * HOUR:
        return _("waiting for %(count)s days") % {"count": seconds // (24 * HOUR)}
    if seconds >= HOUR:
        return _("waiting for %(count)s hours") % {"count": seconds // HOUR}
    return _("waiting for %(count)s minutes") % {"count": max(seconds // MINUTE, 1)}


def _day(local: datetime, days: int) -> str:
    """Return a day in words, `days` from today: near ones by name, those of this week by weekday."""
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if days in near:
        return near[days]
    today = local.date() - timedelta(days=days)
    if 0 < days <= 6 - today.weekday():
        return WEEKDAYS[local.weekday()]()
    return f"{local:%m-%d}" if local.year == today.year else f"{local:%Y-%m-%d}"


WEEKDAYS = (
    lambda: _("Mon"),
    lambda: _("Tue"),
    lambda: _("Wed"),
    lambda: _("Thu"),
    lambda: _("Fri"),
    lambda: _("Sat"),
    lambda: _("Sun"),
)
