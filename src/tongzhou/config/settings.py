"""Django settings, all of them from the environment (see environment.py)."""

from pathlib import Path

from tongzhou.config.environment import database, kept_secret, read_environment, read_mail

ENVIRONMENT = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = ENVIRONMENT.data

DEBUG = ENVIRONMENT.debug
SECRET_KEY = kept_secret(DATA_DIR, "django")
# What is kept in the database and has to be read again (lib/sealing.py) is closed with this one.
SEALING_KEY = kept_secret(DATA_DIR, "sealing")
CHAIN_SECRET = kept_secret(DATA_DIR, "chain")
BASE_URL = ENVIRONMENT.base_url
ALLOWED_HOSTS = ["*"] if DEBUG else ["127.0.0.1", "localhost", "[::1]", ENVIRONMENT.host_of_base_url]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "template_partials",
    "django_vite",
    "tongzhou.lib",
    "tongzhou.ui",
    "tongzhou.timeline",
    "tongzhou.people",
    "tongzhou.rhythm",
    "tongzhou.notifications",
    "tongzhou.projects",
    "tongzhou.signoffs",
    "tongzhou.confirmations",
    "tongzhou.charters",
    "tongzhou.escalations",
    "tongzhou.documents",
    "tongzhou.plan",
    "tongzhou.resources",
    "tongzhou.progress",
    "tongzhou.meetings",
    "tongzhou.exchange",
    "tongzhou.reports",
    "tongzhou.integrations",
    "tongzhou.shell",
    "tongzhou.config",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.mfa",
]

MIDDLEWARE = [
    "tongzhou.lib.web.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tongzhou.people.views.signing_in.Presence",
    "tongzhou.lib.reading.ReadsOnce",
    "tongzhou.lib.web.SignInRequired",
    "tongzhou.lib.web.RefusalsAsAnswers",
    "tongzhou.lib.web.DatabaseAway",
    "django.middleware.gzip.GZipMiddleware",
]

ROOT_URLCONF = "tongzhou.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "tongzhou.ui.templatetags.ui",
                "tongzhou.ui.templatetags.rows",
                "tongzhou.ui.templatetags.pure",
                "django.templatetags.i18n",
                "template_partials.templatetags.partials",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tongzhou.shell.queries.navigation",
            ],
        },
    }
]

DATABASES = {"default": database(ENVIRONMENT)}
# What processes side by side must agree on: the limits on failed sign-ins. Normal pages do not ask it.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA_DIR / "cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tongzhou.people.views.signing_in.Door"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_FORMS = {
    "login": "tongzhou.people.forms.SignInForm",
    "set_password": "tongzhou.people.forms.PasswordForm",
    "change_password": "tongzhou.people.forms.NewPasswordForm",
}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# A code of a paper has 91 bits; who types wrong ones that often is a program.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/10m/key,50/10m/ip", "paper_code": "60/10m/ip"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "tongzhou.people.queries.factors.Vault"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_FORMS = {
    "authenticate": "tongzhou.people.views.factors.SecondStepForm",
    "authenticate_webauthn": "tongzhou.people.views.factors.SecondStepPasskeyForm",
}
# A passkey stands for itself here, so it asks for finger, face or PIN.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True

SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
CSRF_FAILURE_VIEW = "tongzhou.shell.views.csrf_failure"
SILENCED_SYSTEM_CHECKS = ["account.W001"]

MAIL = read_mail(ENVIRONMENT.mail_url, ENVIRONMENT.mail_from, ENVIRONMENT.host_of_base_url)
# Without a mail server the channel is off.
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.starttls, MAIL.tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = MAIL.sender

LANGUAGE_CODE = "zh-hans"
# What the frameworks say is said in our words (lib/wording.py): this catalogue comes before theirs.
LOCALE_PATHS = [PACKAGE / "lib" / "locale"]
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = None
STATICFILES_DIRS = [PACKAGE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
# Vite puts a hash of the content into the name.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+-[\w-]{8}\.\w+$"
DJANGO_VITE = {
    "default": {
        "manifest_path": PACKAGE / "static" / "dist" / ".vite" / "manifest.json",
        "static_url_prefix": "dist",
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if DEBUG else "WARNING"},
}
