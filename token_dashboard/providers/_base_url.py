"""Which addresses a key may be sent to."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

_PRIVATE_ENDINGS = (".local", ".internal", ".lan", ".home.arpa")


def check_base_url(text: str) -> str:
    """A base URL that an operator set, without its closing slash.

    Raises:
        ValueError: what it must be, in words that follow its name; the URL itself is never repeated, since it
            may hold a password.
    """
    try:
        url = urlsplit(text.strip())
        host = url.hostname
        _ = url.port
    except ValueError:
        raise ValueError("must be a URL such as https://example.com/v1") from None
    if url.scheme not in {"http", "https"} or not host:
        raise ValueError("must be a URL such as https://example.com/v1")
    if url.username is not None or url.password is not None:
        raise ValueError("must not hold a user name or password; keys have their own setting")
    if "?" in text or "#" in text:
        raise ValueError("must not hold a query or a fragment")
    if url.scheme == "http" and not _is_private(host):
        raise ValueError("must be https; plain http is for this machine and private networks only")
    return text.strip().rstrip("/")


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    address = _address(host)
    return address.is_loopback if address else host == "localhost" or host.endswith(".localhost")


def _is_private(host: str) -> bool:
    if is_loopback(host):
        return True
    address = _address(host)
    if address:
        return address.is_private
    # A name without dots is resolved on the local network only; one that begins with a digit may be an
    # address in disguise (0x08080808 is 8.8.8.8).
    return host.endswith(_PRIVATE_ENDINGS) or ("." not in host and host[0].isalpha())


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
