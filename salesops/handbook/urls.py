"""Pages of the handbook."""

from django.urls import path

from salesops.handbook import views

app_name = "handbook"
urlpatterns = [
    path("", views.Handbook.as_view(), name="handbook"),
    path("readers/", views.Readers.as_view(), name="acknowledgement_list"),
    path("chapters/<slug:chapter>/acknowledge/", views.Acknowledge.as_view(), name="acknowledge"),
    path("values/<int:pk>/withdraw/", views.WithdrawValue.as_view(), name="value_withdraw"),
    path("<str:key>/", views.ClausePage.as_view(), name="clause"),
    path("<str:key>/not-kept/", views.Breaches.as_view(), name="breaches"),
    path("<str:key>/set/", views.SetValue.as_view(), name="value_set"),
]
