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


class Restoration(models.Model):
    """恢复: the data were put back to those of a backup. The last row tells a process whether its data are those of before."""

    # Never that of a restoration which the backup does not know.
    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    taken_at = models.DateTimeField()
    source = models.CharField(max_length=200)
    manifest = models.CharField(max_length=64)


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
