"""会议: a meeting of a project, who is invited, its agenda with what was written to it, and the minutes as they went out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.confirmations.models import Confirmation
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Sheet

TEXT = 20_000


class Meeting(models.Model):
    """A meeting and its minutes. How it stands follows from its times (`queries.standing`); nothing is said twice."""

    class Kind(models.TextChoices):
        KICKOFF = "kickoff", _("Kickoff meeting")
        START = "start", _("Start of the task")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    length = models.PositiveSmallIntegerField(default=60)  # minutes of the clock
    place = models.CharField(max_length=200, blank=True)
    link = models.CharField(max_length=500, blank=True)
    # Who answers for the minutes; objections go there.
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hosted_meetings")
    recorder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="recorded_meetings"
    )
    version = models.PositiveIntegerField(default=1)
    # Until when the minutes are to be out; empty where no clock runs.
    minutes_due = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation = models.CharField(max_length=500, blank=True)
    # The question whether the minutes are right, asked anew with each edition; and the sheet of the newest one.
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["project", "kind", "-starts_at"], name="meeting_of_project")]

    def __str__(self) -> str:
        return self.title

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.length)


class Attendee(models.Model):
    """参会人: somebody who is invited, as what, and whether she came."""

    class Presence(models.TextChoices):
        INVITED = "invited", _("Invited")
        PRESENT = "present", _("Present")
        EXCUSED = "excused", _("Excused")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=8, choices=Presence.choices, default=Presence.INVITED)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="invited_once")]
        indexes = [models.Index(fields=["person", "meeting"], name="meeting_of_person")]


class AgendaItem(models.Model):
    """议程项: a part of the agenda, and of the minutes: what the project said when it was begun, and what was written to it.

    `live` is {"columns": [[field, word]…], "rows": [{"id", field: text…}]}, as it was at `taken_at`.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField()
    # Where what it shows is taken from; empty for a part that somebody added.
    key = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200)
    # What to talk about, and for how many minutes; of a part of the meeting's kind `queries.kinds` says it.
    note = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    live = models.JSONField(default=dict)
    taken_at = models.DateTimeField(null=True)
    text = models.TextField(blank=True, max_length=TEXT)
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "order"], name="agenda_item_has_its_place")]

    def __str__(self) -> str:
        return self.title


class AgendaPreset(models.Model):
    """议程预设: a part that a template brings for the agenda of the meeting with which a project opens."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="agenda_presets")
    order = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["project", "order"], name="agenda_preset_has_its_place")]

    def __str__(self) -> str:
        return self.title


class Decision(models.Model):
    """决议: what was decided at a meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    text = models.CharField(max_length=1000)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class ActionItem(models.Model):
    """行动项: who does what by when."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="actions")
    what = models.CharField(max_length=500)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="action_items")
    due = models.DateField()

    class Meta:
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["who", "due"], name="action_item_of_person")]

    def __str__(self) -> str:
        return self.what


class Edition(models.Model):
    """纪要版本: the minutes as they went out. Never changed; an amendment is the next one."""

    never_changed = True
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the content's canonical JSON
    note = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField()
    sent_by_name = models.CharField(max_length=80)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="edition_number_once")]
