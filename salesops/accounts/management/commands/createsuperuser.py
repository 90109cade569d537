"""``manage.py createsuperuser``: the first administrator of a new company, who may then let in the others."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands.createsuperuser import Command as OfDjango
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from salesops.accounts.models import User
from salesops.accounts.services.posts import grant_role
from salesops.core.choices import Role


class Command(OfDjango):
    help = "Creates a person who may sign in and is administrator from today."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            last = User.objects.aggregate(last=Max("pk"))["last"] or 0
            super().handle(*args, **options)
            now = timezone.now()
            for person in User.objects.filter(pk__gt=last, is_superuser=True):
                grant_role(
                    actor=None,
                    at=now,
                    person=person,
                    role=Role.ADMINISTRATOR,
                    from_date=timezone.localdate(now),
                )
