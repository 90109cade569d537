"""The core holds no tables; it is an app only for its checks and translations."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "salesops.core"
    label = "core"

    def ready(self) -> None:
        from salesops.core.schema import after_migrate
        from salesops.core.statistics import look_again

        after_migrate.register("core.statistics", look_again)
