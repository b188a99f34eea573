"""What a mail says: subject, text and html, and the headers by which receivers know it."""

from __future__ import annotations

from email.utils import formatdate, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.notifications.queries import Message

LONGEST_SUBJECT = 120


def letter(message: Message) -> EmailMultiAlternatives:
    """Return the mail of a message, in the organisation's language. The same message always has the same Message-ID."""
    with translation.override(settings.LANGUAGE_CODE):
        told = {"message": message, "lines": message.lines}
        mail = EmailMultiAlternatives(
            subject=_subject(message),
            body=_text(message),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[message.person.email],
            headers={
                "Message-ID": f"<{message.key}.{_mark(message.key)}@{_domain()}>",
                "Date": formatdate(),
                "List-Unsubscribe": f"<{message.choices_url}>",
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
            },
        )
        mail.attach_alternative(render_to_string("integrations/mail.html", told), "text/html")
        for one in message.enclosures:
            mail.attach(one.name, one.content, one.content_type)
    return mail


def _text(message: Message) -> str:
    """Return the part for those who read no html."""
    blocks = []
    for line in message.lines:
        moment = f"{line.kind} · {timezone.localtime(line.at):%Y-%m-%d %H:%M}"
        blocks.append("\n".join(part for part in (line.title, line.text, moment, line.url) if part))
    choose = _("Choose what you are told by mail:")
    return "\n\n".join([*blocks, f"--\n{choose} {message.choices_url}\n"])


def _subject(message: Message) -> str:
    """One notice says its title; a digest how many there are. Always one line."""
    count = len(message.lines)
    if message.digest:
        words = ngettext("%(count)s message", "%(count)s messages", count) % {"count": count}
    else:
        words = message.lines[0].title
    flat = " ".join(words.split())
    return f"[同舟] {flat if len(flat) <= LONGEST_SUBJECT else flat[: LONGEST_SUBJECT - 1] + '…'}"


def _mark(key: str) -> str:
    """Return what tells our mails from those of another installation with the same numbers."""
    return salted_hmac("tongzhou.mail", key).hexdigest()[:12]


def _domain() -> str:
    """Return the right side of a Message-ID: the sender's domain, else the host of the product."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return address or urlsplit(settings.BASE_URL).hostname or "localhost"
