from django.urls import path

from tongzhou.confirmations import views

PLACE = "<str:number>/confirmations/<int:confirmation_id>/"

urlpatterns = [
    path("<str:number>/confirmations/", views.confirmations, name="confirmations"),
    path("<str:number>/confirmations.xlsx", views.confirmations_xlsx, name="confirmations_xlsx"),
    path("<str:number>/confirmations/new/", views.confirmation_new, name="confirmation_new"),
    path(PLACE, views.confirmation, name="confirmation"),
    path(f"{PLACE}answer/", views.answer, name="confirmation_answer"),
    path(f"{PLACE}text/", views.text, name="confirmation_text"),
    path(f"{PLACE}withdrawal/", views.withdrawal, name="confirmation_withdrawal"),
]
