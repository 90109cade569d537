"""Notices, preferences, group robots, links for outsiders."""

from django.urls import path

from salesops.notifications.views import notices, outsiders, preferences, robots

app_name = "notifications"
urlpatterns = [
    path("", notices.NotificationList.as_view(), name="notification_list"),
    path("read-all/", notices.MarkAllRead.as_view(), name="notification_read_all"),
    path("<int:pk>/open/", notices.NotificationOpen.as_view(), name="notification_open"),
    path("preferences/", preferences.Preferences.as_view(), name="preferences"),
    path("robots/", robots.RobotList.as_view(), name="grouprobot_list"),
    path("robots/new/", robots.RobotCreate.as_view(), name="grouprobot_create"),
    path("robots/<int:pk>/", robots.RobotPage.as_view(), name="grouprobot_detail"),
    path("robots/<int:pk>/edit/", robots.RobotEdit.as_view(), name="grouprobot_edit"),
    path("robots/<int:pk>/test/", robots.RobotTest.as_view(), name="grouprobot_test"),
    path("links/", robots.LinkList.as_view(), name="onetimelink_list"),
    path("links/<int:pk>/withdraw/", robots.LinkWithdraw.as_view(), name="onetimelink_withdraw"),
    path("once/<str:token>/", outsiders.OneTimeLinkPage.as_view(), name="one_time_link"),
]
