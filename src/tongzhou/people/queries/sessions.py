"""Reads: where a person is signed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _

from tongzhou.people.models import SignInLink, User

BROWSERS = (
    (r"wxwork/", "企业微信"),
    (r"micromessenger/", "微信"),
    (r"dingtalk", "钉钉"),
    (r"lark/|feishu/", "飞书"),
    (r"edga?/|edgios/", "Edge"),
    (r"qqbrowser/", "QQ浏览器"),
    (r"firefox/|fxios/", "Firefox"),
    (r"chrome/|crios/", "Chrome"),
    (r"safari/", "Safari"),
)
DEVICES = (
    (r"ipad", "iPad"),
    (r"iphone", "iPhone"),
    (r"harmonyos|openharmony", "HarmonyOS"),
    (r"android", "Android"),
    (r"windows", "Windows"),
    (r"mac os x|macintosh", "macOS"),
    (r"linux", "Linux"),
)


@dataclass(frozen=True)
class SessionRow:
    """One browser in which a person is signed in."""

    id: int
    what: str
    address: str
    since: datetime
    seen: datetime
    here: bool


def sessions_of(person: User, now: datetime, here: str | None = None) -> list[SessionRow]:
    """Return the living sessions of a person, the last seen first; `here` is the key of the one that asks. Two queries."""
    rows = list(UserSession.objects.filter(user=person).order_by("-last_seen_at")[:200])
    keys = [row.session_key for row in rows]
    living = set(Session.objects.filter(session_key__in=keys, expire_date__gt=now).values_list("session_key", flat=True))
    return [
        SessionRow(row.pk, device_of(row.user_agent), row.ip, row.created_at, row.last_seen_at, row.session_key == here)
        for row in rows
        if row.session_key in living
    ]


def last_link_of(person: User) -> tuple[datetime, str] | None:
    """Return when a person last came in by a link and who had made it ("" for the product itself). One query."""
    used = SignInLink.objects.filter(user=person, used_at__isnull=False).order_by("-used_at", "-pk")
    found = used.values_list("used_at", "made_by__name").first()
    return (found[0], found[1] or "") if found and found[0] else None


def device_of(agent: str) -> str:
    """Say in words what a User-Agent header stands for: “Chrome · Windows”."""
    words = [next((word for pattern, word in table if re.search(pattern, agent.lower())), "") for table in (BROWSERS, DEVICES)]
    return " · ".join(word for word in words if word) or _("Unknown browser")
