"""From outside the product: settings of a real server, doors of the machine, what was taken from others (H2, H3, S3, U1, U5)."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json, django; from django.conf import settings as s; django.setup()
from django.core.management import call_command
call_command("check", "--deploy", "--fail-level", "WARNING")
print(json.dumps({n: getattr(s, n) for n in dir(s) if n.isupper() and isinstance(getattr(s, n), (str, int, bool))}, default=str))
"""


@pytest.fixture(scope="module")
def production():
    """The settings as a server of its own has them; ``check --deploy`` finds nothing."""
    env = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "salesops.settings",
        "DATABASE_URL": "postgres://app:x@db.internal/salesops",
        "SECRET_KEY": "k9-" + "Zx7q_" * 12,
        "ALLOWED_HOSTS": "sales.example.com",
        "BASE_URL": "https://sales.example.com",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_a_server_of_its_own_is_closed(production):
    """S1, H2, A9, U5: cookies bound to the host, https only for a year, no debug, no demo, strict deploy check."""
    assert production["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert production["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
    for name in (
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_HTTPONLY",
    ):
        assert production[name] is True, name
    assert production["SECURE_HSTS_SECONDS"] >= 31536000
    assert not production["DEBUG"]
    assert not production["DEMO_ALLOWED"]


def test_hsts_is_sent_and_forged_hosts_are_not_believed(settings, db):
    """H2: Strict-Transport-Security on https; a forged Host is a 400, X-Forwarded-Host is not read."""
    settings.SECURE_HSTS_SECONDS, settings.ALLOWED_HOSTS = 31536000, ["testserver"]
    client = Client(raise_request_exception=False)
    page = client.get("/accounts/sign-in/", secure=True, headers={"X-Forwarded-Host": "evil.example"})
    assert page.status_code == 200
    assert "max-age=31536000" in page["Strict-Transport-Security"]
    assert b"evil.example" not in page.content
    assert client.get("/accounts/sign-in/", headers={"host": "evil.example"}).status_code == 400
    assert "Server" not in page.headers
    assert "X-Powered-By" not in page.headers


def test_the_doors_for_machines_say_no_more_than_they_must(client, db):
    """H3: neither versions nor addresses nor names of tables."""
    assert client.get("/healthz").content == b"ok"
    ready = client.get("/readyz").content.decode()
    assert not re.search(r"postgres|salesops_|/|\d+\.\d+\.\d+", ready), ready


def test_no_source_map_is_served(client, db):
    """H3: no map lies beside a script, whatever the script names at its end."""
    scripts = list((ROOT / "static").rglob("*.js"))
    assert scripts
    assert not list((ROOT / "static").rglob("*.map"))
    for path in scripts:
        assert client.get(f"/static/{path.relative_to(ROOT / 'static')}.map").status_code == 404


def test_a_session_ends_by_itself(client, cast):
    """S3: after the hours of the settings the key opens nothing, however busy it was."""
    client.force_login(cast.alice)
    assert client.get("/").status_code == 200
    with time_machine.travel(
        timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE + 60), tick=False
    ):
        assert client.get("/").status_code == 302


def test_every_package_is_pinned_with_its_hashes():
    """U1: one version each, at least one sha256, nothing from an address."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "requirements.txt").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert len(lines) > 40
    for line in lines:
        assert re.match(r"[A-Za-z0-9_.\[\]-]+==[^ ;]+( ;[^-]*)? +--hash=sha256:[0-9a-f]{64}", line), line[
            :120
        ]
        assert "://" not in line
        assert not line.startswith("-")


SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b|\bxox[bap]-[0-9]{8,}|"
    r"(?i:secret_key|password|api_key)\s*=\s*[\"'][A-Za-z0-9+/_-]{32,}[\"']"
)


def test_no_secret_lies_in_the_sources():
    """U5: no key, token or long password in any file of the product."""
    found = []
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if (
            not path.is_file()
            or parts[0].startswith(".")
            or {"vendor", "staticfiles", "node_modules"} & set(parts)
        ):
            continue
        if path.suffix in (
            ".py",
            ".toml",
            ".yaml",
            ".yml",
            ".sh",
            ".env",
            ".example",
            ".md",
            ".js",
            ".html",
            ".txt",
        ):
            found += [str(path) for _hit in SECRETS.findall(path.read_text(errors="replace"))]
    assert not found
