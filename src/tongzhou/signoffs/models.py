"""Sheets that people sign, their signatures, and the chain of formal acts.

Nothing that was written here is ever changed or taken away: triggers of the database refuse it. A state is a row of its own
with who and when, so that a sheet is what was opened, what was signed, what was withdrawn and how it ended. Only a delegation
can be ended before its time; when it was made and ended stands on the chain.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department
from tongzhou.projects.models import Project

DIGEST = 64


class Act(models.Model):
    """正式行为: an entry of a project's chain (project 0: the organisation's). `body` is canonical JSON."""

    never_changed = True
    project_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    body = models.BinaryField()
    hash = models.BinaryField()
    seal = models.BinaryField()

    class Meta:
        ordering = ["project_id", "number"]
        constraints = [models.UniqueConstraint(fields=["project_id", "number"], name="act_has_its_place")]


class Sheet(models.Model):
    """会签单: a frozen snapshot that people sign, as canonical JSON and as the html that was shown."""

    never_changed = True
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="sheets")
    kind = models.CharField(max_length=40)
    key = models.BigIntegerField()
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    link = models.CharField(max_length=300, blank=True)
    snapshot = models.BinaryField()
    digest = models.CharField(max_length=DIGEST)
    html = models.BinaryField()
    html_digest = models.CharField(max_length=DIGEST)
    shared_digest = models.CharField(max_length=DIGEST)
    in_order = models.BooleanField(default=False)
    due = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    opened_by_name = models.CharField(max_length=80)
    act_number = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["project", "kind", "key", "version"], name="sheet_version_once")]


class Ending(models.Model):
    """会签结论: a sheet ended: it became final, a later version took its place, or it was voided."""

    class Kind(models.TextChoices):
        FINAL = "final", _("In force")
        REPLACED = "replaced", _("Replaced by a later version")
        VOIDED = "voided", _("Voided")

    never_changed = True
    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="ending")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=80)
    act_number = models.PositiveIntegerField()


class Place(models.Model):
    """会签席: where the holder of a seat signs a sheet. `carried` is the signature of an earlier version that still holds."""

    never_changed = True
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="places")
    order = models.PositiveSmallIntegerField()
    seat = models.CharField(max_length=60)
    capacity = models.CharField(max_length=160)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    part_digest = models.CharField(max_length=DIGEST)
    carried = models.ForeignKey("Signature", on_delete=models.PROTECT, null=True, blank=True, related_name="carried_to")

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "seat"], name="seat_signs_once_a_sheet"),
            models.UniqueConstraint(fields=["sheet", "order"], name="place_has_its_turn"),
        ]


class Signature(models.Model):
    """签署: what a person decided about exactly the bytes that were shown, and who the person was at that moment.

    `round` counts what was withdrawn at this place before: so a place has one signature that holds, whatever comes at once.
    """

    class Decision(models.TextChoices):
        APPROVE = "approve", _("Agree")
        CONDITION = "condition", _("Agree on condition")
        REFUSE = "refuse", _("Disagree")

    never_changed = True
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField(default=0)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=80)
    login = models.CharField(max_length=60)
    employee_number = models.CharField(max_length=40, blank=True)
    department = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=80, blank=True)
    capacity = models.CharField(max_length=160)
    # The holder of the seat, where a delegate signed in her own name (代).
    principal = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    principal_name = models.CharField(max_length=80, blank=True)
    decision = models.CharField(max_length=10, choices=Decision.choices)
    opinion = models.TextField(blank=True)
    statement = models.TextField()
    sheet_digest = models.CharField(max_length=DIGEST)
    html_digest = models.CharField(max_length=DIGEST)
    shared_digest = models.CharField(max_length=DIGEST)
    part_digest = models.CharField(max_length=DIGEST)
    method = models.CharField(max_length=20)
    authenticated_at = models.DateTimeField()
    at = models.DateTimeField()
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=64)
    act_number = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["place", "round"], name="one_signature_a_place")]


class Withdrawal(models.Model):
    """撤回: a person took a signature back before the sheet was complete."""

    never_changed = True
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    act_number = models.PositiveIntegerField()


class Delegation(models.Model):
    """代签授权: the holder of a seat lets somebody sign for it, from `first` to `last` (both included)."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="delegations")
    seat = models.CharField(max_length=60)
    principal = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegated")
    first = models.DateField()
    last = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    act_number = models.PositiveIntegerField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["delegate", "first", "last"], name="delegation_of_delegate")]
        constraints = [models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="delegation_ends_later")]


class Viewing(models.Model):
    """阅览: a person had exactly these bytes before her. `whole`: all of it, down to the end."""

    never_changed = True
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="viewings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=DIGEST)
    whole = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "sheet", "whole"], name="sheet_viewed_once")]
