"""Urls of the reports: bridge, rates, calendar, forecast, statements."""

from django.urls import path

from receivables.views import bridge

urlpatterns = [
    path("bridge/", bridge.BridgePage.as_view(), name="bridge"),
    path("bridge/rows/", bridge.BridgeRows.as_view(), name="bridge_rows"),
]
