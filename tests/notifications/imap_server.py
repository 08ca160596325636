"""An IMAP server of one mailbox (RFC 3501, as much of it as reading bounces needs) that hangs up when it is told to."""

import re
import socketserver
import ssl
import threading
from dataclasses import dataclass
from typing import Self

USER, PASSWORD = "bounces@operator.example", 'quiet "herons" wade'
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')


@dataclass
class Cut:
    """Hang up at the command of this name, after so many of them; `late` half-way through its answer."""

    command: str
    after: int = 0
    late: bool = False


class ImapServer:
    """`with ImapServer() as server:` listens on `server.port`; `messages` is what lies in the mailbox, by unique id.

    With `tls` it speaks TLS from the first byte, or with `starttls` once it is asked to.
    """

    def __init__(self, *messages: bytes, tls: ssl.SSLContext | None = None, starttls: bool = False) -> None:
        # Not 1, 2, 3: whoever mixes up numbers and unique ids is found out.
        self.messages = {101 + 7 * place: content for place, content in enumerate(messages)}
        self.deleted: set[int] = set()
        self.logins: list[tuple[str, str]] = []
        self.commands: list[str] = []
        self.most_bytes_sent = 0
        self.cut: Cut | None = None
        self.tls = tls
        self.starttls = starttls
        self._listener: socketserver.ThreadingTCPServer | None = None

    def __enter__(self) -> Self:
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                if server.tls and not server.starttls:
                    self.request = server.tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                try:
                    _Session(server, self).run()
                except (_HungUp, OSError):
                    return

            def finish(self) -> None:
                super().finish()
                self.request.close()

        class Listener(socketserver.ThreadingTCPServer):
            def handle_error(self, *_: object) -> None:
                """A client that trusts no certificate of ours breaks the handshake off: no fault of the server."""

        self._listener = Listener(("127.0.0.1", 0), Handler)
        self.port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._listener is not None
        self._listener.shutdown()
        self._listener.server_close()

    def must_cut(self, command: str, *, late: bool) -> bool:
        if self.cut is None or (self.cut.command, self.cut.late) != (command, late):
            return False
        self.cut.after -= 1
        return self.cut.after < 0


class _HungUp(Exception):
    """The server is told to hang up without a word."""


class _Session:
    def __init__(self, server: ImapServer, handler: socketserver.StreamRequestHandler) -> None:
        self.server = server
        self.handler = handler
        self.read, self.write = handler.rfile, handler.wfile
        self.state = "not authenticated"

    def run(self) -> None:
        self.say("* OK ready")
        while line := self.read.readline():
            tag, _, rest = line.decode("ascii").strip().partition(" ")
            words = [_plain(*found) for found in _WORD.findall(rest)]
            name = words.pop(0).upper()
            if name == "UID":
                name += " " + words.pop(0).upper()
            self.server.commands.append(name)
            if self.server.must_cut(name, late=False):
                raise _HungUp
            self.answer(tag, name, words)
            if name == "LOGOUT":
                return

    def answer(self, tag: str, name: str, words: list[str]) -> None:
        match name, self.state:
            case "CAPABILITY", _:
                self.say("* CAPABILITY IMAP4rev1" + (" STARTTLS" if self.server.starttls else ""))
            case "LOGOUT", _:
                self.say("* BYE")
            case "STARTTLS", "not authenticated" if self.server.starttls and self.server.tls:
                self.say(f"{tag} OK begin")
                self.encrypt()
                return
            case "LOGIN", "not authenticated":
                self.server.logins.append((words[0], words[1]))
                if words != [USER, PASSWORD]:
                    self.say(f"{tag} NO [AUTHENTICATIONFAILED] Authentication failed.")
                    return
                self.state = "authenticated"
            case "SELECT", "authenticated" | "selected":
                if words != ["INBOX"]:
                    self.say(f"{tag} NO [NONEXISTENT] Unknown mailbox.")
                    return
                self.state = "selected"
                self.say(f"* {len(self.server.messages)} EXISTS")
            case (("UID SEARCH" | "UID FETCH" | "UID STORE" | "EXPUNGE"), "selected"):
                self.about_messages(name, words)
            case _:
                self.say(f"{tag} BAD {name} when {self.state}")
                return
        if name != "UID FETCH" and self.server.must_cut(name, late=True):
            raise _HungUp
        self.say(f"{tag} OK done")

    def about_messages(self, name: str, words: list[str]) -> None:
        messages, deleted = self.server.messages, self.server.deleted
        if name == "UID SEARCH":
            assert words == ["UNDELETED"]
            self.say("* SEARCH " + " ".join(str(uid) for uid in messages if uid not in deleted))
        elif name == "UID FETCH":
            self.fetch(int(words[0]), words[1])
        elif name == "UID STORE":
            assert words[1:] == ["+FLAGS.SILENT", r"(\Deleted)"]
            deleted.add(int(words[0]))
        else:
            for uid in sorted(deleted):
                self.say(f"* {list(messages).index(uid) + 1} EXPUNGE")
                del messages[uid]
            deleted.clear()

    def fetch(self, uid: int, what: str) -> None:
        asked = re.fullmatch(r"\(BODY\.PEEK\[\]<0\.(\d+)>\)", what)
        assert asked, what
        content = self.server.messages[uid][: int(asked[1])]
        self.server.most_bytes_sent = max(self.server.most_bytes_sent, len(content))
        number = list(self.server.messages).index(uid) + 1
        self.say(f"* {number} FETCH (UID {uid} BODY[]<0> {{{len(content)}}}")
        if self.server.must_cut("UID FETCH", late=True):
            self.write.write(content[: len(content) // 2])
            raise _HungUp
        self.write.write(content + b")\r\n")

    def encrypt(self) -> None:
        assert self.server.tls is not None
        secure = self.server.tls.wrap_socket(self.handler.connection, server_side=True)
        self.handler.rfile.close()
        self.handler.connection = self.handler.request = secure
        self.handler.rfile = self.read = secure.makefile("rb")
        self.write = secure.makefile("wb", buffering=0)

    def say(self, line: str) -> None:
        self.write.write(line.encode() + b"\r\n")


def _plain(quoted: str, bracketed: str, bare: str) -> str:
    """Take what stood in quotation marks out of them."""
    return re.sub(r"\\(.)", r"\1", quoted) or bracketed or bare
