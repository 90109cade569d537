"""Urls of targets, figures and closed months."""

from django.urls import path

from performance.views import closes, days, progress, rows, targets

app_name = "performance"
urlpatterns = [
    path("rows/", rows.RowsView.as_view(), name="rows"),
    path("kpis/", rows.KpiCatalogue.as_view(), name="kpis"),
    path("team-day/", days.TeamDay.as_view(), name="team_day"),
    path("targets/", targets.TargetList.as_view(), name="target_list"),
    path("targets/year/", targets.TargetsOfYear.as_view(), name="target_year"),
    path("targets/new/", targets.TargetCreate.as_view(), name="target_create"),
    path("targets/progress/", progress.TargetProgress.as_view(), name="progress"),
    path("targets/<int:pk>/", targets.TargetDetail.as_view(), name="target_detail"),
    path("targets/<int:pk>/edit/", targets.TargetChangeView.as_view(), name="target_change"),
    path("targets/<int:pk>/breakdown/", targets.TargetBreakdown.as_view(), name="target_breakdown"),
    path("closes/", closes.MonthCloseList.as_view(), name="monthclose_list"),
    path("closes/new/", closes.MonthCloseCreate.as_view(), name="monthclose_create"),
    path("closes/<int:pk>/", closes.MonthCloseDetail.as_view(), name="monthclose_detail"),
    path("closes/<int:pk>/restate/", closes.MonthCloseRestate.as_view(), name="monthclose_restate"),
]
