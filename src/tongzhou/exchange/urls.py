from django.urls import path

from tongzhou.exchange import views

urlpatterns = [
    path("<str:number>/plan/notice/", views.notices, name="notices"),
    path("<str:number>/plan/notice/links/", views.notice_links, name="notice_links"),
    path("<str:number>/export/", views.export_page, name="export"),
    path("<str:number>/export/<slug:form>.<slug:ending>", views.export_file, name="export_file"),
    path("<str:number>/plan/papers/<slug:paper>.<slug:ending>", views.table_file, name="table_paper"),
    path("new/list/", views.quick_start, name="quick_start"),
    path("new/template/", views.template_choice, name="template_choice"),
    path("new/template-file/", views.template_import, name="template_import"),
    path("new/template/<slug:template>/", views.template_start, name="template_start"),
    path("new/template/<slug:template>/contents/", views.template_page, name="template_page"),
    path("new/template/<slug:template>/file/", views.template_file, name="template_file"),
    path("new/template/<slug:template>/editions/", views.template_edition, name="template_edition"),
    path("new/template/<slug:template>/settings/", views.template_settings, name="template_settings"),
    path("new/template/<slug:template>/archive/", views.template_archive, name="template_archive"),
    path("new/template/<slug:template>/removal/", views.template_removal, name="template_removal"),
    path("<str:number>/template/", views.template_save, name="template_save"),
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
