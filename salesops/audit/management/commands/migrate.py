"""Django's migrate, then the row history of every table and the rights of the application's role."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections

from salesops.audit import grants, tracking


class Command(MigrateCommand):
    """Migrates the schema, installs missing row-history triggers, grants the application's role."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["app_label"] or options["plan"] or options["check_unapplied"]:
            return
        if "audit_rowchange" not in connections[options["database"]].introspection.table_names():
            return
        tracking.install()
        if settings.DATABASE_APP_ROLE:
            grants.grant_application_role(settings.DATABASE_APP_ROLE)
