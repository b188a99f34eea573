"""Input of the charter's forms."""

from __future__ import annotations

from datetime import date, datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongzhou.lib.params import DayField

CLOSES = time(18)
LARGEST_VERSION = 2**31 - 1


class PartForm(forms.Form):
    """A text of the charter, and the version over which it was written."""

    text = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"rows": 8}))
    version = forms.IntegerField(min_value=0, max_value=LARGEST_VERSION, widget=forms.HiddenInput)


class AskForm(forms.Form):
    """By when it is to be signed, at the end of the day."""

    due = DayField(label=_("Sign by (18:00)"), required=False)

    def due_at(self) -> datetime | None:
        """Return the end of that working day."""
        return end_of(self.cleaned_data.get("due"))


def end_of(day: date | None) -> datetime | None:
    """Return when a day ends on which something is to be signed, None for none."""
    return timezone.make_aware(datetime.combine(day, CLOSES)) if day else None
