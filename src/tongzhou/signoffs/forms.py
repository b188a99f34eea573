"""Input of sheets: what was decided, and to whom a seat is delegated."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.lib.params import DayField
from tongzhou.people.models import User


class DelegationForm(forms.Form):
    """To whom and from when to when."""

    seat = forms.CharField(max_length=60, required=False)
    delegate = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("Who signs"))
    first = DayField(label=_("From"))
    last = DayField(label=_("To"))
    note = forms.CharField(max_length=200, required=False, label=_("Note"))
