from django.urls import path

from tongzhou.shell import views
from tongzhou.shell.api import guarded_patterns

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("healthz", views.healthz, name="healthz"),
    path("api/", views.api_guide, name="api_guide"),
    path("api/v1/", guarded_patterns()),
    path("gallery/", views.gallery, name="gallery"),
    path("projects/<str:number>/", views.overview, name="project"),
    path("projects/<str:number>/record/", views.record, name="record"),
]
