"""The frame's own pages."""

from django.urls import path

from salesops.ui.views import home, search

app_name = "ui"
urlpatterns = [
    path("", home.Workbench.as_view(), name="workbench"),
    path("search/", search.Search.as_view(), name="search"),
    path("ui/preferences/", home.Preferences.as_view(), name="preferences"),
]
