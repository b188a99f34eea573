from django.urls import path

from tongzhou.notifications import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/reading/", views.inbox_read, name="inbox_read"),
    path("inbox/count/", views.inbox_count, name="inbox_count"),
    path("inbox/choices/", views.my_choices, name="my_choices"),
    path("administration/notices/", views.choice_defaults, name="choice_defaults"),
    path("administration/deliveries/", views.delivery_list, name="deliveries"),
    path("administration/deliveries/<int:delivery_id>/again/", views.delivery_again, name="delivery_again"),
    path("administration/deliveries/test/", views.test_message, name="test_message"),
]
