from django.urls import path

from tongzhou.plan import views

urlpatterns = [
    path("<str:number>/plan/", views.plan, name="plan"),
    path("<str:number>/plan/data", views.data, name="plan_data"),
    path("<str:number>/plan/columns", views.columns, name="plan_columns"),
    path("<str:number>/plan/commands/", views.commands, name="plan_commands"),
    path("<str:number>/plan/gantt.pdf", views.gantt_pdf, name="gantt_pdf"),
    path("<str:number>/plan/gantt.png", views.gantt_png, name="gantt_png"),
    path("<str:number>/task-list/", views.task_list, name="task_list"),
    path("<str:number>/task-list/release/", views.task_list_release, name="task_list_release"),
    path("<str:number>/calendar/", views.project_calendar, name="project_calendar"),
    path("<str:number>/holidays/", views.holidays, name="holidays"),
    path("<str:number>/tasks/new/", views.task_new, name="task_new"),
    path("<str:number>/tasks/<int:item_id>/", views.task, name="task"),
    path("<str:number>/tasks/<int:item_id>/preview/", views.preview, name="task_preview"),
    path("<str:number>/tasks/<int:item_id>/edit/", views.edit, name="task_edit"),
    path("<str:number>/tasks/<int:item_id>/details/", views.details, name="task_details"),
    path("<str:number>/tasks/<int:item_id>/calendar/", views.task_calendar, name="task_calendar"),
    path("<str:number>/tasks/<int:item_id>/remove/", views.remove, name="task_remove"),
]
