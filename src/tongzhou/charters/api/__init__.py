"""Operations of the charters room."""

from ninja import Router

from tongzhou.charters.api.charter import router as charter
from tongzhou.charters.api.duties import router as duties
from tongzhou.charters.api.memo import router as memo

router = Router(tags=["charters"])
router.add_router("", charter)
router.add_router("", memo)
router.add_router("", duties)
