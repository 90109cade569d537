"""The core holds no tables; it is an app only for its checks and translations."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "salesops.core"
    label = "core"
