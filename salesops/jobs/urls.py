"""Pages of jobs and of the outbox."""

from django.urls import path

from salesops.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.JobList.as_view(), name="job_list"),
    path("runs/", views.JobRunList.as_view(), name="jobrun_list"),
    path("runs/<int:pk>/", views.JobRunPage.as_view(), name="jobrun_detail"),
    path("outbox/", views.OutboxList.as_view(), name="outboxmessage_list"),
    path("outbox/<int:pk>/again/", views.SendAgain.as_view(), name="outboxmessage_again"),
    path("<str:name>/preview/", views.JobPreview.as_view(), name="job_preview"),
    path("<str:name>/run/", views.JobStart.as_view(), name="job_start"),
]
