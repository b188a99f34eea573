"""Writes of the charters room."""

from tongzhou.charters.actions.duties import publish_duties
from tongzhou.charters.actions.memo import memo_signed, open_memo
from tongzhou.charters.actions.opening import bring_into_force, hold_charter, open_charter
from tongzhou.charters.actions.parts import write_part

__all__ = ["bring_into_force", "hold_charter", "memo_signed", "open_charter", "open_memo", "publish_duties", "write_part"]
