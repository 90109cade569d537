"""Urls of the audit."""

from django.urls import path

from salesops.audit import views

app_name = "audit"
RECORD = "<str:app_label>/<str:model_name>/<int:pk>/"
urlpatterns = [
    path("acts/", views.EventList.as_view(), name="auditevent_list"),
    path("acts/<int:pk>/", views.EventPage.as_view(), name="auditevent_detail"),
    path("accesses/", views.AccessList.as_view(), name="accesslog_list"),
    path("rows/", views.RowChangeList.as_view(), name="rowchange_list"),
    path(f"rows/{RECORD}", views.RowHistory.as_view(), name="row_history"),
    path(f"timeline/{RECORD}", views.TimelinePart.as_view(), name="timeline"),
    path(f"unmask/{RECORD}<str:field>/", views.Unmask.as_view(), name="unmask"),
    path("integrity/", views.Integrity.as_view(), name="integrity"),
]
