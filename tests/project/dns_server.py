"""A name server that knows what it was told, on a port of its own."""

import socketserver
import threading
from typing import Any, Self

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset


class NameServer:
    """`with NameServer({("acme.example", "TXT"): ['"v=spf1 -all"']}) as server:` answers until the block ends.

    Names that have other records get an empty answer, unknown ones NXDOMAIN; `fails` are answered SERVFAIL."""

    def __init__(self, records: dict[tuple[str, str], list[str]], *, fails: bool = False) -> None:
        self.records, self.fails = records, fails
        self.asked: list[tuple[str, str]] = []
        outer = self

        class Answer(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                question, line = self.request
                line.sendto(outer.reply(question), self.client_address)

        self._server = socketserver.UDPServer(("127.0.0.1", 0), Answer)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def reply(self, question: bytes) -> bytes:
        query = dns.message.from_wire(question)
        asked = query.question[0]
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), asked.rdtype.name
        self.asked.append((name, kind))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if self.fails:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif found := self.records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *found))
        elif not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()

    def resolver(self) -> dns.resolver.Resolver:
        """Return a resolver that asks this server alone."""
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], self._server.server_address[1]
        return made

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *reason: Any) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
