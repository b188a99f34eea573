"""The channel: hands a letter to the mail server and says in our words what became of it."""

from __future__ import annotations

import smtplib
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongzhou.integrations.smtp.letters import letter
from tongzhou.notifications.queries import Later, Message, Undeliverable
from tongzhou.people.models import User

PERMANENT = 500


class Mail:
    """邮件. Off while no mail server is set."""

    icon = "mail"

    @property
    def word(self) -> str | Promise:
        return _("Mail")

    def is_on(self) -> bool:
        return bool(settings.EMAIL_HOST)

    def reaches(self, person: User) -> bool:
        """An address that a mail server takes; what else somebody may have written there is no address."""
        try:
            validate_email(person.email)
        except ValidationError:
            return False
        return True

    def __call__(self, message: Message) -> None:
        try:
            EmailBackend(timeout=settings.EMAIL_TIMEOUT).send_messages([letter(message)])
        except (BadHeaderError, UnicodeError) as error:
            raise Undeliverable(str(error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            _raise(*next(iter(error.recipients.values()), (PERMANENT, b"")), error)
        except smtplib.SMTPAuthenticationError as error:
            # Wrong credentials are mended by an administrator, and then all that waits goes out.
            raise Later(_said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            _raise(error.smtp_code, error.smtp_error, error)
        except (smtplib.SMTPException, OSError) as error:
            raise Later(f"{type(error).__name__}: {error}") from error


def _raise(code: int, words: Any, error: Exception) -> None:
    """A server that says 5xx never takes this mail; 4xx means another time."""
    kind = Undeliverable if code >= PERMANENT else Later
    raise kind(_said(code, words)) from error


def _said(code: int, words: Any) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {text}"
