from django.urls import path

from tongzhou.resources import views

LINE = "<str:number>/commitments/<int:commitment_id>/"

urlpatterns = [
    path("<str:number>/commitments/", views.commitments, name="commitments"),
    path("<str:number>/commitments.<slug:ending>", views.commitments_paper, name="commitments_paper"),
    path("<str:number>/commitments/new/", views.commitment_new, name="commitment_new"),
    path("<str:number>/commitments/answers/", views.commitment_answers, name="commitment_answers"),
    path(LINE, views.commitment, name="commitment"),
    path(f"{LINE}edit/", views.commitment_edit, name="commitment_edit"),
    path(f"{LINE}withdrawal/", views.commitment_withdrawal, name="commitment_withdrawal"),
]
