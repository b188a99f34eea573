"""项目章程: the texts that stand nowhere else, and the versions that were given to be signed.

All else that a charter says is the project's live data: `queries/cut.py` gathers it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.plan.models import Baseline
from tongzhou.projects.models import Project
from tongzhou.signoffs.models import Sheet


class Charter(models.Model):
    """项目章程 of a project. Its row is the lock of everything that is promised in it."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="charter")


class CharterPart(models.Model):
    """章程条目: a text of the charter. `version` counts what was written, so that nobody writes over what she has not seen."""

    class Kind(models.TextChoices):
        SUCCESS = "success", _("Success criteria")
        ASSUMPTIONS = "assumptions", _("Assumptions and constraints")
        RISKS = "risks", _("Main risks")
        AUTHORITY = "authority", _("Authority of the manager")
        EXIT = "exit", _("When the project is over")

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=80)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["charter", "kind"], name="charter_part_once")]


class CharterVersion(models.Model):
    """章程版本: a sheet that was opened on the charter, with what its finality brings, prepared when it was opened.

    `planned` is the plan as it was then (`plan.actions.Planned`); {} where there was none.
    """

    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, related_name="versions")
    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="charter_version")
    planned = models.JSONField(default=dict)
    in_force_at = models.DateTimeField(null=True)
    baseline = models.OneToOneField(Baseline, on_delete=models.SET_NULL, null=True, related_name="charter_version")

    class Meta:
        ordering = ["-pk"]
