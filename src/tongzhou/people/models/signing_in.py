"""Ways in: one-time links for people, tokens for programs."""

from __future__ import annotations

from django.db import models

from tongzhou.people.models.people import User


class SignInLink(models.Model):
    """A one-time way in. Only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A personal token by which a program acts as its user, within `scopes`. Shown once; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]


class IdempotentAnswer(models.Model):
    """The answer to a write that a program named by an Idempotency-Key, to be given again when it asks again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]


class SigningCode(models.Model):
    """签名码: six digits by which a person without a password says that it is she who signs. Only an argon2 hash is kept."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="signing_code")
    code_hash = models.CharField(max_length=200)
    set_at = models.DateTimeField()


class GuessCount(models.Model):
    """How often in a row somebody answered wrongly who she is, by kind of answer; forgotten some time after the last."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="guess_counts")
    kind = models.CharField(max_length=20)
    count = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="guess_count_once")]
