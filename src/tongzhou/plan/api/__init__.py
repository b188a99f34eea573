"""Operations of the plan room."""

from ninja import Router

from tongzhou.plan.api.calendars import router as calendars
from tongzhou.plan.api.deliverables import router as deliverables
from tongzhou.plan.api.shown import router as shown
from tongzhou.plan.api.tasklist import router as tasklist
from tongzhou.plan.api.tasks import router as tasks

router = Router(tags=["plan"])
router.add_router("", tasks)
router.add_router("", tasklist)
router.add_router("", shown)
router.add_router("", calendars)
router.add_router("", deliverables)

__all__ = ["router"]
