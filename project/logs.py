"""One line of JSON for each log record, and no link, code or token in any of them.

Django's own loggers write the paths of refused requests, servers write access lines, exceptions quote what
they choke on: so the redaction stands in one filter at the only handler, behind every logger."""

import json
import logging
import logging.config
import re
from datetime import UTC, datetime
from typing import Any

from notifications import trail

# The token is 32 characters of base32; a link may have been broken or quoted on its way, hence "all up to
# white space" after the door's letter, and the bare token wherever else it turns up.
_LINK = re.compile(r"(?<![A-Za-z0-9_-])(/[anr]/)(?=[^\s/\"'<>?#])[^\s\"'<>?#]+")
_TOKEN = re.compile(r"[a-z2-7]{32}", re.IGNORECASE)
# Six digits alone, also typed in two groups; not a part of a longer number, a moment or a version.
_CODE = re.compile(r"(?<![\w.,:-])\d{3} ?\d{3}(?![\w:-]|[.,]\d)|(?<=[Cc]ode:)\d{6}\b")
_CLEAN = (int, float, bool, type(None), trail.Harmless)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def redact(text: str) -> str:
    """Return `text` with links as /a/[token], bare tokens as [token], six-digit codes as [code]."""
    text = _LINK.sub(r"\1[token]", text)
    text = _TOKEN.sub("[token]", text)
    return _CODE.sub("[code]", text)


class Redaction(logging.Filter):
    """Rewrites message, arguments, extra values and traceback; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001 - a wrong format string anywhere must not lose the record
            message = f"{record.msg} {record.args!r}"
        record.msg, record.args = redact(message), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        for name, value in vars(record).items():
            if name not in _STANDARD and not isinstance(value, _CLEAN):
                setattr(record, name, redact(str(value)))
        return True


class Trail(logging.Filter):
    """Says of each record by which request or task it was written, unless it says so itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in trail.facts().items():
            if name not in vars(record):
                setattr(record, name, value)
        return True


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; facts given in `extra` become keys of their own."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        facts = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line.update((name, value) for name, value in facts.items() if name not in line)
        if record.exc_text:
            line["traceback"] = record.exc_text
        if record.stack_info:
            line["stack"] = record.stack_info
        return json.dumps(line, ensure_ascii=False, default=str)


def configuration() -> dict[str, Any]:
    """Return the dictConfig of every process: one handler at the root, nobody else has any."""
    own = {
        name: {"handlers": [], "level": "INFO", "propagate": True}
        for name in ("django", "django.server", "gunicorn.error", "gunicorn.access", "celery")
    }
    # A sweep every five seconds: what was sent stands in the database, what ran on the dashboard.
    quiet = {
        name: {"handlers": [], "level": "WARNING", "propagate": True}
        for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace")
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"trail": {"()": "project.logs.Trail"}, "redaction": {"()": "project.logs.Redaction"}},
        "formatters": {"json": {"()": "project.logs.JsonLines"}},
        "handlers": {
            "line": {
                "class": "logging.StreamHandler",
                "filters": ["trail", "redaction"],
                "formatter": "json",
            },
        },
        "root": {"level": "INFO", "handlers": ["line"]},
        "loggers": own | quiet,
    }


def configure_celery(**_: Any) -> None:
    """Set up the logs in Celery's place (its setup_logging signal), which would add handlers of its own."""
    logging.config.dictConfig(configuration())
