"""The plan: work items in a tree, dependencies between them, key milestones, and baselines.

Instants are working-calendar minutes as the engine counts them (local, since 0001-01-01T00:00); dates are what people see.
"""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department, WorkCalendar
from tongzhou.projects.models import Project


class Plan(models.Model):
    """One per project: the version that every structural change raises, and what the last schedule found."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="plan")
    version = models.PositiveIntegerField(default=0)
    minutes_per_day = models.PositiveSmallIntegerField(default=480)
    conflicts = models.JSONField(default=list)


class WorkItem(models.Model):
    """阶段 / 任务 / 子任务: one table; an item with children is a summary."""

    class State(models.TextChoices):
        TODO = "todo", _("Not started")
        DOING = "doing", _("In progress")
        DONE = "done", _("Done")
        BLOCKED = "blocked", _("Blocked")
        CANCELLED = "cancelled", _("Cancelled")

    class Urgency(models.TextChoices):
        REGULAR = "regular", _("Regular")
        URGENT = "urgent", _("Urgent")

    class Constraint(models.TextChoices):
        ASAP = "ASAP", _("As soon as possible")
        SNET = "SNET", _("Start no earlier than")
        FNET = "FNET", _("Finish no earlier than")
        MSO = "MSO", _("Must start on")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="work_items")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    rank = models.CharField(max_length=120)
    name = models.CharField(max_length=300)
    source_code = models.CharField(max_length=60, blank=True)
    is_milestone = models.BooleanField(default=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="work_items")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="work_items"
    )

    typed_start = models.DateField(null=True, blank=True)
    typed_finish = models.DateField(null=True, blank=True)
    duration = models.PositiveIntegerField(default=480)  # working minutes; unused for summaries and milestones
    constraint = models.CharField(max_length=4, choices=Constraint.choices, default=Constraint.ASAP)
    constraint_date = models.DateField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # 随负责人日历: the owner's leave moves the dates.
    follows_owner = models.BooleanField(default=False)

    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.REGULAR)
    key_output = models.CharField(max_length=500, blank=True)
    delivery_standard = models.TextField(blank=True)
    risk_point = models.TextField(blank=True)
    resource_need = models.CharField(max_length=300, blank=True)
    stand_in = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # What can be counted (铺货 30 家): where there is a quantity, percent follows from what is done of it.
    quantity = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    remark = models.TextField(blank=True)

    # Caches of the latest progress update, written only by plan.actions.record_progress.
    state = models.CharField(max_length=10, choices=State.choices, default=State.TODO)
    percent = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(10000)])  # basis points
    done_quantity = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    actual_start = models.DateField(null=True, blank=True)
    actual_finish = models.DateField(null=True, blank=True)
    reported_on = models.DateField(null=True, blank=True)

    # Results of the last strict schedule, written only by plan.actions.
    start = models.DateField(null=True, blank=True)
    finish = models.DateField(null=True, blank=True)
    slack = models.IntegerField(default=0)  # working minutes
    critical = models.BooleanField(default=False)

    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["project_id", "rank"]
        indexes = [
            models.Index(fields=["project", "parent", "rank"], name="work_item_tree"),
            models.Index(fields=["owner", "state", "finish"], name="work_item_of_owner"),
            models.Index(fields=["project"], condition=models.Q(follows_owner=True), name="work_item_follows_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(percent__lte=10000), name="percent_at_most_100"),
            models.CheckConstraint(
                condition=models.Q(quantity__isnull=True) | models.Q(quantity__gt=0), name="quantity_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlanEdit(models.Model):
    """A structural or bulk change of the plan that can be undone: the rows as they were before and after it.

    `before` and `after` map "work_item" and "dependency" to {id: row or null}; null means that the row did not exist.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="plan_edits")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["project", "by", "-id"], name="edit_of_person")]


