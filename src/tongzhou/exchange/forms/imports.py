"""Input of the import: the file, and one answer."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tongzhou.exchange.queries.layout_memory import Wanted
from tongzhou.exchange.queries.wording import KINDS, MEANINGS, REFUSALS
from tongzhou.workbooks.headers import SEARCHED_ROWS
from tongzhou.workbooks.scan import MOST_FILE

MOST_SHEETS = 2_000


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
    alike = forms.BooleanField(required=False)


class LayoutForm(forms.Form):
    """How a sheet is to be taken; each column by its letter, as `column.B`."""

    sheet = forms.IntegerField(min_value=0, max_value=MOST_SHEETS)
    kind = forms.ChoiceField(choices=[("", ""), *KINDS.items()], required=False)
    heading = forms.IntegerField(min_value=1, max_value=SEARCHED_ROWS, required=False)

    def clean(self) -> dict[str, Any]:
        """Take the columns, whose names depend on the sheet."""
        said: dict[str, Any] = super().clean() or {}
        columns = {}
        for name, meaning in self.data.items():
            if name.startswith("column."):
                letters = name.removeprefix("column.")
                if not re.fullmatch("[A-Z]{1,3}", letters) or (meaning and meaning not in MEANINGS):
                    raise forms.ValidationError("column")
                columns[letters] = meaning
        return said | {"columns": columns}

    def wanted(self) -> Wanted:
        """What was chosen."""
        said = self.cleaned_data
        return Wanted(said["sheet"], said["kind"], said["heading"], said["columns"])
