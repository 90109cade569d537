"""Pages of the handbook."""

from django.urls import path

from salesops.handbook import views

app_name = "handbook"
urlpatterns = [
    path("", views.Handbook.as_view(), name="handbook"),
    path("values/<int:pk>/withdraw/", views.WithdrawValue.as_view(), name="value_withdraw"),
    path("<str:key>/", views.ClausePage.as_view(), name="clause"),
    path("<str:key>/set/", views.SetValue.as_view(), name="value_set"),
]
