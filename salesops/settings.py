"""The one settings file and the only reader of the environment. Every variable is listed in README.md."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from salesops.embedded.cluster import APP, OWNER, Cluster
from salesops.embedded.secret import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

SALESOPS_HOME = Path(env.str("SALESOPS_HOME", str(BASE_DIR / ".salesops"))).absolute()
DEBUG = env.bool("DEBUG", False)
# One process on the embedded database, for a first look: worker and beat beside the web server.
DATABASE_URL = env.str("DATABASE_URL", "")
REDIS_URL = env.str("REDIS_URL", "")
EMBEDDED = not DATABASE_URL
# `make run` is not production, whatever database it uses: plain http on this machine, the demo allowed.
PRODUCTION = env.bool("PRODUCTION", not EMBEDDED and not DEBUG)
# Behind TLS: cookies are secure, HSTS is sent, http is redirected.
SECURE = env.bool("SECURE", PRODUCTION)
SECRET_KEY = env.str("SECRET_KEY", "") or secret_key(SALESOPS_HOME)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Encrypts what the application must read again; the first seals, all open. Empty: SECRET_KEY does.
SEALING_KEYS = env.list("SEALING_KEYS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.admin",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "template_partials",
    "salesops.core",
    "salesops.embedded",
    "salesops.ui",
    "salesops.audit",
    "salesops.accounts",
    "django.contrib.auth",  # after accounts, whose createsuperuser makes an administrator
    "salesops.handbook",
    "salesops.numbering",
    "salesops.calendar",
    "salesops.catalog",
    "salesops.jobs",
    "salesops.notifications",
    "salesops.security",
    "salesops.documents",
    "salesops.work",
    "salesops.approvals",
    "salesops.search",
    "salesops.exchange",
    "customers",
    "contracts",
    "orders",
    "receivables",
    "performance",
]

# Whose tables have a row history, policies and tests; everything else is somebody else's package.
OWN_PACKAGES = {"salesops", "customers", "contracts", "orders", "receivables", "performance"}

MIDDLEWARE = [
    "salesops.ui.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "salesops.ui.middleware.CleanInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "salesops.ui.middleware.PersonMiddleware",
    "salesops.accounts.middleware.PasswordDueMiddleware",
    "salesops.security.middleware.SessionGuard",
    "axes.middleware.AxesMiddleware",
    "salesops.audit.middleware.RequestContextMiddleware",
    "salesops.handbook.kept.RulesMiddleware",
    "salesops.core.reading.ReadingMiddleware",
]

ROOT_URLCONF = "salesops.urls"
WSGI_APPLICATION = "salesops.wsgi.application"
ASGI_APPLICATION = "salesops.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "salesops.ui.context.frame",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "django_tables2/bootstrap5.html"

# --- database: the owner migrates, the application role runs (quality P6) ------------------------------
_role = env.str("SALESOPS_DB_ROLE", "app")
if EMBEDDED:
    DATABASES = {"default": Cluster(SALESOPS_HOME).settings(OWNER if _role == "owner" else APP)}
else:
    _url = env.str("DATABASE_OWNER_URL", DATABASE_URL) if _role == "owner" else DATABASE_URL
    DATABASES = {"default": environ.Env.db_url_config(_url)}
_options = DATABASES["default"].get("OPTIONS")
DATABASES["default"].update(
    {
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **(_options if isinstance(_options, dict) else {}),
            "application_name": "salesops",
            "connect_timeout": 5,
            "keepalives_idle": 30,
            "tcp_user_timeout": 30000,
            "options": (
                # Reports sum a million rows in memory and finish before a compiler would pay.
                f"-c jit=off -c work_mem={env.str('DB_WORK_MEM', '32MB')} "
                f"-c lock_timeout={env.int('DB_LOCK_TIMEOUT_MS', 5000)} "
                f"-c statement_timeout={env.int('DB_STATEMENT_TIMEOUT_MS', 60000)} "
                f"-c idle_in_transaction_session_timeout={env.int('DB_IDLE_TIMEOUT_MS', 60000)}"
            ),
        },
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The role that the application runs as; `migrate` grants it what it may do and no more.
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", APP if EMBEDDED else "")

# --- sign-in ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "salesops.accounts.signin.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
# The cookie outlives every limit of the handbook; the limits themselves end the session.
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", 7 * 24 * 3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURE_LIMIT", 8)
# So many failures from one address in 15 minutes, under whatever names, and it waits.
SIGN_IN_ADDRESS_LIMIT = env.int("SIGN_IN_ADDRESS_LIMIT", 40)
PASSWORD_RESET_TIMEOUT = 24 * 3600 - 1
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "salesops.accounts.signin.locked_out"
# How many proxies in front set X-Forwarded-For; 0 means the header is not believed.
AXES_IPWARE_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)

# --- headers ----------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.int("TRUSTED_PROXIES", 0) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "salesops.ui.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- languages and time -----------------------------------------------------------------------------
LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
LANGUAGES = [
    ("en", _("English")),
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
]
# Our words before those of the packages, whatever the order of the apps.
LOCALE_PATHS = sorted(BASE_DIR.glob("*/locale")) + sorted(BASE_DIR.glob("salesops/*/locale"))
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env.str("TIME_ZONE", "Asia/Shanghai")
FORMAT_MODULE_PATH = "salesops.ui.formats"
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True
BASE_CURRENCY = env.str("BASE_CURRENCY", "CNY")

# --- files ------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
MEDIA_ROOT = SALESOPS_HOME / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "salesops.ui.storage.StaticStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# More than this in one request is thrown away while it arrives; what a file may have is a rule of the handbook.
UPLOAD_LIMIT_MB = env.int("UPLOAD_LIMIT_MB", 250)
FILE_UPLOAD_HANDLERS = [
    "salesops.ui.uploads.WallHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# A program that is given the path of each upload: 0 clean, 1 refused, anything else: nothing is kept for now.
VIRUS_SCAN_COMMAND = env.list("VIRUS_SCAN_COMMAND", default=[])

# --- mail and queue ---------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
if EMBEDDED and not env.str("EMAIL_URL", ""):
    # A first look sends dozens of notices: each becomes a file, the terminal stays readable.
    EMAIL_BACKEND, EMAIL_FILE_PATH = (
        "django.core.mail.backends.filebased.EmailBackend",
        SALESOPS_HOME / "mail",
    )
EMAIL_TIMEOUT = 10
# Networks of our own that group robots may be reached in (and then also by plain http); none: only public hosts.
WEBHOOK_NETWORKS = env.list("WEBHOOK_NETWORKS", default=[])
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "SalesOps <salesops@localhost>")
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_timeout": 5, "socket_connect_timeout": 5, "visibility_timeout": 3600} if REDIS_URL else {}
)
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(SALESOPS_HOME / "celerybeat-schedule")

# --- the demo company -------------------------------------------------------------------------------
# Only in the demo does the sign-in page offer each persona by one click; the demo's own row says so too.
DEMO_ALLOWED = env.bool("DEMO_ALLOWED", not PRODUCTION)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "salesops.core.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
