"""Django as a WSGI application: what the server mounts (Django's own ASGI handler costs 2–10 times as much)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.config.settings")
application = get_wsgi_application()
