"""How fast the post office works, and what the parts tell each other."""

from typing import Final

from project.variables.variable import COMPOSE, RANDOM, Section, Variable

SECTIONS: Final = (
    Section(
        "Pace of the post office",
        (
            Variable("WORKER_PROCESSES", "processes of a worker started without `-c`"),
            Variable(
                "SWEEP_SECONDS_URGENT", "how often the sweep looks for due urgent letters", unit="seconds"
            ),
            Variable("SWEEP_SECONDS_BULK", "the same for the others", unit="seconds"),
            Variable(
                "LEASE_SECONDS_URGENT",
                "an urgent letter belongs to one worker for, longer than LETTER_SECONDS_URGENT",
                unit="seconds",
            ),
            Variable("LEASE_SECONDS_BULK", "the same for the others", unit="seconds"),
            Variable(
                "LETTER_SECONDS_URGENT",
                "an urgent letter's whole exchange with the mail server",
                unit="seconds",
            ),
            Variable("LETTER_SECONDS_BULK", "the same for the others", unit="seconds"),
            Variable(
                "ANSWER_SECONDS_URGENT",
                "the part of it after the end of the letter",
                unit="seconds",
            ),
            Variable("ANSWER_SECONDS_BULK", "the same for the others", unit="seconds"),
            Variable("BATCH_URGENT", "urgent letters claimed at once", unit="letters"),
            Variable("BATCH_BULK", "the same for the others", unit="letters"),
            Variable(
                "CONNECTIONS_URGENT",
                "connections to the mail server of one process, at most",
                unit="connections",
            ),
            Variable("CONNECTIONS_BULK", "the same for the others", unit="connections"),
            Variable("DRAIN_SECONDS", "how long one task goes on sending", unit="seconds"),
        ),
    ),
    Section(
        "Between the parts",
        (
            Variable(
                "FLOWER_URL",
                "where the staff door finds the dashboard",
                form="`http://host:port` or `unix://path`",
                default="a socket in DATA_DIR",
            ),
            Variable(
                "FLOWER_BIND",
                "where the dashboard listens instead of its socket",
                form="host:port",
                default="none",
            ),
            Variable(
                "PROMETHEUS_MULTIPROC_DIR",
                "where the web's processes add up their figures",
                form="path",
                default="none",
            ),
            Variable(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "the collector that gets traces, if any; needs requirements-traces.txt, and OpenTelemetry's own"
                " names set the rest",
                form="URL",
                default="none",
            ),
            Variable(
                "WEB_FIRST",
                "let the web start before the other parts; `make run` sets it",
                form="1",
                default="none",
            ),
        ),
    ),
    Section(
        "docker-compose.yml alone",
        (
            Variable(
                "POSTGRES_PASSWORD",
                "the database's, letters and digits only",
                form=RANDOM,
                default="none",
                needed=COMPOSE,
            ),
            Variable(
                "REDIS_PASSWORD",
                "the queue's, letters and digits only",
                form=RANDOM,
                default="none",
                needed=COMPOSE,
            ),
            Variable("HTTP_PORT", "where the proxy is published, without TLS", form="a port", default="80"),
            Variable("HTTPS_PORT", "and with it", form="a port", default="443"),
            Variable(
                "PROXY_TLS",
                "a certificate of your own, mounted into the proxy: `tls /path/site.crt /path/site.key`",
                form="a line of the Caddyfile",
                default="by ACME",
            ),
            Variable(
                "PROXY_GLOBAL",
                "one more option of the proxy, for instance `email you@your.host`",
                form="a line of the Caddyfile",
                default="none",
            ),
            Variable(
                "FRONT_SUBNET",
                "the network between proxy and web, where the default is taken",
                form="an IP network",
                default="172.30.97.0/29",
            ),
            Variable(
                "PROXY_ADDRESS",
                "the proxy's address on it, which alone is believed",
                form="an IP address",
                default="172.30.97.2",
            ),
        ),
    ),
)
