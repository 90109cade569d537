"""All migrations on an empty database, without drawing a hundred historical models anew for each of them.

Django draws a changed model again with everything that is related to it, in the end the whole company: nine
tenths of a first start. PostgreSQL needs only the model that changed. What needs its neighbours (Python code in a
migration, renamed names, another key) gets all models drawn anew: Django's own ``clear_delayed_apps_cache``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.operations import AlterField, RenameField, RenameModel
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState


def is_empty(connection: Any) -> bool:
    """True where no migration was ever applied."""
    return not MigrationRecorder(connection).applied_migrations()


@contextmanager
def light_states() -> Iterator[None]:
    """While these run: a change is noted on its own model."""
    state: Any = ProjectState
    changed: list[tuple[Any, str, Callable[..., Any]]] = [
        (state, "_append_option", _noted(state._append_option)),
        (state, "_remove_option", _noted(state._remove_option)),
        (state, "_find_reload_model", _itself),
        *((kind, "database_forwards", _complete(kind)) for kind in (AlterField, RenameField, RenameModel)),
    ]
    plain = [(owner, name, owner.__dict__[name]) for owner, name, _new in changed]
    for owner, name, new in changed:
        setattr(owner, name, new)
    try:
        yield
    finally:
        for owner, name, old in plain:
            setattr(owner, name, old)


def _itself(self: Any, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """The model and those that inherit from it; its neighbours are drawn anew when somebody asks for them."""
    self.is_delayed = True
    name = f"{app_label}.{model_name}"
    heirs = {
        key
        for key, state in self.models.items()
        if any(isinstance(base, str) and base.lower() == name for base in state.bases)
    }
    return {(app_label, model_name), *heirs}


def _noted(change: Callable[..., None]) -> Callable[..., None]:
    """An index or a constraint more or less is a word on its model: nothing is drawn."""

    def note(self: Any, app_label: str, model_name: str, option: str, *rest: Any) -> None:
        apps = self.__dict__.pop("apps", None)  # without drawn models there is nothing to draw anew
        change(self, app_label, model_name, option, *rest)
        if apps is not None:
            self.__dict__["apps"] = apps
            meta = apps.get_model(app_label, model_name)._meta
            setattr(meta, option, self.models[app_label, model_name].options[option])

    return note


def _complete(kind: Any) -> Callable[..., None]:
    """Names and keys are known to the tables that refer to them: these are looked at with all neighbours."""
    plain = kind.database_forwards

    def forwards(self: Any, app_label: str, editor: Any, from_state: Any, to_state: Any) -> None:
        field = getattr(self, "field", None)
        if field is None or field.unique:
            from_state.clear_delayed_apps_cache()
            to_state.clear_delayed_apps_cache()
        plain(self, app_label, editor, from_state, to_state)

    return forwards
