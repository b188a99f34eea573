"""Input about how one is told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.notifications.models import NoticeChoice
from tongzhou.notifications.queries import KINDS, Choices
from tongzhou.notifications.queries.channels import channels

DAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


class ChoicesForm(forms.Form):
    """Channels by kind, how often, and when not. A box of the table is called channel-kind."""

    pace = forms.ChoiceField(label=_("How often"), choices=NoticeChoice.Pace.choices)
    hour = forms.IntegerField(label=_("Hour of the digest"), min_value=0, max_value=23)
    weekday = forms.TypedChoiceField(label=_("Day of the digest"), choices=list(enumerate(DAYS)), coerce=int)
    quiet = forms.BooleanField(label=_("Keep quiet hours"), required=False)
    quiet_from = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_to = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_days = forms.TypedMultipleChoiceField(
        label=_("On these days (all without a choice)"), choices=list(enumerate(DAYS)), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def choices(self) -> Choices:
        """Return what was chosen, from a valid form."""
        values: dict[str, Any] = {name: self.cleaned_data[name] for name in self.base_fields}
        switched = {
            channel: {kind: f"{channel}-{kind}" in self.data for kind, known in KINDS.items() if not known.always}
            for channel in channels()
            if f"{channel}-shown" in self.data
        }
        return Choices(switched=switched, **{**values, "quiet_days": tuple(values["quiet_days"])})


def initial_of(choices: Choices) -> dict[str, Any]:
    """Return the values with which the form begins."""
    return {name: getattr(choices, name) for name in ChoicesForm.base_fields} | {"quiet_days": list(choices.quiet_days)}
