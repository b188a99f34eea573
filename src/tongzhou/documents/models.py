"""The register of papers that were handed out, and how the organisation wants its papers to look."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tongzhou.projects.models import Project
from tongzhou.signoffs.models import DIGEST, Sheet


class IssuedPaper(models.Model):
    """文件登记: a paper that was handed out: its number, its code, and what it says.

    One row for each content of a thing (project, kind, key). `turn` grows whenever a content is the thing's present one again,
    so that the highest turn is the newest paper, even where an older content came back. It is 0 while it never was.
    """

    never_changed_in = (
        "thing", "kind", "key", "version", "title", "project_number", "project_name", "number", "code", "digest", "content",
        "at", "by_name",
    )  # fmt: skip
    thing = models.CharField(max_length=100)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    kind = models.CharField(max_length=40)
    key = models.BigIntegerField()
    version = models.PositiveIntegerField()
    turn = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    # As they are printed on the paper, whatever they become later.
    project_number = models.CharField(max_length=60, blank=True)
    project_name = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=160, unique=True)
    # The number but for its counter, and the counter.
    stem = models.CharField(max_length=150)
    serial = models.PositiveIntegerField()
    code = models.CharField(max_length=32, unique=True)
    digest = models.CharField(max_length=DIGEST)
    # What it says, as canonical JSON (papers/frozen.py), compressed by zlib: to hand the same paper out again.
    content = models.BinaryField()
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["thing", "digest"], name="paper_by_what_it_says")]
        constraints = [
            models.UniqueConstraint(fields=["thing", "version"], name="paper_version_once"),
            models.UniqueConstraint(fields=["stem", "serial"], name="paper_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class IssuedFile(models.Model):
    """发出的文件: the hash of a file in which a paper was handed out; signatures and letterhead change it, the paper stays."""

    never_changed = True
    paper = models.ForeignKey(IssuedPaper, on_delete=models.PROTECT, related_name="files")
    ending = models.CharField(max_length=8)
    digest = models.CharField(max_length=DIGEST)
    size = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=80)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["paper", "ending", "digest"], name="issued_file_once")]


class Letterhead(models.Model):
    """纸面抬头: one row; what stands at the head of every paper."""

    organisation = models.CharField(max_length=120, blank=True)
    header = models.CharField(max_length=120, blank=True)
    logo = models.BinaryField(default=b"", blank=True)
    version = models.PositiveIntegerField(default=0)


class KindSetting(models.Model):
    """文种设置: the organisation's own numbering and fixed texts of a kind of papers; what is not there is the default."""

    kind = models.CharField(max_length=40, unique=True)
    numbering = models.CharField(max_length=60, blank=True)
    texts = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
