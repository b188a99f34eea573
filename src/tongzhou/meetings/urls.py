from django.urls import path

from tongzhou.meetings import views

PLACE = "<str:number>/meetings/<int:meeting_id>/"

urlpatterns = [
    path("<str:number>/meetings/", views.meetings, name="meetings"),
    path("<str:number>/meetings/new/<slug:meeting_kind>/", views.meeting_new, name="meeting_new"),
    path(PLACE, views.meeting, name="meeting"),
    path(f"{PLACE}meeting.ics", views.meeting_calendar, name="meeting_calendar"),
    path(f"{PLACE}details/", views.meeting_details, name="meeting_details"),
    path(f"{PLACE}attendees/", views.meeting_attendees, name="meeting_attendees"),
    path(f"{PLACE}cancellation/", views.meeting_cancellation, name="meeting_cancellation"),
    path(f"{PLACE}minutes/", views.minutes, name="minutes"),
    path(f"{PLACE}changes/", views.minutes_changes, name="minutes_changes"),
    path(f"{PLACE}agenda/", views.agenda, name="agenda"),
    path(f"{PLACE}agenda/<int:agenda_id>/text/", views.agenda_text, name="agenda_text"),
    path(f"{PLACE}agenda/<int:agenda_id>/removal/", views.agenda_removal, name="agenda_removal"),
    path(f"{PLACE}decisions/", views.decisions, name="decisions"),
    path(f"{PLACE}decisions/<int:decision_id>/removal/", views.decision_removal, name="decision_removal"),
    path(f"{PLACE}actions/", views.action_items, name="action_items"),
    path(f"{PLACE}actions/<int:action_id>/removal/", views.action_removal, name="action_removal"),
    path(f"{PLACE}editions/", views.editions, name="editions"),
    path(f"{PLACE}editions/<int:edition>/", views.edition, name="edition"),
    path(f"{PLACE}minutes.<slug:minutes_ending>", views.minutes_file, name="minutes_file"),
    path(f"{PLACE}answer/", views.minutes_answer, name="minutes_answer"),
    path(f"{PLACE}sheet/", views.minutes_sheet, name="minutes_sheet"),
]
