"""Searching is for everybody signed in; what is found depends on the person."""

from tests.access.table import OK, Row

ROWS = [
    Row("search:search", get={"*": OK}, query="q=1"),
    Row("search:box", get={"*": OK}, query="q=canary"),
]
