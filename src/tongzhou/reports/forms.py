"""Input about reports."""

from __future__ import annotations

import unicodedata
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from tongzhou.engine.slots import Slot
from tongzhou.reports.queries.rhythm import DAYS_OFF

LONGEST = 4000


class WrittenForm(forms.Form):
    """What the manager adds to what was gathered."""

    summary = forms.CharField(
        label=_("Summary of the week"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    measures = forms.CharField(
        label=_("Causes and measures"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    coordination = forms.CharField(
        label=_("To be decided or coordinated"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_week = forms.CharField(
        label=_("Focus of next week"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class HourField(forms.TimeField):
    """An hour and minute as people type it, full-width digits included."""

    def to_python(self, value: Any) -> time | None:
        text = unicodedata.normalize("NFKC", value[:20]).strip() if isinstance(value, str) else value
        found: time | None = super().to_python(text)
        return found.replace(second=0, microsecond=0) if found else None


class RhythmForm(forms.Form):
    """When the weekly report is drafted by itself."""

    on = forms.BooleanField(label=_("Draft the report by itself every week"), required=False)
    weekday = forms.TypedChoiceField(
        label=_("Weekday"), coerce=int, choices=[(str(day), word) for day, word in WEEKDAYS.items()]
    )
    at = HourField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    day_off = forms.ChoiceField(label=_("On a day off"), choices=list(DAYS_OFF.items()))

    def slot(self) -> Slot | None:
        """Return what was chosen; None: off."""
        data = self.cleaned_data
        return Slot("weekly", data["at"], data["day_off"], weekday=data["weekday"]) if data["on"] else None
