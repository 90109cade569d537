"""Urls of the reports: bridge, rates, calendar, forecast, statements."""

from django.urls import path

from receivables.views import account, bridge, coverage, forecast, rates, statements

urlpatterns = [
    path("bridge/", bridge.BridgePage.as_view(), name="bridge"),
    path("bridge/rows/", bridge.BridgeRows.as_view(), name="bridge_rows"),
    path("account/<int:pk>/", account.AccountPage.as_view(), name="account"),
    path("rates/", rates.RatesPage.as_view(), name="rates"),
    path("rates/rows/", rates.RatesRows.as_view(), name="rates_rows"),
    path("due/", forecast.DueCalendar.as_view(), name="due_calendar"),
    path("forecast/", forecast.ForecastPage.as_view(), name="forecast"),
    path("forecast/rows/", forecast.ForecastRows.as_view(), name="forecast_rows"),
    path("statements/", statements.StatementList.as_view(), name="statement_list"),
    path("statements/bulk/", statements.StatementBulk.as_view(), name="statement_bulk"),
    path("statements/customer/<int:pk>/", statements.StatementSend.as_view(), name="statement_send"),
    path("statements/<int:pk>/", statements.StatementDetail.as_view(), name="statement_detail"),
    path("statements/<int:pk>/again/", statements.StatementRemind.as_view(), name="statement_remind"),
    path("differences/", statements.DifferenceList.as_view(), name="statementdifference_list"),
    path("differences/<int:pk>/", statements.DifferenceDetail.as_view(), name="statementdifference_detail"),
    path("differences/<int:pk>/settle/", statements.DifferenceSettle.as_view(), name="difference_settle"),
    path("differences/<int:pk>/dispute/", statements.DifferenceDispute.as_view(), name="difference_dispute"),
    path("coverage/", coverage.CoveragePage.as_view(), name="coverage"),
    path("coverage/rows/", coverage.CoverageRows.as_view(), name="coverage_rows"),
]
