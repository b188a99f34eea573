from django.urls import path

from tongzhou.projects import views

urlpatterns = [
    path("", views.projects, name="projects"),
    path("new/", views.project_new, name="project_new"),
    path("export/", views.projects_export, name="projects_export"),
    path("filters/", views.project_filters, name="project_filters"),
    path("settings/", views.organisation, name="organisation"),
    path("<str:number>/comments/", views.comments, name="comments"),
    path("<str:number>/comments/<int:comment_id>/", views.comment, name="comment"),
    path("<str:number>/people/", views.project_people, name="project_people"),
    path("<str:number>/start/", views.start, name="project_start"),
    path("<str:number>/start/basics/", views.basics, name="project_basics"),
    path("<str:number>/start/weight/", views.weight, name="project_weight"),
    path("<str:number>/start/departments/", views.participation, name="participation"),
    path("<str:number>/start/departments/<int:part_id>/remove/", views.participation_remove, name="participation_remove"),
    path("<str:number>/start/departments/<int:part_id>/seats/", views.seat, name="seat"),
    path("<str:number>/start/roles/", views.role, name="role"),
    path("<str:number>/start/roles/remove/", views.role_remove, name="role_remove"),
    path("<str:number>/start/scope/", views.scope, name="scope"),
]
