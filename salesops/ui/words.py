"""What columns write, as expressions of the database: for exports that need no row in Python."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Expression, F, Model, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, NullIf


def words_of(model: type[Model], path: str = "") -> Expression | None:
    """``str()`` of a record in SQL: the first of the model's ``text_paths`` that says something.

    ``text_otherwise`` is a pattern with ``%(pk)s`` for records of which none does; ``path`` leads to the record.
    """
    names = getattr(model, "text_paths", ())
    if not names:
        return None
    before = f"{path}__" if path else ""
    found: list[Any] = [NullIf(F(f"{before}{name}"), Value(""), output_field=TextField()) for name in names]
    pattern = str(getattr(model, "text_otherwise", ""))
    if pattern:
        head, _mark, tail = pattern.partition("%(pk)s")
        key = Cast(F(f"{before}pk"), TextField())
        named = Concat(Value(head), key, Value(tail), output_field=TextField())
        found.append(Case(When(**{f"{before}pk__isnull": False}, then=named), output_field=TextField()))
    return Coalesce(*found, Value(""), output_field=TextField())


def choice_words(path: str, choices: Any) -> Expression:
    """The word of a choice; what is no choice stays as it is."""
    named = [When(**{path: key}, then=Value(str(word))) for key, word in choices if key is not None]
    own = Cast(F(path), TextField())
    return Case(*named, default=own, output_field=TextField()) if named else own
