"""Who may do what to which row (requirements §I): one Policy per model, row filter and yes/no in one place.

A person's rights come as ``Grant``s: a role, and for each of the matrix's scopes the teams it reaches. A
policy is written like a row of the matrix:

    class CustomerPolicy(Policy):
        matrix = "rep:own:edit lead:team:edit manager:department:edit gm:all:view"

``approve`` includes ``edit``, ``edit`` includes ``view``. A verb of its own (say ``confirm``) is mapped in
``verbs`` to one of the three levels, or answered by a method ``can_confirm(user, obj)``.

Documents keep the owner and team of their date. With ``customer_path`` they are also reached by whoever has
their customer now, so that a customer handed over takes its earlier orders, contracts and open items along.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, TextField, Value

from salesops.core.reading import is_reading, once

M = TypeVar("M", bound=Model)
NOTHING = Q(pk__in=[])


def among_few(path: str, keys: QuerySet, listed: str | None = None) -> Q:
    """Rows whose ``path`` is one of few keys (a person's customers): an array lets PostgreSQL use the index on it.

    ``listed``: the same keys, where they were asked for before. PostgreSQL looks a key up in a list that it is told,
    but compares one after the other with a list that it finds itself.
    """
    if listed is not None:
        return one_of(path, listed)
    return _any(path, ArraySubquery(keys), "(%(expressions)s))")


def one_of(path: str, keys: str) -> Q:
    """Is ``path`` one of these keys, an array as PostgreSQL writes it? Django takes milliseconds to write thousands."""
    if keys == "{}":
        return NOTHING
    return _any(path, Value(keys, output_field=TextField()), "%(expressions)s::bigint[])")


def _any(path: str, array: Any, template: str) -> Q:
    return Q(Func(F(path), array, arg_joiner=" = ANY(", template=template, output_field=BooleanField()))


class Level(IntEnum):
    """What a role may do with a record kind; each level includes the ones below."""

    VIEW = 1
    EDIT = 2
    APPROVE = 3


@dataclass(frozen=True)
class Grant:
    """One role of a person in force today, with the teams that each scope reaches.

    ``department`` is ``None`` where the role serves the whole company (finance, legal, audit …).
    """

    role: str
    teams: frozenset[int] = field(default_factory=frozenset)
    department: frozenset[int] | None = None


class Policy:
    """Row filter and yes/no for one model, read from one row of the permission matrix."""

    matrix: str = ""
    owner_path: str | None = "owner"
    team_path: str | None = "team"
    customer_path: str | None = None
    model: type[Model] | None = None
    verbs: Mapping[str, Level] = {}

    _levels = {
        "view": Level.VIEW,
        "list": Level.VIEW,
        "export": Level.VIEW,
        "add": Level.EDIT,
        "edit": Level.EDIT,
        "change": Level.EDIT,
        "delete": Level.EDIT,
        "comment": Level.VIEW,
        "approve": Level.APPROVE,
    }

    @functools.cached_property
    def rights(self) -> dict[str, tuple[str, Level]]:
        """The matrix row as ``{role: (scope, level)}``."""
        parsed = {}
        for cell in self.matrix.split():
            role, scope, level = cell.split(":")
            parsed[role] = (scope, Level[level.upper()])
        return parsed

    def level_of(self, verb: str) -> Level:
        """The matrix level that ``verb`` needs. Raises ``KeyError`` for a verb nobody declared."""
        return self.verbs[verb] if verb in self.verbs else self._levels[verb]

    def scope(self, user: Any, verb: str = "view") -> Q:
        """Rows that ``user`` may ``verb``, as a filter. Anonymous and inactive people get nothing."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return NOTHING
        need = self.level_of(verb)
        parts: list[Q] = []
        for grant in user.grants():
            right = self.rights.get(grant.role)
            if right is None or right[1] < need:
                continue
            part = self.scope_of(user, grant, right[0])
            if part is None:
                return Q()
            parts.append(part)
        return functools.reduce(operator.or_, parts, NOTHING) if parts else NOTHING

    def scope_about(self, user: Any, customers: Sequence[int], verb: str = "view") -> Q:
        """The same filter for rows that hang on these customers anyway.

        Nothing is left to ask where all of them are the reader's by one grant: ``Q()``.
        """
        by_customer = self.customer_path is not None and self.team_path is not None
        if (
            by_customer
            and self._plain
            and holds_all(user, self.rights, self.level_of(verb), customers, self._target())
        ):
            return Q()
        return self.scope_of_page(user, verb)

    def scope_of_page(self, user: Any, verb: str = "view") -> Q:
        """``scope``, put together once by a page that asks for it several times."""
        return once(("scope", self, getattr(user, "pk", None), verb), lambda: self.scope(user, verb))

    @property
    def _plain(self) -> bool:
        own = type(self)
        return own.scope is Policy.scope and own.scope_of is Policy.scope_of and own.own is Policy.own

    @property
    def by_rights(self) -> bool:
        """Does the filter follow from a person's key and grants alone, whatever is in the database?"""
        return self._plain and self.customer_path is None

    def is_own(self, user: Any) -> bool:
        """Does a person's role reach the own rows alone, no team's?"""
        return all(self.rights[g.role][0] == "own" for g in user.grants() if g.role in self.rights)

    def written_by_rights(self, user: Any) -> bool:
        """Does the text of the filter follow from this person's key, grants, the day and the rules alone?

        Of who has own customers it may name them one by one.
        """
        if self.by_rights:
            return True
        reach = {self.rights[grant.role][0] for grant in user.grants() if grant.role in self.rights}
        return self._plain and self.team_path is not None and "own" not in reach

    def scope_of(self, user: Any, grant: Grant, scope: str) -> Q | None:
        """The filter of one grant; ``None`` means every row."""
        if scope == "all" or (scope == "department" and grant.department is None):
            return None
        if scope == "own" or self.team_path is None:
            return self.own(user)
        teams = sorted(grant.teams if scope == "team" else grant.department or frozenset())
        rows = Q(**{self.owner_path: user}) if self.owner_path else NOTHING
        rows |= Q(**{f"{self.team_path}__in": teams})
        if self.customer_path is None:
            return rows
        customers = self._customers().filter(self._held(user, teams))
        return rows | Q(**{f"{self.customer_path}__in": customers})

    def own(self, user: Any) -> Q:
        """What is ``user``'s own: documents written as owner, and those of customers the person has now."""
        rows = Q(**{self.owner_path: user}) if self.owner_path else NOTHING
        if self.customer_path is None:
            return rows
        listed = getattr(_policies.get(self._target()), "held_keys", None)
        known = listed(user) if listed else None
        if known is not None:
            return rows | one_of(self.customer_path, known)
        return rows | among_few(self.customer_path, self._customers().filter(self._held(user)))

    def _customers(self) -> QuerySet:
        """Keys of the model that ``customer_path`` leads to; it has an owner and a team of today."""
        return self._target()._base_manager.order_by().values("pk")

    def _target(self) -> Any:
        target: Any = self.model
        for step in (self.customer_path or "").split("__"):
            target = target._meta.get_field(step).related_model
        return target

    def _held(self, user: Any, teams: list[int] | None = None) -> Q:
        """Which customers a person or these teams have; the customer's own policy knows of shared ones."""
        policy = _policies.get(self._target())
        if policy is not None and (held := getattr(policy, "held_by", None)):
            return held(user, teams or ())
        return Q(owner=user) | Q(team__in=teams) if teams is not None else Q(owner=user)

    def can(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        """May ``user`` do ``verb`` (to this row)? Without a row: to any row at all."""
        own_rule = getattr(self, f"can_{verb}", None)
        if own_rule is not None:
            return bool(own_rule(user, obj))
        return self.allows(user, verb, obj)

    def why_not(self, user: Any, verb: str, obj: Model | None = None) -> tuple[Any, Any] | None:
        """Sentence and way out where a row itself, not the role, forbids the verb; ``None``: the usual words."""
        return None

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        """The matrix's answer alone, for use inside ``can_<verb>`` methods."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return False
        need = self.level_of(verb)
        if obj is None or obj.pk is None:
            return any(
                grant.role in self.rights and self.rights[grant.role][1] >= need for grant in user.grants()
            )

        if is_reading() and self._plain and self._is_of(user, need, obj):
            return True

        def ask() -> bool:
            rows = self.scope(user, verb)
            return rows == Q() or type(obj)._default_manager.filter(rows, pk=obj.pk).exists()

        # A page asks for a dozen verbs of its record: of one level the rows are the same.
        same = need if type(self).scope is Policy.scope else verb
        return once(("allows", self, type(obj), obj.pk, user.pk, same), ask)

    def _is_of(self, user: Any, need: Level, obj: Any) -> bool:
        """Do owner and team on the row itself already answer? A page that was read need not ask for them again."""
        if (self.owner_path, self.team_path) != ("owner", "team"):
            return False
        return any(
            self._reaches(user, grant, self.rights[grant.role][0], obj)
            for grant in user.grants()
            if grant.role in self.rights and self.rights[grant.role][1] >= need
        )

    @staticmethod
    def _reaches(user: Any, grant: Grant, scope: str, row: Any) -> bool:
        """Does a grant reach a row by the owner and team that stand on it?"""
        if scope == "all" or (scope == "department" and grant.department is None) or row.owner_id == user.pk:
            return True
        teams = grant.teams if scope == "team" else grant.department if scope == "department" else ()
        return row.team_id in (teams or ())


def holds_all(
    user: Any, rights: Mapping[str, tuple[str, Level]], need: Level, customers: Sequence[int], target: Any
) -> bool:
    """Does one grant with this level reach all these customers by who has them now? ``False`` may also mean unknown."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    holds = getattr(_policies.get(target), "holds", None)
    for grant in user.grants():
        right = rights.get(grant.role)
        if right is None or right[1] < need:
            continue
        if right[0] == "all" or (right[0] == "department" and grant.department is None):
            return True
        teams = grant.teams if right[0] == "team" else grant.department if right[0] == "department" else ()
        if holds is not None and holds(user, teams or (), customers):
            return True
    return False


_policies: dict[type[Model], Policy] = {}


def register(model: type[M], policy: Policy) -> None:
    """Bind a policy to a model; called once per model from the app's ``ready()``."""
    policy.model = policy.model or model
    _policies[model] = policy


def policy_of(model: type[Model] | Model) -> Policy:
    """The policy of a model. Raises ``LookupError``: a model without a policy is shown to nobody."""
    cls = model if isinstance(model, type) else type(model)
    try:
        return _policies[cls]
    except KeyError:
        raise LookupError(f"{cls.__name__} has no policy") from None


def registered() -> Mapping[type[Model], Policy]:
    return _policies


def can(user: Any, verb: str, obj: Model | type[Model]) -> bool:
    """Shorthand: ``can(user, "edit", order)`` or ``can(user, "add", Order)``."""
    if isinstance(obj, type):
        return policy_of(obj).can(user, verb)
    return policy_of(obj).can(user, verb, obj)


class ScopedQuerySet(QuerySet[M]):
    """A queryset that knows the policy of its model."""

    def visible_to(self, user: Any, verb: str = "view") -> ScopedQuerySet[M]:
        """Only the rows that ``user`` may ``verb``; every list, export, choice and count starts here."""
        return self.filter(policy_of(self.model).scope_of_page(user, verb))

    def visible_about(
        self, user: Any, customers: Sequence[int], *, path: str = "customer", verb: str = "view"
    ) -> ScopedQuerySet[M]:
        """The rows of these customers that the user may ``verb``; ``path`` leads to the customer."""
        rows = self.filter(**{f"{path}__in": customers})
        scope = policy_of(self.model).scope_about(user, customers, verb)
        return rows if scope == Q() else rows.filter(scope)
