"""Operations of the projects room."""

from ninja import Router

from tongzhou.projects.api.agreed import router as agreed
from tongzhou.projects.api.basics import router as basics
from tongzhou.projects.api.comments import router as comments
from tongzhou.projects.api.listing import router as listing
from tongzhou.projects.api.objectives import router as objectives
from tongzhou.projects.api.organisation import router as organisation

# First what is named in words where a number could stand: `export` is no number of a project.
router = Router(tags=["projects"])
router.add_router("", listing)
router.add_router("", organisation)
router.add_router("", basics)
router.add_router("", comments)
router.add_router("", agreed)
router.add_router("", objectives)

__all__ = ["router"]
