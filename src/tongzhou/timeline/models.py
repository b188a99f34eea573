"""Every change that ever happened: one event per action, one change row per object. Never updated, never
deleted: triggers of the database refuse it (actions/guards.py), whatever program asks.

Actor and project are plain columns, so that no other room's row is needed to read the record later.
"""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """Something that somebody did. The id is the order of the record; the clock is not."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    actor_department = models.CharField(max_length=80, blank=True)
    project_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    subject_label = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["project_id", "-id"], name="event_of_project"),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="event_of_subject"),
        ]


class Change(models.Model):
    """What an event changed on one object: the fields before and after (both null-safe JSON objects)."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="changes")
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_id", "-event"], name="change_of_object")]
