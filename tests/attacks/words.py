"""Which words of a query string a page looks at: what it does not read cannot change its answer."""

from __future__ import annotations

import sys
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict


def words_read(monkeypatch: Any) -> set[str]:
    """The words of the query string that pages look at, collected from now on."""
    read: set[str] = set()
    for method in ("__getitem__", "__contains__", "get", "getlist", "pop"):
        plain = getattr(QueryDict, method)

        def noted(self, key, *rest, plain=plain, asks=method == "__contains__"):
            # While it is filled, a query string asks itself which words it has; that is not the page.
            if not (asks and sys._getframe(1).f_globals["__name__"] == MultiValueDict.__module__):
                read.add(key)
            return plain(self, key, *rest)

        monkeypatch.setattr(QueryDict, method, noted)
    return read
