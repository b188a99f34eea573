from django.urls import path

from tongzhou.reports import views

urlpatterns = [
    path("<str:number>/report/", views.report, name="report"),
    path("<str:number>/report.xlsx", views.report_xlsx, name="report_xlsx"),
]
