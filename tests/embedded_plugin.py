"""Gives the tests a PostgreSQL of their own, before Django reads its settings."""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
os.environ.setdefault("SALESOPS_HOME", str(ROOT / ".salesops-test"))
os.environ["SALESOPS_DB_ROLE"] = "owner"
os.environ.setdefault("EMAIL_URL", "memorymail://")
_started = None


def pytest_configure(config):
    """Start the cluster once per machine; xdist's workers adopt the one that their controller started."""
    global _started
    if os.environ.get("DATABASE_URL"):
        return
    from salesops.embedded.cluster import Cluster

    cluster = Cluster(Path(os.environ["SALESOPS_HOME"]), durable=False)
    if cluster.start() and not hasattr(config, "workerinput"):
        _started = cluster


def pytest_unconfigure(config):
    if _started is not None:
        _started.stop()


def pytest_report_header(config):
    return f"database: {'DATABASE_URL' if os.environ.get('DATABASE_URL') else 'embedded'}; files: {tempfile.gettempdir()}"
