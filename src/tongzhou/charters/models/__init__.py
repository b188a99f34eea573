"""What a project promises in writing: its charter, and who does what."""

from tongzhou.charters.models.charter import Charter, CharterPart, CharterVersion
from tongzhou.charters.models.duties import DutyStatement

__all__ = ["Charter", "CharterPart", "CharterVersion", "DutyStatement"]
