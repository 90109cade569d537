"""Pages of the calendar."""

from django.urls import path

from salesops.calendar import views

app_name = "calendar"
urlpatterns = [
    path("", views.MonthView.as_view(), name="calendar_month"),
    path("days/", views.DayList.as_view(), name="calendarday_list"),
    path("days/new/", views.SetDay.as_view(), name="calendarday_create"),
    path("days/<int:pk>/", views.DayPage.as_view(), name="calendarday_detail"),
    path("days/<int:pk>/remove/", views.RemoveDay.as_view(), name="calendarday_remove"),
    path("years/<slug:region>/<int:year>/fill/", views.FillYear.as_view(), name="calendar_fill"),
    path("hours/", views.RegimeList.as_view(), name="workregime_list"),
    path("hours/new/", views.RegimeCreate.as_view(), name="workregime_create"),
    path("hours/<int:pk>/", views.RegimePage.as_view(), name="workregime_detail"),
    path("hours/<int:pk>/edit/", views.RegimeEdit.as_view(), name="workregime_edit"),
]
