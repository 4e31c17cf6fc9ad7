"""How the portal is set up. Everything that differs between places comes from the environment."""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from hms_portal import dfe_signin, env, logs, schedule

# Paths

BASE_DIR = Path(__file__).resolve().parent.parent

# Security

DEVELOPMENT = env.flag("DEBUG")
DEMONSTRATION = env.flag("DEMONSTRATION")
# A demonstration shows visitors our own error pages; DEMONSTRATION=0 brings the tracebacks back.
DEBUG = DEVELOPMENT and not DEMONSTRATION
SECRET_KEY = env.text("SECRET_KEY", "only-for-development-" * 3 if DEVELOPMENT else None)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1 localhost [::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SECURE = not DEVELOPMENT and env.flag("HTTPS", default=True)
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
CSRF_FAILURE_VIEW = "hms_portal.views.stale_form"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF, *dfe_signin.forms_may_lead_to()],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
}
# Keys that seal care notes: "id:base64 of 32 bytes", newest first.
# From a file or a key store, never SECRET_KEY.
FIELD_KEYS = env.words(
    "FIELD_KEYS", "demo:b25seS1mb3ItZGV2ZWxvcG1lbnQtYW5kLXRlc3RzISE=" if DEVELOPMENT else None
)

# Apps

INSTALLED_APPS = [
    "hms_portal",
    "core",
    "centres",
    "people",
    "billing",
    "safeguarding",
    "bookings",
    "loans",
    "lessons",
    "ensembles",
    "events",
    "reports",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "pgtrigger",
    "csp",
    "hms_portal.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

# Middleware

MIDDLEWARE = [
    "core.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.PrivatePages",
]
ROOT_URLCONF = "hms_portal.urls"
WSGI_APPLICATION = "hms_portal.wsgi.application"

# Templates

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.templatetags.portal"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hms_portal.context.service",
                "hms_portal.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "portal"

# Database and cache

DATABASE_URL = env.url("DATABASE_URL", schemes={"postgres", "postgresql"})
DATABASES = {
    "default": {
        **dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True),
        # pgtrigger.ignore named and empty: unnamed, each trigger raises and catches an error to
        # learn that it is, which in one large transaction costs the square of the rows written.
        "OPTIONS": {
            "options": "-c lock_timeout=3000 -c pgtrigger.ignore={} -c timezone=UTC"
            f" -c statement_timeout={env.number('STATEMENT_TIMEOUT_MS', 5000)}"
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.url("REDIS_URL", schemes={"redis", "rediss", "unix"})
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.url("CACHE_URL", schemes={"redis", "rediss", "unix"}, default=REDIS_URL),
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Signing in

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "people.access.SignedIn",
    "people.access.RoleBackend",
]
PASSWORD_HASHERS = [
    "people.hashers.TunedArgon2",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# What is said to a family once names its children: kept on the server, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "bookings:my_family"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "people.accounts.PortalAccountAdapter"
ACCOUNT_FORMS = {
    "signup": "people.account_forms.SignUpForm",
    "login": "people.account_forms.SignInForm",
    "reset_password": "people.account_forms.ForgottenPasswordForm",
    "reset_password_from_key": "people.account_forms.NewPasswordForm",
    "change_password": "people.account_forms.ChangePasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# People of schools may come in by DfE Sign-in, where it is set up; else nothing of it is there.
SOCIALACCOUNT_ADAPTER = "people.dfe_accounts.DfeAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": dfe_signin.apps()}
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number(
    "TRUSTED_PROXY_COUNT", 1 if env.flag("BEHIND_PROXY") else 0
)

# Files

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Mail

EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = (
    "core.smtp.TellingBackend" if EMAIL_HOST else "django.core.mail.backends.dummy.EmailBackend"
)
if not (EMAIL_HOST or DEVELOPMENT or DEMONSTRATION):
    raise env.BadSetting("EMAIL_HOST", "is not set. See README.md, Settings.")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "FROM_EMAIL", "Hertfordshire Music Service <hello@music.example>"
)
# A letter whose words name something unsaid: refused while developing, mended and logged in use.
MAIL_REFUSES_GAPS = DEVELOPMENT
# Letters that go once more if it is not known whether they arrived: where a family or a member of
# staff would miss a deadline, silence is worse than a repeat. Letters about money are never here.
MAIL_REPEATED_IF_UNSURE = [
    "verify-address",
    "reset-password",
    "offer",
    "offer-ending",
    "first-meeting",
    "cancelled-by-us",
    "cancelled-teacher",
    "on-after-all",
    "on-after-all-teacher",
    "moved",
    "message-change",
    "moved-teacher",
    "made-up",
    "made-up-teacher",
    "concern-receipt",
    "job-late",
]

# Celery

CELERY_BROKER_URL = env.url(
    "BROKER_URL", schemes={"redis", "rediss", "redis+socket"}, default=REDIS_URL
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_limit": 1,
    # A family's booking waits for no broker: by default it would try for six seconds.
    "max_retries": 1,
    "interval_start": 0,
    "interval_max": 0,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 2,  # and for one that hangs, no longer than this
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.1}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = [CELERY_TASK_SERIALIZER := "json"]
CELERY_TIMEZONE = "Europe/London"
# The schedule is code: a file of when each ran last would only be one more thing to break.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE = schedule.BEAT

# Logging

LOGGING_CONFIG = None
logs.configure(readable=DEVELOPMENT)

# Language and time

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

# Ours: words of the service and addresses it prints

SERVICE_NAME = env.text("SERVICE_NAME", "Hertfordshire Music Service")
SERVICE_SHORT_NAME = env.text("SERVICE_SHORT_NAME", "Music Service")
SERVICE_PHONE = env.text("SERVICE_PHONE", "01632 960900")
SERVICE_EMAIL = env.text("SERVICE_EMAIL", "hello@music.example")
SITE_URL = env.url("SITE_URL", schemes={"http", "https"}, default="http://127.0.0.1:8000").rstrip(
    "/"
)
# From how few on a page says "3 places left" rather than "Places available".
FEW_PLACES = env.number("FEW_PLACES", 3)
# Local hours: the evening before a first meeting, the evening of a register, the week's letter.
FIRST_MEETING_HOUR = env.number("FIRST_MEETING_HOUR", 17, most=23)
REGISTER_REMINDER_HOUR = env.number("REGISTER_REMINDER_HOUR", 18, most=23)
DIGEST_WEEKDAY = env.number("DIGEST_WEEKDAY", 7, least=1, most=7)  # Monday is 1
DIGEST_HOUR = env.number("DIGEST_HOUR", 18, most=23)
DIGEST_LATE_HOURS = env.number("DIGEST_LATE_HOURS", 18)
# How long another parent or carer may take to accept, and how many an adult may ask in a day.
INVITATION_DAYS = env.number("INVITATION_DAYS", 7, least=1)
INVITATIONS_A_DAY = env.number("INVITATIONS_A_DAY", 10)
# For how many schools somebody may ask in a day to speak.
SCHOOL_CLAIMS_A_DAY = env.number("SCHOOL_CLAIMS_A_DAY", 5, least=1)
# Cover: how far ahead its page looks, how long a mile takes a teacher, the longest absence told.
COVER_DAYS_AHEAD = env.number("COVER_DAYS_AHEAD", 21)
STAFF_MINUTES_PER_MILE = env.number("STAFF_MINUTES_PER_MILE", 3)
LONGEST_STAFF_ABSENCE_DAYS = env.number("LONGEST_STAFF_ABSENCE_DAYS", 366)
# Who signs letters of assurance.
SAFEGUARDING_LEAD = env.text("SAFEGUARDING_LEAD", "Ruth Amadi")
# How often an hour one address may ask whether a letter of assurance is real, and one person may
# send somebody to training: each is a letter to an address that was typed.
LETTER_CHECKS_AN_HOUR = env.number("LETTER_CHECKS_AN_HOUR", 60, least=1)
TRAINING_PLACES_AN_HOUR = env.number("TRAINING_PLACES_AN_HOUR", 30, least=1)
# How far a calendar that other programs read reaches, and how often one may be read in an hour.
CALENDAR_DAYS_BACK = env.number("CALENDAR_DAYS_BACK", 60)
CALENDAR_DAYS_AHEAD = env.number("CALENDAR_DAYS_AHEAD", 400)
CALENDAR_READS_AN_HOUR = env.number("CALENDAR_READS_AN_HOUR", 60)
# A register opens so long before its start; then the teacher may correct it for some days, and
# whoever runs the centre for longer. What helps a child is open on the days next to it.
REGISTER_OPENS_MINUTES = env.number("REGISTER_OPENS_MINUTES", 60)
REGISTER_TEACHER_DAYS = env.number("REGISTER_TEACHER_DAYS", 14)
REGISTER_HEAD_DAYS = env.number("REGISTER_HEAD_DAYS", 120)
REGISTER_CARE_DAYS = env.number("REGISTER_CARE_DAYS", 1)
CLASS_CARE_DAYS = env.number("CLASS_CARE_DAYS", 14)
# How long we know a mark again that a phone sends twice.
MARKS_KEPT_DAYS = env.number("MARKS_KEPT_DAYS", 180)
# For how long a closing, or one meeting called off, can be undone as if it had not been.
UNDO_MINUTES = env.number("UNDO_MINUTES", 60)
# Claim codes: how often one address may try in so many minutes, how far an offer looks, and after
# how many weeks a child who took a place is asked about: does it still play?
CLAIM_TRIES = env.number("CLAIM_TRIES", 20)
CLAIM_TRIES_MINUTES = env.number("CLAIM_TRIES_MINUTES", 10, least=1)
CLAIM_MILES = env.number("CLAIM_MILES", 10)
STILL_PLAYS_WEEKS = env.number("STILL_PLAYS_WEEKS", 10)
# How many weeks ahead dates to make up a meeting are looked for.
MAKE_UP_WEEKS = env.number("MAKE_UP_WEEKS", 6)
# When lessons in a school may be: before dinner, and after it.
SCHOOL_HALF_DAYS = env.words("SCHOOL_HALF_DAYS", "09:00-12:00 13:00-15:15")
# What a staff home calls late, long, soon and good.
REGISTER_LATE_MINUTES = env.number("REGISTER_LATE_MINUTES", 20)
LONG_WAIT_WEEKS = env.number("LONG_WAIT_WEEKS", 6)
OFFER_ENDING_HOURS = env.number("OFFER_ENDING_HOURS", 24)
ATTENDANCE_GOAL = env.number("ATTENDANCE_GOAL", 90, most=100)
# A photograph of a member of staff: how many pixels wide the square is that we keep, how much may
# be sent to draw it from (a PNG or WebP of a quarter of the pixels: it is unpacked whole), and how
# often an hour one person may send any.
PHOTOGRAPH_SIDE = env.number("PHOTOGRAPH_SIDE", 320, least=64, most=480)
PHOTOGRAPH_MOST_MB = env.number("PHOTOGRAPH_MOST_MB", 10, least=1)
PHOTOGRAPH_MOST_MEGAPIXELS = env.number("PHOTOGRAPH_MOST_MEGAPIXELS", 50, least=4)
PHOTOGRAPHS_AN_HOUR = env.number("PHOTOGRAPHS_AN_HOUR", 30, least=1)
# How many rows a sheet sent to the admin may have: it is rehearsed within one request.
IMPORT_MOST_ROWS = env.number("IMPORT_MOST_ROWS", 300)
# Our own sheets escape every cell (core.sheets); this is for whatever the library writes itself.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

if DEMONSTRATION and EMAIL_HOST:
    raise env.BadSetting("DEMONSTRATION", "shows every email to anyone: EMAIL_HOST must be empty.")
