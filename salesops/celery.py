"""The Celery application and the beat schedule (static, so that it can be reviewed)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
app = Celery("salesops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# What is due is asked of the database, so a beat that was away loses nothing; a beat's message that waited
# too long is dropped, because the next one asks again.
app.conf.beat_schedule = {
    "beat-heartbeat": {"task": "jobs.beat_heartbeat", "schedule": 60.0, "options": {"expires": 55}},
    "sweep-outbox": {"task": "jobs.sweep_outbox", "schedule": 60.0, "options": {"expires": 55}},
    "search-index": {"task": "search.index", "schedule": 10.0, "options": {"expires": 9}},
    "run-due-jobs": {"task": "jobs.run_due_jobs", "schedule": 600.0, "options": {"expires": 590}},
}
