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
    path("departments/<int:department_id>/", views.department, name="department"),
    path("people/new/", views.person_new, name="person_new"),
    path("people/import/", views.people_import, name="people_import"),
    path("people/import/confirmation/", views.people_import_confirmation, name="people_import_confirmation"),
    path("people/form.xlsx", views.people_form_xlsx, name="people_form_xlsx"),
    path("people/people.xlsx", views.people_xlsx, name="people_xlsx"),
    path("people/links/", views.sign_in_links, name="sign_in_links"),
    path("people/suggestions/", views.people_suggestions, name="people_suggestions"),
    path("people/<int:person_id>/", views.person, name="person"),
    path("people/<int:person_id>/edit/", views.person_edit, name="person_edit"),
    path("people/<int:person_id>/link/", views.sign_in_link, name="sign_in_link"),
    path("me/tokens/", views.tokens, name="tokens"),
    path("me/tokens/<int:token_id>/revoke/", views.token_revoke, name="token_revoke"),
    path("people/<int:person_id>/disabled/", views.person_disabled, name="person_disabled"),
    path("people/<int:person_id>/enabled/", views.person_enabled, name="person_enabled"),
    path("people/<int:person_id>/hand-over/", views.hand_over, name="hand_over"),
    path("people/<int:person_id>/leave/", views.person_leave, name="person_leave"),
    path("people/<int:person_id>/leave/<int:leave_id>/", views.person_leave_cancel, name="person_leave_cancel"),
    path("people/<int:person_id>/sessions/", views.person_sessions, name="person_sessions"),
    path("me/", views.me, name="me"),
    path("me/leave/", views.my_leave, name="my_leave"),
    path("me/leave/<int:leave_id>/", views.my_leave_cancel, name="my_leave_cancel"),
    path("me/stand-in/", views.my_stand_in, name="my_stand_in"),
    path("me/sessions/", views.my_sessions, name="my_sessions"),
    path("me/language/", views.my_language, name="my_language"),
    path("preferences/<str:key>/", views.preference, name="preference"),
    path("admin/", views.administration, name="administration"),
]
