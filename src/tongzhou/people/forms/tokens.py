"""Input about personal tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.people.queries.tokens import ADMIN, READ, WRITE

WORDS = {READ: _("Read what I may see"), WRITE: _("Write what I may change"), ADMIN: _("Manage people and departments")}
LIFETIMES = [("30", _("30 days")), ("90", _("90 days")), ("366", _("One year"))]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What is it for?"), max_length=80)
    scopes = forms.MultipleChoiceField(label=_("It may"), widget=forms.CheckboxSelectMultiple)
    days = forms.ChoiceField(label=_("Valid for"), choices=LIFETIMES, initial="90")

    def __init__(self, *args: Any, may_administer: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope, words) for scope, words in WORDS.items() if scope != ADMIN or may_administer]
        field.initial = [READ]
