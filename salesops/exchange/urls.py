"""Urls of imports."""

from django.urls import path

from salesops.exchange import views

app_name = "exchange"
urlpatterns = [
    path("imports/", views.ImportList.as_view(), name="importbatch_list"),
    path("imports/new/", views.ImportNew.as_view(), name="importbatch_create"),
    path("imports/templates/<slug:kind>/", views.ImportTemplate.as_view(), name="template"),
    path("imports/<int:pk>/", views.ImportPage.as_view(), name="importbatch_detail"),
    path("imports/<int:pk>/run/", views.ImportRun.as_view(), name="importbatch_run"),
    path("imports/<int:pk>/undo/", views.ImportUndo.as_view(), name="importbatch_undo"),
    path("imports/<int:pk>/errors/", views.ImportErrors.as_view(), name="importbatch_errors"),
    path("imports/<int:pk>/mapping/", views.ImportMapping.as_view(), name="importbatch_mapping"),
]
