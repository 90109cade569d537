"""Questions about few customers for one reader: rows of many kinds, found in one statement.

Whose customers they are is asked once. Of a kind that the reader sees with the customer, the statement then only
names the customers; it is the same for every customer of every reader with the same rights, and is written once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from customers.models import Customer
from salesops.core.policies import one_of, policy_of
from salesops.core.questions import Question, array_of
from salesops.core.reading import keeping
from salesops.handbook.kept import wording


class About:
    """Customers (``keys``, an array as PostgreSQL writes it) and who asks about them.

    ``whole``: kinds of which the reader sees every row of these customers.
    """

    def __init__(self, user: Any, keys: str, whole: frozenset[type[Model]], kind: int) -> None:
        self.user, self.keys, self.whole, self.kind = user, keys, whole, kind

    def seen(self, model: type[Model], path: str = "customer") -> Any:
        """The rows of a kind that the reader may see; ``path`` leads to the customer."""
        rows: Any = model._default_manager.filter(one_of(path, self.keys))
        return rows if model in self.whole else rows.visible_to(self.user)

    def hanging(self, rows: QuerySet) -> Any:
        """Of these rows (tasks, comments) those that hang on the files."""
        return rows.filter(one_of("subject_id", self.keys), subject_type=self.kind)


class Reader:
    """A person with the rights of this moment; equal to the same person with the same rights."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.key = (user.pk, user.is_active, tuple(user.grants()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reader) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


Build = Callable[..., QuerySet]
Shape = tuple[Reader, frozenset[type[Model]], int, date, str]


class QuestionAbout:
    """``build(about, *more)``; written once for each reader with the same rights, day and rules."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.question = Question(self._of_shape)

    def _of_shape(self, shape: Shape, more: tuple[Any, ...], *, keys: str) -> QuerySet:
        reader, whole, kind, _day, _rules = shape
        return self.build(About(reader.user, keys, whole, kind), *more)


def asked_about(
    user: Any, customers: Sequence[int], models: Iterable[type[Model]], question: QuestionAbout, *more: Any
) -> list[Any]:
    """The rows of a question about these customers.

    ``models``: the kinds that it asks for. Where the reader's part of one of them follows from more than the rights
    (customers shared, papers of customers handed over), the statement is written for this asking alone.
    """
    policies = {model: policy_of(model) for model in models}
    with keeping():
        whole = frozenset(
            model for model, policy in policies.items() if policy.scope_about(user, customers) == Q()
        )
    lasting = all(model in whole or policy.by_rights for model, policy in policies.items())
    kind = ContentType.objects.get_for_model(Customer).pk
    keys = array_of(customers)
    rules = wording() if lasting else None
    if rules is None:
        return list(question.build(About(user, keys, whole, kind), *more))
    return question.question((Reader(user), whole, kind, timezone.localdate(), rules), more, keys=keys)
