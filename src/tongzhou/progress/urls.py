from django.urls import path

from tongzhou.progress import views

EXCEPTION = "projects/<str:number>/exceptions/<int:exception_id>/"

urlpatterns = [
    path("my-tasks/", views.mine.tasks, name="my_tasks"),
    path("projects/<str:number>/tasks/<int:item_id>/progress/", views.form.report, name="progress"),
    path("projects/<str:number>/tasks/<int:item_id>/report/", views.door.report, name="task_report"),
    path("projects/<str:number>/tasks/<int:item_id>/history/", views.form.history, name="progress_history"),
    path("projects/<str:number>/tasks/<int:item_id>/block/", views.blocks.block, name="task_block"),
    path("projects/<str:number>/tasks/<int:item_id>/escalation/", views.blocks.escalate, name="task_escalation"),
    path("projects/<str:number>/blocks/", views.blocks.blocks, name="blocks"),
    path("projects/<str:number>/blocks/<int:block_id>/", views.blocks.block_page, name="block"),
    path("projects/<str:number>/blocks/<int:block_id>/answer/", views.blocks.block_answer, name="block_answer"),
    path("projects/<str:number>/exceptions/", views.exceptions.exceptions, name="exceptions"),
    path("projects/<str:number>/exceptions/new/", views.exceptions.exception_new, name="exception_new"),
    path("projects/<str:number>/exceptions.<str:ending>", views.exceptions.exceptions_file, name="exceptions_file"),
    path("projects/<str:number>/exceptions/<int:exception_id>/", views.exceptions.exception, name="exception"),
    path(f"{EXCEPTION}handling/", views.exceptions.exception_handling, name="exception_handling"),
    path(f"{EXCEPTION}closure/", views.exceptions.exception_closure, name="exception_closure"),
    path(f"{EXCEPTION}reopening/", views.exceptions.exception_reopening, name="exception_reopening"),
    path("projects/<str:number>/syncs/", views.syncs.syncs, name="syncs"),
    path("projects/<str:number>/syncs.<str:ending>", views.syncs.syncs_file, name="syncs_file"),
    path("projects/<str:number>/syncs/rhythm/", views.syncs.sync_rhythm, name="sync_rhythm"),
    path("organisation/rhythm/", views.syncs.organisation_rhythm, name="organisation_rhythm"),
    path("projects/<str:number>/tracking/", views.tracking.table, name="tracking"),
    path("projects/<str:number>/board/", views.board.board, name="board"),
    path("projects/<str:number>/board/data/", views.board.data, name="board_data"),
    path("projects/<str:number>/tasks/<int:item_id>/assign/", views.board.assign, name="task_assign"),
]
