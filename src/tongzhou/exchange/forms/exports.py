"""Input of the export: what of the plan is wanted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tongzhou.exchange.queries.layouts import LAYOUTS, ExportOptions, Layout
from tongzhou.exchange.queries.wording import MEANINGS
from tongzhou.people.models import Department
from tongzhou.plan.models import WorkItem
from tongzhou.projects.models import Project

FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)


class ExportForm(forms.Form):
    """A day, a department, states, and more columns than a form has; all may be left out."""

    as_of = forms.DateField(
        label=gettext_lazy("Status date"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("Department"), required=False, empty_label=gettext_lazy("All departments")
    )
    state = forms.MultipleChoiceField(label=gettext_lazy("State"), choices=WorkItem.State.choices, required=False)
    column = forms.MultipleChoiceField(label=gettext_lazy("More columns"), required=False)

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Department.objects.filter(participations__project=project)
        more = {meaning.value for layout in LAYOUTS.values() for meaning, _ in layout.extra}
        column = self.fields["column"]
        assert isinstance(column, forms.MultipleChoiceField)
        column.choices = [(value, label) for value, label in MEANINGS.items() if value in more]

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and not FIRST <= day <= LAST:
            raise forms.ValidationError(gettext_lazy("There is no such day in a plan."))
        return day

    def options(self, layout: Layout, today: date) -> ExportOptions:
        """What is wanted, in the form `layout`."""
        said = self.cleaned_data
        department = said["department"].pk if said["department"] is not None else None
        return ExportOptions(layout, said["as_of"] or today, frozenset(said["column"]), department, frozenset(said["state"]))
