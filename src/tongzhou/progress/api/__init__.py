"""Operations of the progress room."""

from ninja import Router

from tongzhou.progress.api.reporting import router as reporting
from tongzhou.progress.api.shown import router as shown

router = Router(tags=["progress"])
router.add_router("", reporting)
router.add_router("", shown)

__all__ = ["router"]
