"""Input about confirmations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.confirmations.models import Confirmation
from tongzhou.lib.params import InstantField, SeveralField
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import participants


class ConfirmersField(SeveralField):
    """Several people, each with her department."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}（{obj.department.name}）" if obj.department is not None else obj.name


class AskForm(forms.Form):
    """A conclusion in writing, who must confirm it, by when, and what silence means."""

    title = forms.CharField(label=_("What it is about"), max_length=120)
    text = forms.CharField(label=_("Conclusion"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}))
    people = ConfirmersField(
        label=_("Who must confirm"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple(), required=True
    )
    due = InstantField(label=_("By when"))
    silence = forms.ChoiceField(
        label=_("What silence means"), choices=Confirmation.Silence.choices, widget=forms.RadioSelect, initial="confirmed"
    )

    def __init__(self, *args: Any, project: Project, asker: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["people"]
        assert isinstance(field, ConfirmersField)
        rows = participants(project).exclude(pk=asker.pk).select_related("department")
        field.queryset = rows.order_by("department__name", "sort_key", "pk")


class TextForm(forms.Form):
    """Another text; what was answered is void then."""

    title = forms.CharField(label=_("What it is about"), max_length=120)
    text = forms.CharField(label=_("Conclusion"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}))
    due = InstantField(label=_("By when"))


class AnswerForm(forms.Form):
    """Confirm, or object with a reason; `edition` is the text that was read."""

    answer = forms.ChoiceField(label=_("Answer"), choices=[("confirmed", _("Confirm")), ("objected", _("Object to it"))])
    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False)
    edition = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class WithdrawForm(forms.Form):
    """Why the question is taken back."""

    reason = forms.CharField(label=_("Why"), max_length=500)
