"""A mail server that only counts, in a process of its own: `python -m benchmarks.sink --port N [--delay-ms N]`.

It knows four words more than SMTP, for whoever measures: XCOUNT, XTIMES, XFORGET and XAWAY with seconds.
"""

import argparse
import heapq
import json
import select
import socket
import time
from collections import Counter


class Connection:
    """One conversation."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.received = b""
        self.in_letter = False
        self.tail = b""
        self.to = b""


class Sink:
    """Takes every letter, after `delay` seconds where that is asked."""

    def __init__(self, port: int, *, delay: float, offers_pipelining: bool) -> None:
        self._delay = delay
        self._hello = (
            b"250-sink\r\n" + (b"250-PIPELINING\r\n" if offers_pipelining else b"") + b"250 8BITMIME\r\n"
        )
        self._port = port
        self._poll = select.epoll()
        self._open: dict[int, Connection] = {}
        self._away_until = 0.0
        self._listen()
        self._late: list[tuple[float, int, socket.socket]] = []
        self.forget()

    def forget(self) -> None:
        self.arrived: Counter[bytes] = Counter()
        self.times: dict[str, float] = {}
        self.first = self.last = 0.0
        self.connections = 0

    def serve(self) -> None:
        while True:
            wait = max(self._late[0][0] - time.monotonic(), 0.0) if self._late else -1
            if self._away_until:
                wait = 0.05
                if time.monotonic() >= self._away_until:
                    self._away_until = 0.0
                    self._listen()
            for number, _ in self._poll.poll(wait):
                if number == self._listener.fileno():
                    self._accept()
                elif number in self._open:
                    self._read(self._open[number])
            while self._late and self._late[0][0] <= time.monotonic():
                _, _, sock = heapq.heappop(self._late)
                if sock.fileno() >= 0:
                    _say(sock, b"250 2.0.0 taken\r\n")

    def _listen(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port), backlog=128)
        self._poll.register(self._listener, select.EPOLLIN)

    def _go_away(self, seconds: float, asked_by: Connection) -> None:
        """Refuse connections for so long, and cut all but the one that asked for it."""
        self._poll.unregister(self._listener)
        self._listener.close()
        for connection in list(self._open.values()):
            if connection is not asked_by:
                self._close(connection)
        self._away_until = time.monotonic() + seconds

    def _accept(self) -> None:
        sock, _ = self._listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open[sock.fileno()] = Connection(sock)
        self._poll.register(sock, select.EPOLLIN)
        self.connections += 1
        _say(sock, b"220 sink\r\n")

    def _read(self, connection: Connection) -> None:
        try:
            piece = connection.sock.recv(65536)
        except OSError:
            piece = b""
        if not piece:
            self._close(connection)
        elif connection.in_letter:
            self._read_letter(connection, piece)
        else:
            connection.received += piece
            self._obey(connection)

    def _read_letter(self, connection: Connection, piece: bytes) -> None:
        """Only the end is looked for: it can begin in the piece before."""
        seam = connection.tail + piece
        end = seam.find(b"\r\n.\r\n")
        if end < 0:
            connection.tail = seam[-4:]
            return
        connection.in_letter, connection.tail = False, b""
        self._count(connection.to)
        if self._delay:
            heapq.heappush(
                self._late, (time.monotonic() + self._delay, connection.sock.fileno(), connection.sock)
            )
        else:
            _say(connection.sock, b"250 2.0.0 taken\r\n")
        connection.received = seam[end + 5 :]
        if connection.received:
            self._obey(connection)

    def _obey(self, connection: Connection) -> None:
        replies = []
        while (end := connection.received.find(b"\n")) >= 0 and not connection.in_letter:
            line, connection.received = connection.received[:end], connection.received[end + 1 :]
            word = line[:4].upper()
            if word == b"RCPT":
                connection.to = line[line.find(b"<") + 1 : line.rfind(b">")]
                replies.append(b"250 2.1.5 ok\r\n")
            elif word == b"DATA":
                connection.in_letter, connection.tail = True, b"\r\n"
                replies.append(b"354 go on\r\n")
            elif word == b"EHLO":
                replies.append(self._hello)
            elif word == b"QUIT":
                replies.append(b"221 bye\r\n")
            elif word.startswith(b"X"):
                replies.append(self._tell(line.strip().upper(), connection))
            else:
                replies.append(b"250 2.0.0 ok\r\n")
        _say(connection.sock, b"".join(replies))
        if connection.in_letter and connection.received:
            piece, connection.received = connection.received, b""
            self._read_letter(connection, piece)

    def _count(self, to: bytes) -> None:
        self.last = time.time()
        self.first = self.first or self.last
        self.arrived[to] += 1
        if to.startswith(b"timed"):
            self.times.setdefault(to.decode(), self.last)

    def _tell(self, word: bytes, asked_by: Connection) -> bytes:
        told: dict[str, object] = {}
        if word == b"XCOUNT":
            told = {
                "letters": self.arrived.total(),
                "distinct": len(self.arrived),
                "first": self.first,
                "last": self.last,
                "connections": self.connections,
            }
        elif word == b"XTIMES":
            told = dict(self.times)
        elif word == b"XFORGET":
            self.forget()
        elif word.startswith(b"XAWAY "):
            self._go_away(float(word[6:]), asked_by)
        return b"250 " + json.dumps(told).encode() + b"\r\n"

    def _close(self, connection: Connection) -> None:
        self._poll.unregister(connection.sock)
        del self._open[connection.sock.fileno()]
        connection.sock.close()


def _say(sock: socket.socket, words: bytes) -> None:
    try:
        sock.sendall(words)
    except OSError:
        return


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--delay-ms", type=float, default=0.0)
    arguments.add_argument("--pipelining", action="store_true")
    chosen = arguments.parse_args()
    Sink(chosen.port, delay=chosen.delay_ms / 1000, offers_pipelining=chosen.pipelining).serve()


if __name__ == "__main__":
    main()
