"""The door: every app's pages below its own prefix."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from salesops.health import healthz, readyz

# Rooms and apps with pages, in the order in which their urls are tried.
ROOMS = [
    "ui",
    "accounts",
    "audit",
    "handbook",
    "calendar",
    "catalog",
    "jobs",
    "notifications",
    "security",
    "documents",
    "work",
    "approvals",
    "search",
    "exchange",
]
APPS = ["customers", "contracts", "orders", "receivables", "performance"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
urlpatterns += [
    path("" if room == "ui" else f"{room}/", include(f"salesops.{room}.urls"))
    for room in ROOMS
    if find_spec(f"salesops.{room}.urls")
]
urlpatterns += [path(f"{app}/", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")]
if find_spec("performance.dashboard_urls"):
    urlpatterns.append(path("dashboards/", include("performance.dashboard_urls")))

handler400 = "salesops.ui.views.errors.bad_request"
handler403 = "salesops.ui.views.errors.forbidden"
handler404 = "salesops.ui.views.errors.not_found"
handler500 = "salesops.ui.views.errors.server_error"
