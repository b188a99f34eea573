"""Operations of the projects room."""

from ninja import Router

from tongzhou.projects.api.basics import router as basics
from tongzhou.projects.api.comments import router as comments

router = Router(tags=["projects"])
router.add_router("", basics)
router.add_router("", comments)

__all__ = ["router"]
