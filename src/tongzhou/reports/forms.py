"""Input about reports."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

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
