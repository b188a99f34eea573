"""What is agreed before the work starts: scope, objectives with their measurements, how people keep in touch."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department
from tongzhou.projects.models.basics import Project


class ScopeItem(models.Model):
    """范围: what the project includes, and what it does not, with the department that does an excluded part."""

    class Kind(models.TextChoices):
        IN = "in", _("Included")
        OUT = "out", _("Excluded")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scope_items")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    text = models.CharField(max_length=300)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True)
    # The order that people gave the rows; new ones come last.
    place = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["place", "pk"]


class Objective(models.Model):
    """目标、指标: what is to be reached, as a number by a day (SMART). A KPI has the same form.

    Values are decimals in the row's own unit ("%", "台"); `falls`: the lower the better.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="objectives")
    name = models.CharField(max_length=200)
    metric = models.CharField(max_length=200, blank=True)
    baseline = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    falls = models.BooleanField(default=False)
    due = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="objectives"
    )
    is_kpi = models.BooleanField(default=False)
    place = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["is_kpi", "place", "pk"]

    def __str__(self) -> str:
        return self.name


class Measurement(models.Model):
    """实测值: the value of an objective on a day, one a day."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="measurements")
    on = models.DateField()
    value = models.DecimalField(max_digits=18, decimal_places=4)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="measurements")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["objective", "on"], name="one_measurement_a_day")]


class CommunicationRule(models.Model):
    """沟通机制: how often who meets in which form, where the group or the documents are, and what silence means.

    `slot` is the rhythm of what recurs, as `engine.slots` has it and the rhythm keeps it; without one `frequency` says all.
    `audience` says who takes part in words that a meeting can ask for; `participants` says it in words for people.
    """

    class Channel(models.TextChoices):
        NONE = "", _("None")
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu")
        TENCENT = "tencent", _("Tencent Docs")
        OTHER = "other", _("Other link")

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody")
        LIAISONS = "liaisons", _("Liaisons of the departments")
        HEADS = "heads", _("Heads of the departments")
        LEADS = "leads", _("General lead and heads")
        CONCERNED = "concerned", _("Whom it concerns")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="communication_rules")
    mechanism = models.CharField(max_length=120)
    frequency = models.CharField(max_length=120, blank=True)
    slot = models.JSONField(null=True, blank=True)
    # How long a meeting of it takes; empty for what is no meeting.
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    audience = models.CharField(max_length=12, choices=Audience.choices, default=Audience.EVERYBODY)
    participants = models.CharField(max_length=300, blank=True)
    form = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    link = models.CharField(max_length=500, blank=True)
    silence_confirms = models.BooleanField(default=False)
    place = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.mechanism
