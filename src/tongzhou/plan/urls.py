from django.urls import path

from tongzhou.plan import views

DELIVERABLE = "<str:number>/deliverables/<int:deliverable_id>/"

urlpatterns = [
    path("<str:number>/plan/", views.plan, name="plan"),
    path("<str:number>/plan/data", views.data, name="plan_data"),
    path("<str:number>/plan/columns", views.columns, name="plan_columns"),
    path("<str:number>/plan/commands/", views.commands, name="plan_commands"),
    path("<str:number>/plan/gantt.pdf", views.gantt_pdf, name="gantt_pdf"),
    path("<str:number>/plan/gantt.png", views.gantt_png, name="gantt_png"),
    path("<str:number>/task-list/", views.task_list, name="task_list"),
    path("<str:number>/task-list/release/", views.task_list_release, name="task_list_release"),
    path("<str:number>/task-list/difference/", views.task_list_difference, name="task_list_difference"),
    path("<str:number>/claims/", views.claims, name="claims"),
    path("<str:number>/claims/call/", views.claims_call, name="claims_call"),
    path("<str:number>/claims/taken/", views.claims_take, name="claims_take"),
    path("<str:number>/claims/returned/", views.claims_return, name="claims_return"),
    path("<str:number>/calendar/", views.project_calendar, name="project_calendar"),
    path("<str:number>/holidays/", views.holidays, name="holidays"),
    path("<str:number>/tasks/new/", views.task_new, name="task_new"),
    path("<str:number>/tasks/<int:item_id>/", views.task, name="task"),
    path("<str:number>/tasks/<int:item_id>/preview/", views.preview, name="task_preview"),
    path("<str:number>/tasks/<int:item_id>/edit/", views.edit, name="task_edit"),
    path("<str:number>/tasks/<int:item_id>/details/", views.details, name="task_details"),
    path("<str:number>/tasks/<int:item_id>/calendar/", views.task_calendar, name="task_calendar"),
    path("<str:number>/tasks/<int:item_id>/remove/", views.remove, name="task_remove"),
    path("<str:number>/deliverables/", views.deliverables, name="deliverables"),
    path("<str:number>/deliverables.xlsx", views.deliverables_xlsx, name="deliverables_xlsx"),
    path("<str:number>/deliverables/new/", views.deliverable_new, name="deliverable_new"),
    path("<str:number>/deliverables/pasted/", views.deliverables_paste, name="deliverables_paste"),
    path("<str:number>/deliverables/from-departments/", views.deliverables_of_texts, name="deliverables_of_texts"),
    path(DELIVERABLE, views.deliverable, name="deliverable"),
    path(f"{DELIVERABLE}edit/", views.deliverable_edit, name="deliverable_edit"),
    path(f"{DELIVERABLE}removal/", views.deliverable_removal, name="deliverable_removal"),
    path(f"{DELIVERABLE}restoration/", views.deliverable_restoration, name="deliverable_restoration"),
    path(f"{DELIVERABLE}submission/", views.deliverable_submission, name="deliverable_submission"),
    path(f"{DELIVERABLE}submission/withdrawal/", views.deliverable_taking_back, name="deliverable_taking_back"),
    path(f"{DELIVERABLE}acceptance/", views.deliverable_acceptance, name="deliverable_acceptance"),
]
