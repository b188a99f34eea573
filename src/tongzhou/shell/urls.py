from django.urls import path

from tongzhou.lib.later import Later
from tongzhou.shell import views

# Named, not included: what operations stand on (a tenth of a start, 15 MB) is loaded when somebody asks for one.
OPERATIONS = "tongzhou.shell.api.operations"

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/", views.api_guide, name="api_guide"),
    Later("api/v1/", OPERATIONS, "api"),
    path("gallery/", views.gallery, name="gallery"),
    path("projects/<str:number>/", views.overview, name="project"),
    path("projects/<str:number>/record/", views.record, name="record"),
    path("projects/<str:number>/record.xlsx", views.record_xlsx, name="record_xlsx"),
    path("projects/<str:number>/tasks/<int:item_id>/record/", views.task_record, name="task_record"),
    path("record/", views.audit, name="audit"),
    path("record.xlsx", views.audit_xlsx, name="audit_xlsx"),
]
