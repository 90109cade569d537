"""The access table: one row per url, with the answer for each persona.

Each app writes ``tests/access/rows_<app>.py`` (kernel rooms too: ``rows_accounts.py``) with a list ``ROWS``:

    ROWS = [
        Row("customers:customer_list", get={"*": OK}),
        Row(
            "customers:customer_edit",
            make=make_customer,                   # cast -> the object; it belongs to Alice (team A)
            get={"alice asha bob mona": OK, "gina aida dora sam": FORBIDDEN, "*": MISSING},
            post={"alice asha bob mona": OK, "gina aida dora sam": FORBIDDEN, "*": MISSING},
            canary="Canary Trading",              # text of the object that a 404 (or a list) must not show
        ),
        Row("customers:customer_find", get={"*": OK}, query="q=canary"),
    ]

- ``get`` and ``post`` map personas to a status. A key holds one or more names of the cast; ``"*"`` is
  everybody else of the cast who can sign in. ``post=None`` (the default) means: POST answers 405.
  ``get=None`` means that GET answers 405 (acts by POST only).
- ``OK`` means: let through the door (200, 201, 204, 301-303, 400, 409, 422; a form sent back with its errors
  is let through too). Any other number is exact.
- Strangers and leavers (Leo) are not written down: without ``public=True`` they are always sent to the
  sign-in page. With ``public=True`` they get ``anonymous`` (default OK).
- ``make(cast)`` gives the object whose ``pk`` fills the url, or a tuple ``(object, kwargs)`` when the url has
  other parts, or ``(None, kwargs)``. Every persona's request is undone afterwards; the object is made once.
- ``data(cast, obj)`` gives the fields of a POST; without it the form is posted empty.
- ``hides(cast)``: personas (names) for whom ``canary`` must not be in a 200 answer either, for lists.
- A url that no row names fails the test; so does a row whose url is gone. ``EXEMPT`` in a rows file maps url
  names to the reason why they need no row.

Then every registered policy is asked about every object made by these rows: ``obj in visible_to(user)``
equals ``can(user, "view", obj)`` for the whole cast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

OK = 200
FORBIDDEN = 403
MISSING = 404
NO_METHOD = 405
LET_THROUGH = {200, 201, 204, 301, 302, 303, 400, 409, 422}
PERSONAS = [
    "alice",
    "bob",
    "carol",
    "mona",
    "dora",
    "hugo",
    "otto",
    "lena",
    "gina",
    "aida",
    "root",
    "sam",
    "asha",
]  # Leo has left and cannot sign in
STRANGERS = ("anonymous", "leo")


@dataclass(frozen=True)
class Row:
    """One url with the answers that each persona gets; see the module's text."""

    url: str
    make: Callable[[SimpleNamespace], Any] | None = None
    get: dict[str, int] | None = None
    post: dict[str, int] | None = None
    canary: str = ""
    data: Callable[[SimpleNamespace, Any], dict[str, Any]] | None = None
    public: bool = False
    anonymous: int = OK
    query: str = ""
    hides: str = ""

    def expected(self, method: str, persona: str) -> int:
        table = self.get if method == "get" else self.post
        if table is None:
            return NO_METHOD
        for names, status in table.items():
            if persona in names.split():
                return status
        if "*" in table:
            return table["*"]
        raise AssertionError(f"{self.url} {method}: no answer for {persona}")

    def __str__(self) -> str:
        return self.url


def modules() -> Iterator[Any]:
    for path in sorted(Path(__file__).parent.glob("rows_*.py")):
        yield import_module(f"tests.access.{path.stem}")


def all_rows() -> list[Row]:
    return [row for module in modules() for row in module.ROWS]


def exemptions() -> dict[str, str]:
    return {name: reason for module in modules() for name, reason in getattr(module, "EXEMPT", {}).items()}
