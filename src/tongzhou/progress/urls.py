from django.urls import path

from tongzhou.progress import views

urlpatterns = [
    path("<str:number>/tasks/<int:item_id>/progress/", views.report, name="progress"),
    path("<str:number>/tasks/<int:item_id>/history/", views.history, name="progress_history"),
    path("<str:number>/tracking/", views.tracking, name="tracking"),
]
