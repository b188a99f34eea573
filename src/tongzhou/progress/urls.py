from django.urls import path

from tongzhou.progress import views

urlpatterns = [
    path("my-tasks/", views.mine.tasks, name="my_tasks"),
    path("projects/<str:number>/tasks/<int:item_id>/progress/", views.form.report, name="progress"),
    path("projects/<str:number>/tasks/<int:item_id>/report/", views.door.report, name="task_report"),
    path("projects/<str:number>/tasks/<int:item_id>/history/", views.form.history, name="progress_history"),
    path("projects/<str:number>/tracking/", views.tracking.table, name="tracking"),
    path("projects/<str:number>/board/", views.board.board, name="board"),
    path("projects/<str:number>/board/data/", views.board.data, name="board_data"),
    path("projects/<str:number>/tasks/<int:item_id>/assign/", views.board.assign, name="task_assign"),
]
