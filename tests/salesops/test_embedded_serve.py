"""The one command of a first look refuses clearly."""

import os
import socket
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from salesops.embedded.cluster import Cluster, EmbeddedError
from salesops.embedded.secret import secret_key


def test_a_port_in_use_is_told_before_anything_is_started():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Nothing can listen on 127.0.0.1:{port}"):
            call_command("serve", port=port)
    with pytest.raises(CommandError, match="Nothing can listen"):
        call_command("serve", port=99999)


def test_a_home_that_cannot_be_used_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match=r"SALESOPS_HOME=.*file cannot be used: "):
        secret_key(tmp_path / "file")
    with pytest.raises(EmbeddedError, match=r"SALESOPS_HOME=.*file cannot be used: "):
        Cluster(tmp_path / "file").acquire()


def test_two_first_starts_agree_on_one_key(tmp_path):
    assert secret_key(tmp_path) == secret_key(tmp_path)


def test_an_unknown_command_is_wrong_usage():
    done = subprocess.run(
        [sys.executable, "manage.py", "send_remindres"],
        capture_output=True,
        text=True,
        env={**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
    )
    assert done.returncode == 2 and "Unknown command" in done.stderr
