"""What a chat group's address is worth in a stolen copy of the database: nothing; and keys can be changed."""

import json
import socket
import threading
import time
from io import StringIO

import pyotp
import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from salesops.core.sealing import seal_plain
from salesops.notifications import webhooks
from salesops.notifications.models import GroupRobot
from salesops.notifications.services.robots import deliver_robot, save_robot
from salesops.notifications.webhooks import WebhookError, resolve
from salesops.security.models import Factor
from salesops.security.services import factors

URL = "https://oapi.example.com/robot/send?access_token=token-7731"

pytestmark = pytest.mark.django_db


def make_robot(cast, **fields):
    values = {
        "name": "Group A",
        "style": "dingtalk",
        "url": URL,
        "secret": "SEC-4471",
        "kinds": [],
        "language": "en",
    }
    return save_robot(actor=cast.root, at=timezone.now(), **{**values, **fields})


def columns(robot):
    with connection.cursor() as cursor:
        cursor.execute("SELECT url, secret FROM notifications_grouprobot WHERE id = %s", [robot.pk])
        return cursor.fetchone()


def again(robot):
    return GroupRobot.objects.get(pk=robot.pk)


def test_neither_address_nor_secret_of_a_robot_stands_readable_in_the_table(cast, client):
    robot = make_robot(cast)
    assert not [text for text in columns(robot) if "7731" in text or "4471" in text or "example" in text]
    assert (again(robot).url, again(robot).secret) == (URL, "SEC-4471")
    client.force_login(cast.root)
    page = client.get(reverse("notifications:grouprobot_detail", args=[robot.pk])).content.decode()
    assert "oapi.example.com … 7731" in page and "token-" not in page


def test_what_stood_in_the_clear_is_sealed_by_the_migration(cast):
    robot = make_robot(cast, secret="")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_grouprobot SET url = %s WHERE id = %s", [URL, robot.pk])
    seal_plain(GroupRobot, ("url", "secret"))
    assert "7731" not in columns(robot)[0]
    assert (again(robot).url, again(robot).secret) == (URL, "")


def test_a_new_key_is_put_in_front_everything_is_sealed_anew_and_the_old_one_goes(cast, settings):
    """The operator's three steps; afterwards the old key opens nothing that was written anew."""
    settings.SECRET_KEY = "first key of the installation, long enough"
    robot, seed = make_robot(cast), factors.new_seed()
    factors.add_totp(person=cast.alice, at=timezone.now(), seed=seed, code=pyotp.TOTP(seed).now(), name="App")
    settings.SEALING_KEYS = ["second key"]
    assert again(robot).url == URL, "the old key still opens"
    out = StringIO()
    call_command("reseal", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"notifications.grouprobot": 1, "security.factor": 1}
    settings.SECRET_KEY = "another key that has never sealed anything"
    assert again(robot).url == URL
    assert Factor.objects.get().kind == "totp"
    settings.SEALING_KEYS = []
    lost = again(robot)
    assert lost.url == ""
    assert "enter it anew" in lost.shown_url
    with pytest.raises(WebhookError, match="enters it anew"):
        deliver_robot(
            {"robot": robot.pk, "kind": "x", "data": {}, "url": ""}, message=None, at=timezone.now()
        )


def test_a_name_server_that_never_answers_holds_nobody_and_not_more_than_a_few_threads(monkeypatch):
    """The look-up has a time limit of its own; while eight hang, the ninth is put off instead of piling up."""
    hanging, begun = threading.Event(), []
    monkeypatch.setattr(webhooks, "RESOLVE_S", 0.02)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: begun.append(a) or hanging.wait(10) or [])
    started = time.monotonic()
    for _number in range(8):
        with pytest.raises(WebhookError, match="not found in time"):
            resolve("slow.example.com", 443)
    with pytest.raises(WebhookError, match="tried again later"):
        resolve("slow.example.com", 443)
    assert len(begun) == 8
    assert time.monotonic() - started < 3
    hanging.set()
    while webhooks._LOOKING_UP._value < 8:
        time.sleep(0.005)
