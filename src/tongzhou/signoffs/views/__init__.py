"""Screens of sign-off."""

from tongzhou.signoffs.views.delegating import delegation_end, delegations
from tongzhou.signoffs.views.mine import my_signatures, sheet_seen, signing_walk
from tongzhou.signoffs.views.sheets import sheet, sheets
from tongzhou.signoffs.views.signing import sign, void, withdraw
from tongzhou.signoffs.views.verifying import chain, evidence, verification

__all__ = [
    "chain",
    "delegation_end",
    "delegations",
    "evidence",
    "my_signatures",
    "sheet",
    "sheet_seen",
    "sheets",
    "sign",
    "signing_walk",
    "verification",
    "void",
    "withdraw",
]
