"""Gives the tests a PostgreSQL of their own, before Django reads its settings."""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
os.environ.setdefault("SALESOPS_HOME", str(ROOT / ".salesops-test"))
os.environ["SALESOPS_DB_ROLE"] = "owner"
os.environ.setdefault("PRODUCTION", "0")
os.environ.setdefault("EMAIL_URL", "memorymail://")
_cluster = None


def pytest_configure(config):
    """Use the cluster of the tests; the last of several test processes stops it."""
    global _cluster
    if os.environ.get("DATABASE_URL"):
        return
    from salesops.embedded.cluster import Cluster

    _cluster = Cluster(Path(os.environ["SALESOPS_HOME"]), durable=False)
    _cluster.acquire()


def pytest_unconfigure(config):
    if _cluster is not None:
        _cluster.release()


def pytest_report_header(config):
    return f"database: {'DATABASE_URL' if os.environ.get('DATABASE_URL') else 'embedded'}; files: {tempfile.gettempdir()}"
