"""Posting to addresses that people typed in, without being led into our own network (I6).

The name is resolved once, every address it has must be a public one, and the connection goes to the very
address that was checked. No redirects, no proxies, no ports of other services, short times, small answers; the
line is cut when the whole exchange takes too long, also when the other side sends a byte now and then.
"""

from __future__ import annotations

import ipaddress
import json
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

RESOLVE_S, CONNECT_S, WHOLE_S = 3.0, 3.0, 8.0
_LOOKING_UP = threading.BoundedSemaphore(8)  # names that never answer hold so many threads, not more
MOST_BYTES = 64 * 1024
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")  # all that is given out; the rest is reserved, or old and local
_EMBEDDING = [ipaddress.ip_network(net) for net in ("2002::/16", "2001::/32")]
_WEB_PORTS, _FREE_PORTS = (80, 443), 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]


class WebhookError(OSError):
    """The message was not taken; the text names no secret."""


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, as the system resolves it, within ``RESOLVE_S`` seconds. Raises ``WebhookError``."""
    answer: queue.SimpleQueue[list[Any] | None] = queue.SimpleQueue()
    if not _LOOKING_UP.acquire(blocking=False):
        raise WebhookError(_("Too many names are being looked up; it is tried again later."))
    threading.Thread(target=_look_up, args=(host, port, answer), daemon=True).start()
    try:
        found = answer.get(timeout=RESOLVE_S)
    except queue.Empty:
        raise WebhookError(_("The host of this address is not found in time.")) from None
    if found is None:
        raise WebhookError(_("The host of this address cannot be found."))
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def _look_up(host: str, port: int, answer: queue.SimpleQueue[list[Any] | None]) -> None:
    """The system's own look-up knows no time limit, so it waits in a thread that nobody waits for."""
    try:
        answer.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):
        answer.put(None)
    finally:
        _LOOKING_UP.release()


def check_url(url: str) -> SplitResult:
    """Read an address by its letters alone. Raises ``WebhookError``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WebhookError(_("This is not a web address.")) from None
    if any(ord(c) <= 32 or ord(c) > 126 for c in url) or not parts.hostname or "\\" in url:
        raise WebhookError(_("This is not a web address."))
    if parts.username or parts.password or parts.fragment:
        raise WebhookError(_("The address may hold no user name and no fragment."))
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOK_NETWORKS):
        raise WebhookError(_("The address must begin with https://."))
    if port == 0:
        raise WebhookError(_("This is not a web address."))
    if port is not None and port < _FREE_PORTS and port not in _WEB_PORTS:
        raise WebhookError(_("The port of this address belongs to another service."))
    literal = _literal(parts.hostname)
    if literal is not None and not permitted(literal):
        raise WebhookError(_("This address leads into a private network."))
    return parts


def _literal(host: str) -> Address | None:
    """The address that a host is written as, also as 0x7f.1 or 2130706433; ``None`` for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def permitted(address: Address) -> bool:
    """Public addresses, and networks that the operator named; nothing that carries another address inside."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in ipaddress.ip_network(net) for net in settings.WEBHOOK_NETWORKS):
        return True
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in _GLOBAL_V6 or any(address in net for net in _EMBEDDING)
    ):
        return False
    return address.is_global and not address.is_multicast


def post_json(url: str, document: dict[str, Any], *, resolver: Resolver = resolve) -> dict[str, Any]:
    """POST a JSON document; returns the JSON object of the answer. Raises ``WebhookError``."""
    parts = check_url(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = resolver(host, port)
    if not addresses or not all(permitted(ipaddress.ip_address(a)) for a in addresses):
        raise WebhookError(_("This address leads into a private network."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = json.dumps(document, ensure_ascii=False).encode()
    until = time.monotonic() + WHOLE_S
    try:
        with _line(addresses, port, until) as sock:
            if parts.scheme == "https":
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
            link = HTTPConnection(host, port, timeout=CONNECT_S)
            link.sock = sock
            try:
                return _exchange(link, path, body, until)
            finally:
                link.close()
    except WebhookError:
        raise
    except (OSError, HTTPException) as error:
        raise WebhookError(
            _("The address does not answer (%(reason)s).") % {"reason": type(error).__name__}
        ) from None


@contextmanager
def _line(addresses: list[str], port: int, until: float) -> Iterator[socket.socket]:
    """A line to one of the addresses that were checked; the name is not resolved again. Cut at ``until``."""
    last: OSError = OSError("no address")
    for address in addresses[:3]:
        left = max(until - time.monotonic(), 0.1)
        try:
            sock = socket.create_connection((address, port), timeout=min(CONNECT_S, left))
            break
        except OSError as error:
            last = error
    else:
        raise last
    # A second handle of the same line, so that the timer may end it whatever the first one is doing.
    handle = sock.dup()
    timer = threading.Timer(max(until - time.monotonic(), 0), _cut, [handle])
    timer.daemon = True
    timer.start()
    try:
        sock.settimeout(CONNECT_S)
        yield sock
    finally:
        timer.cancel()
        timer.join()
        handle.close()
        sock.close()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _exchange(link: HTTPConnection, path: str, body: bytes, until: float) -> dict[str, Any]:
    link.request("POST", path, body, {"Content-Type": "application/json", "User-Agent": "SalesOps"})
    answer = link.getresponse()
    if not 200 <= answer.status < 300:
        raise WebhookError(_("The address answered with status %(status)s.") % {"status": answer.status})
    taken = b""
    while part := answer.read1(8192):
        taken += part
        if len(taken) > MOST_BYTES or time.monotonic() > until:
            raise WebhookError(_("The answer is too long or too slow."))
    if time.monotonic() > until:  # a line that was cut reads like an answer that ended
        raise WebhookError(_("The answer is too long or too slow."))
    try:
        found = json.loads(taken)
    except ValueError:
        raise WebhookError(_("The address did not answer as a chat program does.")) from None
    return found if isinstance(found, dict) else {}
