"""消息: what a person is told, how she wants to be told, and what became of telling her by other ways."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """消息: one person is told one thing. At most one row for a person and a source, ever."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # What it came from, like "event:17": whoever tells again tells nothing.
    source = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=500, blank=True)
    # A plain column: projects stand above. Shown and sent only while the person sees the project.
    project_id = models.BigIntegerField(null=True)
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "source"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(fields=["person"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(fields=["read_at"], condition=models.Q(read_at__isnull=False), name="notice_read_since"),
        ]


class NoticeChoice(models.Model):
    """通知设置 of a person, or the organisation's defaults (no person): by which channels, how often, and when not."""

    class Pace(models.TextChoices):
        NOW = "now", _("Immediately")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    is_organisation = models.BooleanField(default=False)
    # {channel: {kind: wanted}}: only what differs from the defaults.
    switched = models.JSONField(default=dict, blank=True)
    pace = models.CharField(max_length=8, choices=Pace.choices, default=Pace.NOW)
    hour = models.PositiveSmallIntegerField(default=9)
    weekday = models.PositiveSmallIntegerField(default=0)  # 0 is Monday
    quiet = models.BooleanField(default=False)
    quiet_from = models.TimeField(default=time(20))
    quiet_to = models.TimeField(default=time(8))
    # Weekdays on which the quiet hours begin; all of them when empty.
    quiet_days = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_organisation"], condition=models.Q(is_organisation=True), name="one_choice_of_the_organisation"
            )
        ]


class Digest(models.Model):
    """汇总: what a person is told by one channel at one moment, all in one."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "channel", "due_at"], name="digest_once")]


class Delivery(models.Model):
    """投递: a notice goes out by a channel, alone or within a digest. At most one for a notice and a channel, ever."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not delivered")
        DROPPED = "dropped", _("Not needed any more")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20)
    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, null=True, related_name="deliveries")
    due_at = models.DateTimeField()
    # Held back by quiet hours: not sent any more when it was read meanwhile.
    held = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once")]
        indexes = [models.Index(fields=["state", "-id"], condition=models.Q(state="failed"), name="delivery_failed")]
