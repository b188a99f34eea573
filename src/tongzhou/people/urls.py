from allauth.account import views as account
from django.urls import path

from tongzhou.lib.access import PUBLIC, SIGNED_IN, access_declared
from tongzhou.people import views

urlpatterns = [
    path("accounts/login/", access_declared(PUBLIC)(account.login), name="account_login"),
    path("accounts/logout/", access_declared(PUBLIC)(account.logout), name="account_logout"),
    path("accounts/reauthenticate/", access_declared(SIGNED_IN)(account.reauthenticate), name="account_reauthenticate"),
    path("accounts/password/change/", access_declared(SIGNED_IN)(account.password_change), name="account_change_password"),
    path("accounts/password/set/", access_declared(SIGNED_IN)(account.password_set), name="account_set_password"),
    path("enter/<str:token>/", views.enter, name="enter"),
    path("departments/", views.departments, name="departments"),
    path("departments/new/", views.department_new, name="department_new"),
    path("people/new/", views.person_new, name="person_new"),
    path("people/<int:person_id>/link/", views.sign_in_link, name="sign_in_link"),
    path("me/tokens/", views.tokens, name="tokens"),
    path("me/tokens/<int:token_id>/revoke/", views.token_revoke, name="token_revoke"),
]
