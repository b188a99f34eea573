"""What people say about a project."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tongzhou.projects.models.basics import Project


class Comment(models.Model):
    """评论 on a project or on something in it, as Markdown. One that was removed keeps its place without its text."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="comments")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["project", "subject_type", "subject_id", "id"], name="comment_of_subject")]


class Mention(models.Model):
    """提到: a comment names a person with @."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentions")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once")]
