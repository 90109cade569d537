"""Pages of searching."""

from django.urls import path

from salesops.search import views

app_name = "search"
urlpatterns = [
    path("", views.Search.as_view(), name="search"),
    path("box/", views.Box.as_view(), name="box"),
]
