"""Every hidden arrow of the product: where a low room reaches a high one. The only module that fills registries."""

from __future__ import annotations

from tongzhou.lib.registry import OUTCOMES, PANELS
from tongzhou.plan.actions import follow_start
from tongzhou.progress.actions import keep_update
from tongzhou.progress.queries import latest_panel


def wire() -> None:
    """Hang every handler in its place. Called once, when Django has loaded the rooms."""
    OUTCOMES.add("project-start-changed", follow_start)
    OUTCOMES.add("progress-recorded", keep_update)
    PANELS.add("work_item", latest_panel)
