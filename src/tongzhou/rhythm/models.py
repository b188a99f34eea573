"""What is due when: one row for each thing that has to happen, and the rhythm of what happens again and again."""

from __future__ import annotations

from django.db import models


class Due(models.Model):
    """Something that has to happen at `at`: what is named by its kind (DUES), to whom by its key.

    A worker that takes it moves `next_at` behind its lease and puts its mark into `holder`; whoever finds `next_at` past
    takes it anew. What failed too often is dead: it keeps its last error and waits for an administrator.
    """

    class Lane(models.IntegerChoices):
        """Who takes it: rows of different lanes never wait for each other."""

        SOON = 0
        CLOCK = 1
        APART = 2

    kind = models.CharField(max_length=40)
    key = models.BigIntegerField()
    part = models.CharField(max_length=160, blank=True)
    """A part of the key's work that is tried by itself: one handler of an event, one missed slot."""
    at = models.DateTimeField()
    next_at = models.DateTimeField()
    lane = models.PositiveSmallIntegerField(choices=Lane.choices)
    holder = models.BigIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    dead_at = models.DateTimeField(null=True)
    recurring = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key", "part"], name="due_once")]
        indexes = [
            models.Index(fields=["lane", "next_at"], condition=models.Q(dead_at__isnull=True), name="due_next"),
            models.Index(fields=["kind"], condition=models.Q(attempts__gt=0, dead_at__isnull=True), name="due_tried"),
            models.Index(fields=["-dead_at"], condition=models.Q(dead_at__isnull=False), name="due_dead"),
        ]


class Rhythm(models.Model):
    """What happens again and again: the slot by which the next row of the same kind and key is due."""

    kind = models.CharField(max_length=40)
    key = models.BigIntegerField()
    slot = models.JSONField()
    moved = models.JSONField(default=dict)
    """Slots that happen at another time (instant → instant) or not at all (instant → null); instants in ISO form, UTC."""
    fired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="rhythm_once")]
