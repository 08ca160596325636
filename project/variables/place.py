"""Where the product is, who runs it, its neighbours and its secrets."""

from typing import Final

from project.variables.variable import PRODUCTION, RANDOM, Section, Variable

SECTIONS: Final = (
    Section(
        "What it is and where",
        (
            Variable(
                "ENVIRONMENT",
                "`production` for others; `demo` generates its secrets, keeps letters in a mailbox and brings"
                " people to try it with",
            ),
            Variable("DATA_DIR", "everything that a run writes lies in it", default="`var` beside the code"),
            Variable("PORT", "where the web listens"),
            Variable(
                "BIND",
                "address and port where the web listens, if not on the loopback",
                form="host:port",
                default="`127.0.0.1:PORT`",
            ),
            Variable(
                "BASE_URL",
                "every link in a letter begins with it; https in production, without a path",
                form="https://host",
                default="`http://localhost:PORT`",
                needed=PRODUCTION,
            ),
            Variable(
                "ALLOWED_HOSTS",
                "the host names this site answers to, that of BASE_URL among them; never `*`",
                needed=PRODUCTION,
            ),
            Variable(
                "TRUSTED_PROXIES",
                "the proxies in front, whose X-Forwarded-For and -Proto are believed; none: nobody's",
            ),
            Variable(
                "METRICS_ALLOW",
                "who may read /metrics without signing in; none: staff only, loopback included",
            ),
            Variable("DEBUG", "Django's own pages for faults, for developers; refused in production"),
            Variable(
                "STRICT_SETTINGS",
                "refuse every variable that is no setting, where the environment is made for this product"
                " alone; names a slip away from a setting's are refused everywhere",
            ),
        ),
    ),
    Section(
        "Who runs it",
        (
            Variable("OPERATOR_NAME", "stands on pages and letters", needed=PRODUCTION),
            Variable("OPERATOR_ADDRESS", "postal address, at the end of letters", default="none"),
            Variable(
                "SUPPORT_EMAIL",
                "where people write to, and where replies to letters go",
                default="`support@` the host of BASE_URL",
            ),
            Variable("FROM_EMAIL", "who letters come from", default="`requests@` the host of BASE_URL"),
            Variable("FROM_NAME", "the name beside it"),
            Variable("ALERT_EMAILS", "who is told when something needs a person", default="SUPPORT_EMAIL"),
        ),
    ),
    Section(
        "Neighbours",
        (
            Variable(
                "DATABASE_URL",
                "the truth",
                form="`postgres://user:password@host/name` or `sqlite:///path`",
                default="SQLite in DATA_DIR",
                needed=PRODUCTION,
            ),
            Variable(
                "REDIS_URL",
                "the queue: append-only, `noeviction`",
                form="`redis://:password@host:6379/0`, `rediss://…`, `unix://path`",
                default="an own Redis in DATA_DIR",
                needed=PRODUCTION,
            ),
            Variable(
                "EMAIL_URL",
                "how letters leave; `mailbox://` keeps them, in the demo only",
                form="`smtp://`, `smtp+tls://`, `smtps://user:password@host:port`,"
                " `anymail+<provider>://?SETTING=value`",
                needed=PRODUCTION,
            ),
            Variable(
                "RETURN_PATH",
                "the envelope's sender; with it each letter has its own, so that bounces name theirs",
                form="address",
                default="none",
            ),
            Variable(
                "DKIM_SELECTORS",
                "the selectors of your DKIM keys, which `manage.py doctor` looks up",
                default="none",
            ),
            Variable(
                "BOUNCES_URL",
                "where `manage.py read_bounces` reads what came back, with plain SMTP",
                form="`maildir:///path`, `imaps://user:password@host/folder`, or `imap+tls://…` for STARTTLS",
                default="none",
            ),
        ),
    ),
    Section(
        "Secrets",
        (
            Variable("SECRET_KEY", "signs forms and cookies", needed=PRODUCTION),
            Variable("SECRET_KEY_FALLBACKS", "earlier ones, until what they signed is over", default="none"),
            Variable("SESSION_KEYS", "seal sessions at rest", needed=PRODUCTION),
            Variable(
                "LINK_KEYS",
                "links are derived from them: keep an old one while a link may name it",
                needed=PRODUCTION,
            ),
            Variable("CODE_KEYS", "six-digit codes are derived from them", needed=PRODUCTION),
            Variable("EVIDENCE_KEYS", "sign decisions: keep every one that ever signed", needed=PRODUCTION),
            Variable("HASH_KEY", "hashes of addresses, second factors; never changes", needed=PRODUCTION),
            Variable(
                "FLOWER_PASSWORD", "between the staff door and the dashboard", form=RANDOM, default="none"
            ),
        ),
        note="In the demo they are generated and kept in DATA_DIR. `python3 -I project/new_secrets.py` prints a set.",
    ),
)
