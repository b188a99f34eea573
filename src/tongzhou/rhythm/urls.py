from django.urls import path

from tongzhou.rhythm import views

urlpatterns = [
    path("admin/background/", views.background, name="background"),
    path("admin/background/again/", views.background_again, name="background_again"),
    path("admin/background/drop/", views.background_drop, name="background_drop"),
]
