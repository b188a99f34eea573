from django.urls import path

from tongzhou.charters import views

urlpatterns = [
    path("<str:number>/charter/", views.charter, name="charter"),
    path("<str:number>/charter.<slug:words>", views.charter_download, name="charter_paper"),
    path("<str:number>/basic-information.<slug:words>", views.basic_information_download, name="basic_information"),
    path("<str:number>/charter/parts/<slug:part>/", views.charter_part, name="charter_part"),
    path("<str:number>/charter/sheets/", views.charter_sheets, name="charter_sheets"),
    path("<str:number>/charter/signed/", views.charter_signed, name="charter_signed"),
    path("<str:number>/memo/", views.memo, name="memo"),
    path("<str:number>/memo.<slug:words>", views.memo_download, name="memo_paper"),
    path("<str:number>/memo/sheets/", views.memo_sheets, name="memo_sheets"),
    path("<str:number>/memo/now/", views.memo_now, name="memo_now"),
    path("<str:number>/duty-statement/", views.duty_statement, name="duty_statement"),
    path("<str:number>/duty-statement.<slug:words>", views.duty_download, name="duty_paper"),
    path("<str:number>/duty-statement/versions/", views.duty_publication, name="duty_publication"),
]
