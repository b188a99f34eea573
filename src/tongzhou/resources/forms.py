"""Input about resources that departments provide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.lib.access import Refused
from tongzhou.lib.params import DayField, id_asked
from tongzhou.resources.models import Commitment
from tongzhou.workbooks.text import plain
from tongzhou.workbooks.values import split_quantity

MOST = 200


class LineForm(forms.Form):
    """A line that is asked for; `version` is the one that was shown."""

    department_id = forms.TypedChoiceField(label=gettext_lazy("Department"), coerce=int)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of resource"), choices=Commitment.Kind.choices)
    what = forms.CharField(label=gettext_lazy("What is asked for"), max_length=200)
    amount = forms.CharField(
        label=gettext_lazy("How much"), max_length=60, help_text=gettext_lazy("With its unit, as in 2人, 40小时, 5000元, 1台")
    )
    starts_on = DayField(label=gettext_lazy("First day needed"), required=False)
    ends_on = DayField(label=gettext_lazy("Last day needed"), required=False)
    work_item_id = forms.TypedChoiceField(label=gettext_lazy("For which task"), coerce=int, empty_value=None, required=False)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, departments: list[tuple[int, str]], items: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("department_id", departments), ("work_item_id", [("", gettext_lazy("— (none yet)")), *items])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = rows

    def keep_fixed(self) -> None:
        """Of a line that exists department and kind do not change."""
        for name in ("department_id", "kind"):
            del self.fields[name]

    def clean_amount(self) -> tuple[Decimal, str]:
        """An amount and its unit."""
        text = plain(self.cleaned_data["amount"])
        number, unit = split_quantity(text)
        if number is None:
            raise forms.ValidationError(_("“%(value)s” is no amount. Write 2 or 2人.") % {"value": text[:40]})
        return number, unit

    @property
    def values(self) -> dict[str, Any]:
        """The fields as the actions take them."""
        values = {name: self.cleaned_data[name] for name in self.fields if name != "version"}
        values["amount"], values["unit"] = values["amount"]
        return values

    def say(self, refused: Refused) -> None:
        """Say what an action refused, each at its field."""
        for name, text in (refused.errors or {refused.field: refused.message}).items():
            field = {"unit": "amount"}.get(name.rpartition(".")[2], name.rpartition(".")[2])
            self.add_error(field if field in self.fields else None, text)

    def show_difference(self, version: int, difference: list[dict[str, Any]]) -> None:
        """Say what somebody else changed meanwhile; the next save knows of it."""
        for part in difference:
            field = {"unit": "amount", "work_item": "work_item_id"}.get(part["field"], part["field"])
            words = _("%(label)s: %(before)s → now %(after)s") % {
                "label": part["label"],
                "before": part["before"] or "—",
                "after": part["after"] or "—",
            }
            self.add_error(field if field in self.fields else None, words)
        self.data = MultiValueDict(dict(self.data) | {"version": [str(version)]})


@dataclass(frozen=True)
class Given:
    """What was typed as the answer to a line."""

    line: int
    answer: str
    version: int | None
    offered: Decimal | None
    typed: str
    reason: str


def read_answers(data: QueryDict) -> list[Given]:
    """Return the answers that were typed: those of lines for which one was chosen, or of all where `all` says it."""
    every = data.get("all", "")
    found = []
    for key in dict.fromkeys(filter(None, map(id_asked, data.getlist("line")[:MOST]))):
        answer = every or data.get(f"answer-{key}", "")
        if answer:
            typed = data.get(f"offered-{key}", "").replace("\0", "")[:60]
            reason = data.get(f"reason-{key}", "").replace("\0", "")
            version = id_asked(data.get(f"version-{key}", ""))
            found.append(Given(key, answer, version, _number(typed), typed, reason))
    return found


def _number(text: str) -> Decimal | None:
    return split_quantity(plain(text))[0] if text.strip() else None


def errors_of(errors: Mapping[str, str], line: int) -> dict[str, str]:
    """Return the errors of one line, by field."""
    before = f"{line}."
    return {name.removeprefix(before): text for name, text in errors.items() if name.startswith(before)}
