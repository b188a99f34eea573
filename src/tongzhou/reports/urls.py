from django.urls import path

from tongzhou.reports import views

urlpatterns = [
    path("<str:number>/report/", views.report, name="report"),
    path("<str:number>/report.<slug:ending>", views.report_file, name="report_file"),
    path("<str:number>/report/edit/", views.report_edit, name="report_edit"),
    path("<str:number>/report/rhythm/", views.report_rhythm, name="report_rhythm"),
    path("<str:number>/report/send/", views.report_send, name="report_send"),
    path("<str:number>/report/next-edition/", views.report_reopen, name="report_reopen"),
]
