"""The department is made once for the whole table."""

from tests.access.department import cast, department, keys  # noqa: F401
