"""A project, the departments that take part in it, who holds which seat and role, and what was agreed."""

from tongzhou.projects.models.agreed import CommunicationRule, Measurement, Objective, ScopeItem
from tongzhou.projects.models.basics import NumberCounter, Organisation, Project
from tongzhou.projects.models.comments import Comment, Mention
from tongzhou.projects.models.parts import Participation, ProjectRole, Seat
from tongzhou.projects.models.summary import ProjectSummary

__all__ = [
    "Comment",
    "CommunicationRule",
    "Measurement",
    "Mention",
    "NumberCounter",
    "Objective",
    "Organisation",
    "Participation",
    "Project",
    "ProjectRole",
    "ProjectSummary",
    "ScopeItem",
    "Seat",
]
