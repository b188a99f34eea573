from django.urls import path

from tongzhou.exchange import views

urlpatterns = [
    path("<str:number>/plan/notice/", views.notices, name="notices"),
    path("<str:number>/plan/notice/links/", views.notice_links, name="notice_links"),
    path("<str:number>/export/", views.export_page, name="export"),
    path("<str:number>/export/<slug:form>.<slug:ending>", views.export_file, name="export_file"),
    path("new/list/", views.quick_start, name="quick_start"),
    path("<str:number>/start/notice/", views.quick_notice, name="quick_notice"),
    path("<str:number>/plan/import/", views.upload, name="import_upload"),
    path("<str:number>/plan/import/<int:draft_id>/", views.preview, name="import_preview"),
    path("<str:number>/plan/import/<int:draft_id>/answers/", views.answer, name="import_answer"),
    path("<str:number>/plan/import/<int:draft_id>/layout/", views.layout, name="import_layout"),
    path("<str:number>/plan/import/<int:draft_id>/proposals/", views.adopt, name="import_adopt"),
    path("<str:number>/plan/import/<int:draft_id>/confirmation/", views.confirmation, name="import_confirmation"),
    path("<str:number>/plan/import/<int:draft_id>/discard/", views.discard, name="import_discard"),
    path("<str:number>/plan/import/<int:draft_id>/issues.xlsx", views.issues, name="import_issues"),
]
