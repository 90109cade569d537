"""The frame's own pages."""

from django.urls import path

from salesops.ui.views import choices, home, saved

app_name = "ui"
urlpatterns = [
    path("", home.Workbench.as_view(), name="workbench"),
    path("menu/", home.AllPages.as_view(), name="menu"),
    path("ui/choices/<str:label>/", choices.Choices.as_view(), name="choices"),
    path("ui/views/new/", saved.SavedViewCreate.as_view(), name="savedview_create"),
    path("ui/views/<int:pk>/delete/", saved.SavedViewDelete.as_view(), name="savedview_delete"),
    path("ui/preferences/", home.Preferences.as_view(), name="preferences"),
]
