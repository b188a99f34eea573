from django.urls import path

from tongzhou.shell import views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("healthz", views.healthz, name="healthz"),
    path("gallery/", views.gallery, name="gallery"),
    path("projects/<str:number>/", views.overview, name="project"),
    path("projects/<str:number>/record/", views.record, name="record"),
]
