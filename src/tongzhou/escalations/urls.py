from django.urls import path

from tongzhou.escalations import views

urlpatterns = [
    path("projects/<str:number>/escalations/", views.cases, name="cases"),
    path("projects/<str:number>/escalations.xlsx", views.cases_xlsx, name="cases_xlsx"),
    path("projects/<str:number>/escalations/limits/", views.limits, name="case_limits"),
    path("projects/<str:number>/escalations/<int:case_id>/", views.case, name="case"),
    path("projects/<str:number>/escalations/<int:case_id>/climb/", views.climb, name="case_climb"),
    path("projects/<str:number>/escalations/<int:case_id>/hand-back/", views.hand_back, name="case_hand_back"),
    path("projects/<str:number>/escalations/<int:case_id>/decision/", views.decision, name="case_decision"),
    path("projects/<str:number>/escalations/<int:case_id>/closure/", views.closure, name="case_closure"),
    path("escalations/limits/", views.organisation_limits, name="escalation_limits"),
]
