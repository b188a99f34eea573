"""Input of the import: the file, and one answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from tongzhou.exchange.queries.wording import REFUSALS
from tongzhou.workbooks.scan import MOST_FILE


class UploadForm(forms.Form):
    """A workbook. Empty files pass here: the reader says what is wrong with them."""

    file = forms.FileField(label=gettext_lazy("Workbook or text table"), allow_empty_file=True)

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > MOST_FILE:
            raise forms.ValidationError(str(REFUSALS["file_too_big"]) % {"limit": MOST_FILE // 1024 // 1024})
        return file


class AnswerForm(forms.Form):
    """An answer to an issue; without an option the answer is taken back."""

    issue = forms.CharField(max_length=2000, strip=False)
    option = forms.CharField(max_length=2000, required=False, strip=False)
    value = forms.CharField(max_length=2000, required=False)
