"""The sample form of the gallery."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SampleForm(forms.Form):
    """One field of each kind; bound with nothing, it shows its errors."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("At most 80 characters."))
    day = forms.DateField(label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("lead", _("Lead")), ("support", _("Support"))])
    remark = forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    told = forms.BooleanField(label=_("Tell everybody who takes part"), required=False)
    answer = forms.ChoiceField(
        label=_("Your answer"), choices=[("yes", _("Agree")), ("no", _("Disagree"))], widget=forms.RadioSelect
    )
