"""Input about progress."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.lib.params import DayField
from tongzhou.people.models import Department
from tongzhou.plan.models import WorkItem


class ProgressForm(forms.Form):
    """State, percent and a few words: twenty seconds on a phone."""

    state = forms.ChoiceField(label=_("State"), choices=WorkItem.State.choices)
    percent = forms.DecimalField(label=_("Percent complete"), min_value=0, max_value=100, decimal_places=2, max_digits=5)
    done = forms.CharField(label=_("What is done"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    problem = forms.CharField(label=_("Problem met"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    help_needed = forms.CharField(label=_("Help needed"), required=False, max_length=300)
    help_department = forms.ModelChoiceField(
        label=_("From which department"), queryset=Department.objects.none(), required=False
    )
    actual_start = DayField(label=_("Actual start"), required=False)
    actual_finish = DayField(label=_("Actual finish"), required=False)

    def __init__(self, *args: Any, item: WorkItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["help_department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Department.objects.filter(participations__project=item.project)
