"""The table of rights (docs/roles.md) as the product reads it; a test says that both are the same, line by line."""

from __future__ import annotations

from functools import cache

TABLE = """\
| Action | GL | PM | LI | DH | OW | QS | FC | IT | MB | OU | AN/EX |
|---|---|---|---|---|---|---|---|---|---|---|---|
| read project plan, tasks | y | y | y | y | y | y | y | y | y | - | - |
| edit charter draft | - | y | - | - | - | - | - | - | - | - | - |
| sign charter / memo | y | - | - | d | - | - | - | - | - | - | - |
| approve task list for release (总负责人审批后发布) | y | - | - | - | - | - | - | - | - | - | - |
| create/edit WBS | - | y | d | - | - | - | - | - | - | - | - |
| claim/assign task in department | - | y | d | d | - | - | - | - | - | - | - |
| update progress/blocked | - | y | d | - | o | - | - | - | - | - | - |
| file exception report | y | y | d | d | o | y | y | - | - | - | - |
| escalate step 1/2/3 | y | y | d | d | o | y | - | - | - | - | - |
| decide at GL level | y | - | - | - | - | - | - | - | - | - | - |
| risk register edit | y | y | d | d | - | y | - | - | - | - | - |
| quality opinion write/withdraw | - | - | - | - | - | o | - | - | - | - | - |
| budget/actual edit, monthly fund report | - | - | - | - | - | - | y | - | - | - | - |
| read amounts | y | y | d | d | - | r | y | - | - | - | - |
| resource commitment confirm | - | - | - | d | - | - | - | - | - | - | - |
| change request submit / sign | y/y | y/- | d/- | d/d | - | - | - | - | - | - | - |
| deliverable acceptance sign | y | - | - | d | - | y | - | - | - | - | - |
| documents upload / delete version | y | y | d | d | o | y | y | - | - | - | - |
| webhook/robot config | - | y | - | - | - | - | - | y | - | - | - |
| users, roles, org tree | - | - | - | - | - | - | - | y | - | - | - |
| department score / 协同先锋奖 decide | y | - | - | - | - | - | - | - | - | - | - |
| audit log read / verify | y | r | - | - | - | y | - | y | - | - | - |
| archive project / case library publish | y | y | - | - | - | - | - | - | - | - | - |
"""


@cache
def rights() -> dict[str, dict[str, str]]:
    """Return the table: row -> column -> letter (y yes, d own department, o own item, r read only, - no; "y/d" for two)."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines() if not line.startswith("|---")
    ]
    columns = cells[0][1:]
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in cells[1:]}
