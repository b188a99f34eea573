"""Operations of this room."""

from ninja import Router

from tongzhou.signoffs.api.mine import router as mine
from tongzhou.signoffs.api.sheets import router as sheets

router = Router(tags=["signoffs"])
router.add_router("", sheets)
router.add_router("", mine)
