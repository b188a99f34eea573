"""Input about how papers look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.documents.queries.kinds import CLOSING, DECLARATION, PREAMBLE
from tongzhou.documents.queries.numbering import LONGEST

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_LINE, LONGEST_TEXT = 120, 2000


class LetterheadForm(forms.Form):
    """纸面抬头."""

    organisation = forms.CharField(
        label=_("Name of the company"),
        max_length=LONGEST_LINE,
        required=False,
        help_text=_("Stands at the head of every paper. Empty takes the organisation's name."),
    )
    header = forms.CharField(
        label=_("Header line"),
        max_length=LONGEST_LINE,
        required=False,
        help_text=_("Stands beside the name, such as a department, or how confidential papers are."),
    )
    logo = forms.FileField(label=_("Logo"), required=False, help_text=_("png, jpeg or webp, at most 2 MB."))
    remove_logo = forms.BooleanField(label=_("Take the logo away"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


def _area(label: StrOrPromise, help_text: StrOrPromise) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=help_text, max_length=LONGEST_TEXT, required=False, widget=widget)


class KindForm(forms.Form):
    """文种设置: numbering and fixed texts."""

    numbering = forms.CharField(
        label=_("Numbering"),
        max_length=LONGEST,
        help_text=_(
            "{prefix} is the kind's abbreviation, {project} the project's number, {year} and {month} the day of handing out, "
            "{n:03} the counter with three digits."
        ),
    )
    preamble = _area(_("Preamble"), _("Stands first."))
    declaration = _area(_("Declaration"), _("Stands over the signatures."))
    closing = _area(_("Closing words"), _("Stand at the end."))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def texts(self) -> dict[str, str]:
        """Return the fixed texts of valid input."""
        return {name: self.cleaned_data[name].replace("\r\n", "\n") for name in (PREAMBLE, DECLARATION, CLOSING)}