class Supporter(models.Model):
    """协作负责人: a person or a department that supports a work item, and with what (支持内容)."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="supporters")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True)
    content = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | models.Q(department__isnull=False), name="supporter_is_somebody"
            )
        ]


class Dependency(models.Model):
    """前置任务: the successor waits for the predecessor.

    `within` (working minutes) makes it a relative deadline: done within so long after; such a link never moves the successor.
    """

    class Kind(models.TextChoices):
        FS = "FS", _("Finish to start")
        SS = "SS", _("Start to start")
        FF = "FF", _("Finish to finish")
        SF = "SF", _("Start to finish")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="dependencies")
    predecessor = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="links_out")
    successor = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=2, choices=Kind.choices, default=Kind.FS)
    lag = models.IntegerField(default=0)  # minutes: working, or of the clock when elapsed
    elapsed = models.BooleanField(default=False)
    within = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "kind"], name="one_link_of_a_kind"),
            models.CheckConstraint(condition=~models.Q(predecessor=models.F("successor")), name="no_link_to_itself"),
        ]


class ProgressMark(models.Model):
    """State and percent of a work item as of a status date: what the numbers of any past day are computed from."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="marks")
    status_date = models.DateField()
    state = models.CharField(max_length=10, choices=WorkItem.State.choices)
    percent = models.PositiveSmallIntegerField()  # basis points
    done_quantity = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    actual_start = models.DateField(null=True, blank=True)
    actual_finish = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["status_date"]
        constraints = [models.UniqueConstraint(fields=["work_item", "status_date"], name="one_mark_a_day")]


class KeyMilestone(models.Model):
    """关键里程碑 of the basic information: a name and a date, tied to a work item where one carries it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="key_milestones")
    name = models.CharField(max_length=120)
    due = models.DateField()
    work_item = models.ForeignKey(WorkItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="key_milestones")

    class Meta:
        ordering = ["due", "pk"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="key_milestone_once")]


class Deliverable(models.Model):
    """交付物: what a department hands over: how many, by when, to which standard. `state` follows from its latest step."""

    class State(models.TextChoices):
        TODO = "todo", _("Not submitted")
        SUBMITTED = "submitted", _("Submitted")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="deliverables")
    name = models.CharField(max_length=200)
    quantity = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="deliverables")
    due = models.DateField(null=True, blank=True)
    standard = models.TextField(blank=True)
    # The task or milestone that it comes from.
    work_item = models.ForeignKey(WorkItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="deliverables")
    # Where the document lies: a link, or words.
    document = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.TODO)
    # One that was removed can be put back.
    removed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["project", "due"], name="deliverable_of_project")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__isnull=True) | models.Q(quantity__gt=0), name="delivered_quantity_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeliverableStep(models.Model):
    """提交与验收经过: who submitted, took back, accepted or returned a deliverable, and when. Never changed."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        TAKEN_BACK = "taken_back", _("Taken back")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")

    deliverable = models.ForeignKey(Deliverable, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # What was submitted, or why it was returned.
    note = models.CharField(max_length=1000, blank=True)
    document = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]


class ClaimCall(models.Model):
    """认领通知: the manager asks the departments to claim their tasks; the newest one holds. `due` where a time is named."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="claim_calls")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]


class Claim(models.Model):
    """认领: a department takes a task on, or hands it back with a reason. The newest row of a task holds.

    It holds for the department that gave it: a task that moves to another one is to be claimed there. `start` and `finish`
    are the dates that were agreed to.
    """

    class Answer(models.TextChoices):
        CLAIMED = "claimed", _("Claimed")
        RETURNED = "returned", _("Handed back")

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="claims")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    output = models.CharField(max_length=500, blank=True)
    start = models.DateField(null=True, blank=True)
    finish = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["work_item", "-id"], name="claim_of_work_item")]


class Baseline(models.Model):
    """基线: an immutable copy of dates, durations, weights and the compiled calendar. Number 0 is cut by itself."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="baselines")
    number = models.PositiveSmallIntegerField()
    cut_at = models.DateTimeField()
    cut_by_name = models.CharField(max_length=80)
    start = models.DateField()
    finish = models.DateField()
    calendar = models.JSONField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="baseline_number_once")]


class BaselineLine(models.Model):
    """One work item as the baseline saw it; instants are the engine's."""

    baseline = models.ForeignKey(Baseline, on_delete=models.CASCADE, related_name="lines")
    item_id = models.BigIntegerField()
    parent_item_id = models.BigIntegerField(null=True)
    start_at = models.BigIntegerField()
    finish_at = models.BigIntegerField()
    start = models.DateField()
    finish = models.DateField()
    weight = models.PositiveIntegerField()
    is_milestone = models.BooleanField(default=False)
    is_summary = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["baseline", "item_id"], name="item_once_in_baseline")]
