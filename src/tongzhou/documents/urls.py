from django.urls import path

from tongzhou.documents import views

KIND = "organisation/papers/<slug:paper_kind>/"

urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.verify_paper, name="verify_paper"),
    path("projects/<str:number>/papers/", views.papers, name="papers"),
    path("projects/<str:number>/papers/<int:paper_id>.<slug:ending>", views.paper_file, name="paper_file"),
    path("organisation/papers/", views.paper_settings, name="paper_settings"),
    path(KIND, views.paper_kind, name="paper_kind"),
    path(f"{KIND}preview/", views.paper_preview, name="paper_preview"),
    path(f"{KIND}sample.<slug:ending>", views.paper_sample, name="paper_sample"),
]
