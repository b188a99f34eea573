"""Input about projects."""

from tongzhou.projects.forms.agreed import CommunicationForm, MeasurementForm, ObjectiveForm, ScopeLineForm, ScopeLinesForm
from tongzhou.projects.forms.basics import (
    BasicsForm,
    NewProjectForm,
    OrganisationForm,
    PartForm,
    ParticipationForm,
    PowersForm,
    RoleForm,
    SeatForm,
    StageForm,
    WeightForm,
)

__all__ = [
    "BasicsForm",
    "CommunicationForm",
    "MeasurementForm",
    "NewProjectForm",
    "ObjectiveForm",
    "OrganisationForm",
    "PartForm",
    "ParticipationForm",
    "PowersForm",
    "RoleForm",
    "ScopeLineForm",
    "ScopeLinesForm",
    "SeatForm",
    "StageForm",
    "WeightForm",
]
