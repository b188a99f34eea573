"""Every address of the product."""

from django.urls import include, path

handler400 = "tongzhou.shell.views.bad_request"
handler403 = "tongzhou.shell.views.forbidden"
handler404 = "tongzhou.shell.views.not_found"
handler500 = "tongzhou.shell.views.server_error"

urlpatterns = [
    path("", include("tongzhou.people.urls")),
    path("", include("tongzhou.rhythm.urls")),
    path("", include("tongzhou.notifications.urls")),
    path("projects/", include("tongzhou.projects.urls")),
    path("", include("tongzhou.signoffs.urls")),
    path("projects/", include("tongzhou.confirmations.urls")),
    path("", include("tongzhou.escalations.urls")),
    path("", include("tongzhou.documents.urls")),
    path("projects/", include("tongzhou.plan.urls")),
    path("projects/", include("tongzhou.resources.urls")),
    path("projects/", include("tongzhou.charters.urls")),
    path("projects/", include("tongzhou.meetings.urls")),
    path("projects/", include("tongzhou.exchange.urls")),
    path("", include("tongzhou.progress.urls")),
    path("projects/", include("tongzhou.reports.urls")),
    path("", include("tongzhou.shell.urls")),
]
