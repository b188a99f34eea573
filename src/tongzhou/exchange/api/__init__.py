"""Operations of the exchange room."""

from ninja import Router

from tongzhou.exchange.api.imports import router as imports
from tongzhou.exchange.api.lists import router as lists
from tongzhou.exchange.api.outgoing import router as outgoing
from tongzhou.exchange.api.templates import router as templates

router = Router(tags=["exchange"])
router.add_router("", imports)
router.add_router("", lists)
router.add_router("", outgoing)
router.add_router("", templates)

__all__ = ["router"]
