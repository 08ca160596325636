"""The mailbox that bounces come back to: a Maildir, or a folder of an IMAP server (RFC 3501)."""

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

MOST_BYTES = 1_000_000
"""So much of a message is read: a bounce says at its beginning what it is about, however much it returns."""
PATIENCE_SECONDS = 30
_PORTS = {"imap": 143, "imap+tls": 143, "imaps": 993}
_SORTS = "Name a mailbox: maildir:///path or imaps://user:password@host/INBOX."


class MailboxRefused(Exception):
    """The mailbox cannot be read, or not any further. The text says why, and holds no password."""


class Mailbox(Protocol):
    """Messages that wait. Removing one takes effect at the latest when the mailbox is closed in good order."""

    def messages(self) -> Iterator[tuple[str, bytes]]:
        """Yield each message's name and content, or its beginning. Raises MailboxRefused."""

    def remove(self, name: str) -> None:
        """Take a message away. Raises MailboxRefused."""


def open_mailbox(url: str) -> AbstractContextManager[Mailbox]:
    """Open what a URL names; its user and password are percent-encoded. Raises MailboxRefused."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise MailboxRefused(_SORTS) from None
    if parts.scheme == "maildir":
        return _maildir(unquote(parts.path))
    if parts.scheme in _PORTS and parts.hostname:
        if parts.scheme == "imap" and not _is_here(parts.hostname):
            raise MailboxRefused(
                "imap:// would send the password readable to everybody on the way; name the mailbox by imaps://,"
                " or by imap+tls:// where the server wants STARTTLS."
            )
        return _imap(parts, port or _PORTS[parts.scheme])
    raise MailboxRefused(_SORTS)


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


class _Maildir:
    def __init__(self, box: mailbox.Maildir) -> None:
        self._box = box

    def messages(self) -> Iterator[tuple[str, bytes]]:
        for name in self._box.keys():  # noqa: SIM118 - not a dict
            with suppress(KeyError), self._box.get_file(name) as content:
                yield name, content.read(MOST_BYTES)

    def remove(self, name: str) -> None:
        self._box.discard(name)


@contextmanager
def _maildir(path: str) -> Iterator[Mailbox]:
    try:
        box = mailbox.Maildir(path, create=False)
    except mailbox.NoSuchMailboxError:
        raise MailboxRefused(f"There is no Maildir at {path}.") from None
    try:
        yield _Maildir(box)
    finally:
        box.close()


class _Imap:
    """The messages by their unique ids: what others take away meanwhile moves no other message."""

    def __init__(self, server: imaplib.IMAP4, host: str) -> None:
        self._server = server
        self._trouble = f"Reading the mailbox at {host} broke off"

    def messages(self) -> Iterator[tuple[str, bytes]]:
        with _said_plainly(self._trouble):
            _, found = self._server.uid("SEARCH", "UNDELETED")
        for name in (found[0] or b"").decode().split():
            with _said_plainly(self._trouble):
                _, parts = self._server.uid("FETCH", name, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
            # Nothing comes of a message that somebody else has taken away meanwhile.
            content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            if content:
                yield name, content

    def remove(self, name: str) -> None:
        with _said_plainly(self._trouble):
            answer, why = self._server.uid("STORE", name, "+FLAGS.SILENT", r"(\Deleted)")
        if answer != "OK":
            raise MailboxRefused(f"The server lets no message be removed: {_words(why)}")

    def select(self, folder: str) -> None:
        with _said_plainly(self._trouble):
            answer, why = self._server.select(_quoted(folder))
        if answer != "OK":
            raise MailboxRefused(f"The server does not open the folder {folder}: {_words(why)}")

    def expunge(self) -> None:
        with _said_plainly(self._trouble):
            self._server.expunge()


@contextmanager
def _imap(parts: SplitResult, port: int) -> Iterator[Mailbox]:
    host = parts.hostname or ""
    with _said_plainly(f"{host} cannot be reached"):
        server = _connect(parts.scheme, host, port)
    try:
        with _said_plainly(f"{host} refuses the login"):
            # imaplib quotes the password, and sends the user as it is.
            server.login(_quoted(unquote(parts.username or "")), unquote(parts.password or ""))
        box = _Imap(server, host)
        box.select(unquote(parts.path.strip("/")) or "INBOX")
        yield box
        box.expunge()
    finally:
        _take_leave(server)


def _connect(scheme: str, host: str, port: int) -> imaplib.IMAP4:
    """Connect; whoever is asked for TLS has to show a certificate for its name. Raises what went wrong."""
    # Python's own default for IMAP would take any certificate.
    context = ssl.create_default_context()
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=PATIENCE_SECONDS)
    server = imaplib.IMAP4(host, port, timeout=PATIENCE_SECONDS)
    if scheme == "imap+tls":
        try:
            server.starttls(context)
        except BaseException:
            _close(server)
            raise
    return server


def _take_leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError):
        # imaplib keeps a line open over which it could not say goodbye.
        _close(server)


def _close(server: imaplib.IMAP4) -> None:
    with suppress(OSError):
        server.shutdown()


@contextmanager
def _said_plainly(trouble: str) -> Iterator[None]:
    """Turn what imaplib and sockets raise into words for whoever runs this."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError) as error:
        said = _words(error.args) if isinstance(error, imaplib.IMAP4.error) else str(error)
        raise MailboxRefused(f"{trouble}: {said}") from error
    except UnicodeEncodeError:
        raise MailboxRefused(f"{trouble}: IMAP takes user, password and folder in ASCII alone.") from None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(said: object) -> str:
    first = said[0] if isinstance(said, (list, tuple)) and said else ""
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
