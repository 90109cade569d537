"""Urls of the dashboards, which have a door of their own (interfaces §4)."""

from django.urls import path

from performance.views import dashboards, deals

app_name = "dashboards"
urlpatterns = [
    path("team/", dashboards.TeamDashboard.as_view(), name="team"),
    path("finance/", dashboards.FinanceDashboard.as_view(), name="finance"),
    path("company/", dashboards.CompanyDashboard.as_view(), name="company"),
    path("deals/", deals.DealsDashboard.as_view(), name="deals"),
    path("deals/split/", deals.DealsSplit.as_view(), name="deals_split"),
]
