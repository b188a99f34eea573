"""Operations of the progress room."""

from ninja import Router

from tongzhou.progress.api.blocks import router as blocks
from tongzhou.progress.api.exceptions import router as exceptions
from tongzhou.progress.api.reporting import router as reporting
from tongzhou.progress.api.shown import router as shown
from tongzhou.progress.api.syncs import router as syncs

router = Router(tags=["progress"])
for _part in (reporting, shown, blocks, exceptions, syncs):
    router.add_router("", _part)

__all__ = ["router"]
