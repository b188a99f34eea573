"""Input about cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.escalations.models import MOST_HOURS

WORDS = {"max_length": 2000, "widget": forms.Textarea(attrs={"rows": 3})}


class ReasonForm(forms.Form):
    """Why a case climbs by hand."""

    reason = forms.CharField(label=_("Why it cannot wait"), **WORDS)  # type: ignore[arg-type]
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """What is decided."""

    decision = forms.CharField(label=_("Decision"), **WORDS)  # type: ignore[arg-type]
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)


class ResultForm(forms.Form):
    """What came of it."""

    result = forms.CharField(label=_("What came of it"), **WORDS)  # type: ignore[arg-type]
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)


class HoursForm(forms.Form):
    """The working hours of each step."""

    department = forms.IntegerField(label=_("Within the department (working hours)"), min_value=1, max_value=MOST_HOURS)
    manager = forms.IntegerField(label=_("Project manager (working hours)"), min_value=1, max_value=MOST_HOURS)
    lead = forms.IntegerField(label=_("General lead (working hours)"), min_value=1, max_value=MOST_HOURS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"inputmode": "numeric"}
