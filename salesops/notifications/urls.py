"""The notification centre."""

from django.urls import path

from salesops.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.NotificationList.as_view(), name="notification_list"),
    path("read-all/", views.MarkAllRead.as_view(), name="notification_read_all"),
    path("<int:pk>/open/", views.NotificationOpen.as_view(), name="notification_open"),
]
