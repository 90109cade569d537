"""Group robots against hostile addresses, slow chat programs and forged groups (I6)."""

import json
import socket
import threading
import time
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.translation import override

from salesops.audit.models import RowChange
from salesops.core.errors import InvalidInput
from salesops.jobs.models import OutboxMessage
from salesops.notifications import webhooks
from salesops.notifications.models import GroupRobot
from salesops.notifications.registry import choosable, kind_label
from salesops.notifications.services.robots import document_of, save_robot, send_test, signed
from salesops.notifications.webhooks import WebhookError, check_url, permitted, post_json

AT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)  # 1700000000 seconds of the epoch


def make_robot(cast, **fields):
    values = {"name": "Group A", "style": "dingtalk", "url": "https://oapi.example.com/send?access_token=t1"}
    return save_robot(actor=cast.root, at=AT, **{"kinds": [], "language": "en", **values, **fields})


@pytest.mark.parametrize(
    "address",
    [
        "::127.0.0.1", "::ffff:0:7f00:1", "fec0::1", "::2:1", "4000::1", "5f00::1", "64:ff9b::7f00:1", "100::1",
        "2001:db8::1", "2002:7f00:1::", "fd00::1", "fe80::1", "ff02::1", "240.0.0.1", "255.255.255.255", "198.18.0.1",
    ],
)  # fmt: skip
def test_no_reserved_old_or_translating_address_is_taken_for_a_public_one(address):
    assert not permitted(webhooks.ipaddress.ip_address(address))


def test_what_is_public_is_permitted():
    assert permitted(webhooks.ipaddress.ip_address("2606:4700::1111"))
    assert permitted(webhooks.ipaddress.ip_address("93.184.216.34"))


@pytest.mark.parametrize("port", [22, 25, 110, 445])
def test_the_ports_of_other_services_are_refused(port):
    with pytest.raises(WebhookError):
        check_url(f"https://chat.example.com:{port}/hook")
    assert check_url("https://chat.example.com:8443/hook").port == 8443


def test_a_side_that_sends_a_byte_now_and_then_holds_nobody(settings, monkeypatch):
    """Each byte comes in time; the whole does not, and the line is cut."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(webhooks, "WHOLE_S", 0.6)
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def drip():
        line, _address = server.accept()
        with line:
            line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not ended.wait(0.05):
                try:
                    line.sendall(b"a")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    began = time.monotonic()
    try:
        with pytest.raises(WebhookError):
            post_json(f"http://127.0.0.1:{server.getsockname()[1]}/", {})
        assert time.monotonic() - began < 3
    finally:
        ended.set()
        thread.join()
        server.close()


@pytest.mark.django_db
def test_dingtalk_and_feishu_get_the_signature_that_they_document(cast):
    """Computed once with openssl from the algorithms that both publish."""
    ding = make_robot(cast, secret="SECabc")
    address, document = signed(ding, {"msgtype": "text"}, at=AT)
    assert address.endswith(
        "access_token=t1&timestamp=1700000000000&sign=jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM%3D"
    )
    assert document == {"msgtype": "text"}
    feishu = make_robot(
        cast, name="F", style="feishu", url="https://open.example.com/hook/1", secret="SECabc"
    )
    address, document = signed(feishu, {"msg_type": "text"}, at=AT)
    assert address == feishu.url
    assert document == {
        "timestamp": "1700000000",
        "sign": "XprR1de+0SSBnwWyU/4k6x2TL+Q2SJlM5NNEdAv7MWg=",
        "msg_type": "text",
    }
    plain = make_robot(cast, name="P")
    assert signed(plain, {"msgtype": "text"}, at=AT) == (plain.url, {"msgtype": "text"})
    with pytest.raises(InvalidInput):
        make_robot(cast, name="W", style="wecom", secret="SECabc")


@pytest.mark.django_db
def test_the_signing_secret_is_shown_to_nobody_and_taken_away_on_the_page(cast, client):
    robot = make_robot(cast, secret="SECabc")
    send_test(robot=robot, actor=cast.root, at=AT)
    assert "SECabc" not in json.dumps([m.payload for m in OutboxMessage.objects.all()])
    assert "SECabc" not in json.dumps(document_of(robot, OutboxMessage.objects.get(kind="robot").payload))
    client.force_login(cast.root)
    for name in ("grouprobot_detail", "grouprobot_edit", "grouprobot_list"):
        args = [] if name.endswith("list") else [robot.pk]
        page = client.get(reverse(f"notifications:{name}", args=args)).content.decode()
        assert "Group A" in page and "SECabc" not in page
    assert "SECabc" not in json.dumps([[row.old, row.new] for row in RowChange.objects.all()])
    page = client.get(reverse("notifications:grouprobot_edit", args=[robot.pk]))
    form = page.context["form"]
    data = {"name": "Group A", "style": "dingtalk", "language": "en", "is_active": "on", "unsigned": "on"}
    data |= {"version": robot.version, "form_key": page.context.get("form_key", "")}
    assert "unsigned" in form.fields
    client.post(reverse("notifications:grouprobot_edit", args=[robot.pk]), data)
    assert GroupRobot.objects.get(pk=robot.pk).secret == ""


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_every_kind_of_notice_has_a_name_without_gaps(language):
    """Where people choose, a sentence with holes in it says nothing."""
    with override(language):
        assert [kind.key for kind in choosable() if "…" in str(kind_label(kind))] == []
    assert "notifications.robot_test" not in [kind.key for kind in choosable()]
