"""书面确认: named people confirm a text or object to it, by a date; what silence means is said beforehand."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.projects.models import Project


class Confirmation(models.Model):
    """A text that named people are asked to confirm. `edition` counts its texts: another one voids what was answered."""

    class Silence(models.TextChoices):
        CONFIRMED = "confirmed", _("Silence counts as confirmed")
        OPEN = "open", _("Silence leaves it open")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="confirmations")
    # What it is about, by kind and id; a written conclusion is about its project.
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField()
    # Where the whole text is read and answered, if what stands here is only its beginning: a place within the product.
    whole_at = models.CharField(max_length=500, blank=True)
    edition = models.PositiveIntegerField(default=1)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due = models.DateTimeField()
    silence = models.CharField(max_length=10, choices=Silence.choices)
    # When the last one confirmed, or time ran out and silence counted.
    closed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["project", "closed_at", "due"], name="confirmation_of_project")]

    def __str__(self) -> str:
        return self.title


class Confirmer(models.Model):
    """确认人: somebody who is asked, and what she answered. `assumed` is an entry of the product, never hers."""

    class Answer(models.TextChoices):
        NONE = "", _("No answer yet")
        CONFIRMED = "confirmed", _("Confirmed")
        OBJECTED = "objected", _("Objects")
        ASSUMED = "assumed", _("Counted as confirmed")

    confirmation = models.ForeignKey(Confirmation, on_delete=models.CASCADE, related_name="confirmers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    # Who answered, where a stand-in did in her place.
    answered_by_name = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["confirmation", "person"], name="asked_once_to_confirm")]
        indexes = [models.Index(fields=["person", "answer"], name="confirmer_of_person")]
