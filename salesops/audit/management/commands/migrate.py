"""Django's migrate, then row history and whatever else all tables have, and the application's rights."""

from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections

from salesops.audit import grants, tracking
from salesops.core.first_tables import is_empty, light_states
from salesops.core.schema import after_migrate


class Command(MigrateCommand):
    """Migrates the schema, installs missing row-history triggers, grants the application's role."""

    def handle(self, *args: Any, **options: Any) -> None:
        with light_states() if is_empty(connections[options["database"]]) else nullcontext():
            super().handle(*args, **options)
        if options["app_label"] or options["plan"] or options["check_unapplied"]:
            return
        if "audit_rowchange" not in connections[options["database"]].introspection.table_names():
            return
        tracking.install()
        for install in after_migrate:
            install()
        if settings.DATABASE_APP_ROLE:
            grants.grant_application_role(settings.DATABASE_APP_ROLE)
