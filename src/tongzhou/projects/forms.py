"""Input about projects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.lib.params import DayField
from tongzhou.people.models import Department, User
from tongzhou.projects.models import Participation, Project, ProjectRole, ScopeItem, Seat

LONGEST_LINE = 300


class BasicsForm(forms.Form):
    """The basic information (项目基本信息)."""

    name = forms.CharField(label=_("Project name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of collaboration"), choices=Project.Kind.choices)
    starts_on = DayField(label=_("Starts on"), required=False)
    ends_on = DayField(label=_("Ends on"), required=False)
    contact = forms.CharField(label=_("Contact"), max_length=120, required=False)
    objective = forms.CharField(
        label=_("Core objective"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )
    status_date = DayField(label=_("Look at it as of"), required=False, help_text=_("Empty means today."))
    deviation_threshold = forms.DecimalField(
        label=_("Mark deviations over (points)"), min_value=0.5, max_value=50, decimal_places=2, initial=10
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NewProjectForm(forms.Form):
    number = forms.CharField(label=_("Number"), max_length=40)
    name = forms.CharField(label=_("Project name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of collaboration"), choices=Project.Kind.choices)
    lead = forms.ModelChoiceField(label=_("Lead department"), queryset=Department.objects.all())
    starts_on = DayField(label=_("Starts on"), required=False)
    ends_on = DayField(label=_("Ends on"), required=False)
    objective = forms.CharField(
        label=_("Core objective"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )


class ParticipationForm(forms.Form):
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.all())
    kind = forms.ChoiceField(label=_("Takes part as"), choices=Participation.Kind.choices)
    duty = forms.CharField(label=_("Duty"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    deliverables = forms.CharField(label=_("Deliverables"), required=False, max_length=2000)


class SeatForm(forms.Form):
    kind = forms.ChoiceField(choices=Seat.Kind.choices)
    holder = forms.ModelChoiceField(label=_("Holder"), queryset=User.objects.filter(is_active=True), required=False)


class RoleForm(forms.Form):
    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.filter(is_active=True))
    role = forms.ChoiceField(label=_("Role"), choices=ProjectRole.Kind.choices)


class ScopeForm(forms.Form):
    """One line a scope item; “department: …” is not parsed, the text is kept as typed."""

    included = forms.CharField(label=_("Included"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    excluded = forms.CharField(label=_("Excluded"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("included", "excluded"):
            if any(len(text.strip()) > LONGEST_LINE for text in given.get(name, "").splitlines()):
                self.add_error(name, _("A line has at most %(count)s characters.") % {"count": LONGEST_LINE})
        return given

    def lines(self) -> list[tuple[str, str]]:
        """Return (kind, text) of each line that says something."""
        pairs = ((ScopeItem.Kind.IN, "included"), (ScopeItem.Kind.OUT, "excluded"))
        return [(kind, text.strip()) for kind, name in pairs for text in self.cleaned_data[name].splitlines() if text.strip()]
