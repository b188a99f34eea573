"""The addresses of the API; see shell/urls.py."""

from tongzhou.shell.api import guarded_patterns

urlpatterns = guarded_patterns()
