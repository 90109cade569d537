"""By what a report is cut: the key of a row in SQL, its words, and the rows behind a key.

One definition for ageing and bridge. A key is a number (customer, owner, team, group) or a word (region, currency,
kind); 0 and the empty word are the rows that have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.models import Customer
from receivables.choices import GroupBy
from salesops.core.errors import InvalidInput
from salesops.core.keys import is_key

_CUSTOMERS = "SELECT id, code, coalesce(nullif(short_name, ''), name) AS label FROM customers_customer"
# The parent of a parent counts for all below it; a file without one is a group by itself.
_TOP = """LEFT JOIN (
        WITH RECURSIVE up AS (
            SELECT id, id AS top FROM customers_customer WHERE parent_id IS NULL
            UNION ALL
            SELECT c.id, u.top FROM customers_customer c JOIN up u ON u.id = c.parent_id
        ) SELECT id, top FROM up WHERE id <> top
    ) top_{0} ON top_{0}.id = {0}.customer_id"""
_FILE = "JOIN customers_customer file_{0} ON file_{0}.id = {0}.customer_id"


@dataclass(frozen=True)
class Cut:
    """``key`` and ``join`` of a document with the alias ``{0}``; ``directory`` names the keys."""

    key: str
    directory: str
    join: str = ""
    words: bool = False  # keys are words, not numbers


CUTS = {
    GroupBy.CUSTOMER: Cut("{0}.customer_id", _CUSTOMERS),
    GroupBy.GROUP: Cut("coalesce(top_{0}.top, {0}.customer_id)", _CUSTOMERS, _TOP),
    GroupBy.OWNER: Cut(
        "coalesce({0}.owner_id, 0)", "SELECT id, username AS code, name AS label FROM accounts_user"
    ),
    GroupBy.TEAM: Cut("coalesce({0}.team_id, 0)", "SELECT id, code, name AS label FROM accounts_team"),
    GroupBy.REGION: Cut(
        "file_{0}.region",
        "SELECT DISTINCT region AS id, ''::text AS code, region AS label FROM customers_customer",
        _FILE,
        words=True,
    ),
    GroupBy.GRADE: Cut(  # as it is today: A to D, empty for customers that were never scored
        "file_{0}.grade",
        "SELECT unnest(ARRAY['A', 'B', 'C', 'D']) AS id, ''::text AS code, unnest(ARRAY['A', 'B', 'C', 'D']) AS label",
        _FILE,
        words=True,
    ),
    GroupBy.CURRENCY: Cut(
        "{0}.currency_id", "SELECT code AS id, code, name AS label FROM catalog_currency", words=True
    ),
    GroupBy.NONE: Cut("0", "SELECT 0::bigint AS id, 'all'::text AS code, 'all'::text AS label"),
}
LONGEST = 100


def places(by: str) -> dict[str, str]:
    """The places of a cut in the report's SQL: for items (``i``) and for money (``m``)."""
    cut = CUTS[GroupBy(by)]
    return {
        "item_key": cut.key.format("i"),
        "money_key": cut.key.format("m"),
        "item_join": cut.join.format("i"),
        "money_join": cut.join.format("m"),
        "directory": cut.directory,
        "count": "count(*)::text" if cut.words else "count(*)",
    }


def read_key(by: str, text: str | None) -> Any:
    """The key that an address names, ``None`` where it names none. Raises ``InvalidInput``."""
    if text is None or GroupBy(by) == GroupBy.NONE:
        return None
    if CUTS[GroupBy(by)].words:
        if len(text) <= LONGEST and "\x00" not in text:
            return text
    elif is_key(text):
        return int(text)
    elif not text:
        return None
    raise InvalidInput(_("There is no such row in the report."))


def of_key(by: str, key: Any) -> Q:
    """The documents behind a key, as a condition on their model."""
    if key is None or by == GroupBy.NONE:
        return Q()
    if by == GroupBy.GROUP:
        return Q(customer__in=group_of(key))
    if by == GroupBy.REGION:
        return Q(customer__region=key)
    if by == GroupBy.GRADE:
        return Q(customer__grade=key)
    if by == GroupBy.CURRENCY:
        return Q(currency_id=key)
    return Q(**({f"{by}__isnull": True} if key == 0 else {f"{by}_id": key}))


def group_of(top: int) -> list[int]:
    """A customer with all that stand below it, level by level; as many queries as there are levels."""
    found, level = [top], [top]
    while level:
        below = Customer.objects.filter(parent__in=level).exclude(pk__in=found)
        level = list(below.order_by("pk").values_list("pk", flat=True))
        found += level
    return found


def row_label(by: str, label: str, *, whole: bool = False) -> str:
    """What stands before a row; rows without a key have a word, too."""
    if by == GroupBy.NONE:
        return _("All")
    if whole:
        return _("Total")
    empty = {GroupBy.REGION: _("No region"), GroupBy.GRADE: _("Without a grade")}
    return label or empty.get(GroupBy(by), _("Nobody"))
