"""Input of the exchange room."""

from tongzhou.exchange.forms.exports import ExportForm
from tongzhou.exchange.forms.imports import AnswerForm, LayoutForm, UploadForm

__all__ = ["AnswerForm", "ExportForm", "LayoutForm", "UploadForm"]
