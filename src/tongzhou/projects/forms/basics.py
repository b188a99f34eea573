"""Input about a project, who takes part in it, and its stage."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.lib.params import DayField
from tongzhou.people.models import Department, User
from tongzhou.projects.models import Participation, Project, ProjectRole, Seat


class BasicsForm(forms.Form):
    """The basic information (项目基本信息)."""

    name = forms.CharField(label=_("Project name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of collaboration"), choices=Project.Kind.choices)
    starts_on = DayField(label=_("Starts on"), required=False)
    ends_on = DayField(label=_("Ends on"), required=False)
    contact = forms.CharField(label=_("Contact"), max_length=120, required=False)
    background = forms.CharField(
        label=_("Background of the project"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )
    objective = forms.CharField(
        label=_("Core objective"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )
    status_date = DayField(label=_("Look at it as of"), required=False, help_text=_("Empty means today."))
    deviation_threshold = forms.DecimalField(
        label=_("Mark deviations over (points)"), min_value=0.5, max_value=50, decimal_places=2, initial=10
    )
    deviation_guard = forms.BooleanField(label=_("Ask for a cause only from one working day behind"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NewProjectForm(forms.Form):
    """A new project; without number the next one of the kind's pattern is taken, without weight that of the kind."""

    number = forms.CharField(label=_("Number"), max_length=40, required=False)
    name = forms.CharField(label=_("Project name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of collaboration"), choices=Project.Kind.choices)
    weight = forms.ChoiceField(
        label=_("Weight of the process"), choices=[("", _("As usual for the kind")), *Project.Weight.choices], required=False
    )
    lead = forms.ModelChoiceField(
        label=_("Lead department"),
        queryset=Department.objects.filter(is_active=True),
        required=False,
        empty_label=_("— (none yet)"),
    )
    starts_on = DayField(label=_("Starts on"), required=False)
    ends_on = DayField(label=_("Ends on"), required=False)
    objective = forms.CharField(
        label=_("Core objective"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )


class ParticipationForm(forms.Form):
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), empty_label=_("Please choose")
    )
    kind = forms.ChoiceField(label=_("Takes part as"), choices=Participation.Kind.choices)
    duty = forms.CharField(label=_("Duty"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    deliverables = forms.CharField(label=_("Deliverables"), required=False, max_length=2000)


class PartForm(forms.Form):
    """How a department takes part."""

    kind = forms.ChoiceField(label=_("Takes part as"), choices=Participation.Kind.choices)
    initiating = forms.BooleanField(
        label=_("Initiating department"), required=False, help_text=_("The project began with it; it may be the lead, too.")
    )
    duty = forms.CharField(label=_("Duty"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    deliverables = forms.CharField(
        label=_("Deliverables"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class SeatForm(forms.Form):
    kind = forms.ChoiceField(choices=Seat.Kind.choices)
    holder = forms.ModelChoiceField(label=_("Holder"), queryset=User.objects.filter(is_active=True), required=False)


class PowersForm(forms.Form):
    """What the holder of a seat may decide alone."""

    kind = forms.ChoiceField(choices=Seat.Kind.choices)
    may_decide = forms.CharField(label=_("May decide alone"), max_length=500, required=False)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class WeightForm(forms.Form):
    weight = forms.ChoiceField(label=_("Weight of the process"), choices=Project.Weight.choices)


class OrganisationForm(forms.Form):
    """What projects begin with: for each kind a pattern of numbers and a weight."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=120, required=False)
    names_visible = forms.BooleanField(label=_("All departments see the names of all projects"), required=False)
    deviation_threshold = forms.DecimalField(
        label=_("Mark deviations over (points)"), min_value=0.5, max_value=50, decimal_places=2, max_digits=4
    )
    deviation_guard = forms.BooleanField(label=_("Ask for a cause only from one working day behind"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, word in Project.Kind.choices:
            self.fields[f"pattern_{kind}"] = forms.CharField(label=word, max_length=60)
            self.fields[f"weight_{kind}"] = forms.ChoiceField(label=word, choices=Project.Weight.choices)

    def by_kind(self, what: str) -> dict[str, str]:
        """Return the given patterns or weights by kind."""
        return {kind: self.cleaned_data[f"{what}_{kind}"] for kind in Project.Kind.values}

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Return each kind's word with its two fields."""
        return [(str(word), self[f"pattern_{kind}"], self[f"weight_{kind}"]) for kind, word in Project.Kind.choices]


class RoleForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.filter(is_active=True), empty_label=_("Please choose")
    )
    role = forms.ChoiceField(label=_("Role"), choices=ProjectRole.Kind.choices)


class StageForm(forms.Form):
    """To which stage the project goes; `seen` is the stage that the page showed."""

    to = forms.ChoiceField(choices=Project.Stage.choices)
    seen = forms.ChoiceField(choices=Project.Stage.choices)
    reason = forms.CharField(label=_("Why"), max_length=500, required=False)
