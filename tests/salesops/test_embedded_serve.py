"""The one command of a first look refuses clearly."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest
from django.core.management import CommandError, call_command
from waitress.server import create_server

from salesops.embedded.cluster import Cluster, EmbeddedError
from salesops.embedded.management.commands.serve import listening
from salesops.embedded.processes import undisturbed
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


def test_slow_clients_keep_nobody_waiting():
    """R2: 64 clients that send a byte now and then; the next reader is answered at once."""
    server = create_server(
        lambda environ, start: [start("200 OK", []), b"here"][1:], host="127.0.0.1", port=0, **listening()
    )
    threading.Thread(target=server.run, daemon=True).start()
    slow = []
    try:
        for number in range(64):
            client = socket.create_connection(("127.0.0.1", server.effective_port), timeout=5)
            head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
            client.send(head + (b"\r\n" if number % 2 else b"X-Slow: "))
            slow.append(client)
        with urllib.request.urlopen(f"http://127.0.0.1:{server.effective_port}/", timeout=5) as answer:
            assert answer.read() == b"here"
    finally:
        for client in slow:
            client.close()
        server.close()


PROGRAM = """
import sys
from salesops.embedded.processes import start_child, stop_once
stop_once()
child = start_child(["sleep", "60"])
try:
    print(child.pid, flush=True)
    sys.stdin.readline()
except KeyboardInterrupt:
    print("let go", flush=True)
    sys.stdin.readline()
    print("ended", flush=True)
"""


def _program() -> tuple[subprocess.Popen[str], int]:
    started = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    return started, int(started.stdout.readline())


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_an_impatient_second_ctrl_c_does_not_cut_the_end_short(first):
    started, _child = _program()
    started.send_signal(first)
    assert started.stdout.readline() == "let go\n"
    started.send_signal(signal.SIGINT)
    started.send_signal(signal.SIGTERM)
    assert started.communicate("\n", timeout=10)[0] == "ended\n" and started.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_what_a_killed_start_had_begun_ends_with_it():
    started, child = _program()
    started.kill()
    started.communicate(timeout=10)
    try:
        gone = os.pidfd_open(child)
    except ProcessLookupError:
        return
    assert select.select([gone], [], [], 10)[0]
    os.close(gone)


def test_a_ctrl_c_while_the_database_starts_counts_when_it_runs():
    done = []
    with pytest.raises(KeyboardInterrupt), undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
        done.append("finished")
    assert done == ["finished"]


def test_the_number_of_a_killed_database_may_be_that_of_another_process(tmp_path):
    cluster = Cluster(tmp_path)
    cluster.data.mkdir()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n")
    cluster._clear_stale_pid()
    assert not (cluster.data / "postmaster.pid").exists()


def test_a_database_that_was_killed_answers_again_at_once(tmp_path):
    cluster = Cluster(tmp_path, durable=False)
    cluster.start()
    with cluster._connect() as guest:  # its server process outlives the one that is killed, for a moment
        os.kill(guest.execute("select pg_backend_pid()").fetchone()[0], 0)
        os.kill(int((cluster.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        try:
            assert cluster.start() and cluster.is_running()
        finally:
            cluster.stop("immediate")
