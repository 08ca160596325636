"""Traces for a collector: browser's request, promised letter, task, attempt. Off unless OTEL_EXPORTER_OTLP_ENDPOINT
names one, and then nothing of OpenTelemetry is even imported.

A span is named by the pattern of a URL, never by the URL: a link's token is part of that. It holds ids, kinds and
outcomes; no address, no name, no text, no exception's words."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse

from notifications import clock, trail
from notifications.models import OutgoingEmail

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer, TracerProvider
    from opentelemetry.util.types import AnyValue

METHODS = frozenset({"GET", "HEAD", "POST"})
NANOSECONDS = 1_000_000_000
MISSING = (
    "OTEL_EXPORTER_OTLP_ENDPOINT is set, and the packages for traces are missing: "
    "pip install --require-hashes -r requirements-traces.txt"
)
_tracer: "Tracer | None" = None
_tasks: "dict[str, Span]" = {}


def start(service: str) -> None:
    """Send spans to the collector from now on. Raises ImproperlyConfigured when the packages are missing."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        raise ImproperlyConfigured(MISSING) from missing
    provider = TracerProvider(resource=Resource.create({"service.name": f"smart-accounts-{service}"}))
    # Where to, and with which headers, the exporter reads from the environment by OpenTelemetry's own names.
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    use(provider)


def use(provider: "TracerProvider | None") -> None:
    """Record spans with this provider, or none any more."""
    global _tracer
    for signal, receiver in _RECEIVERS:
        signal.disconnect(receiver)
        if provider is not None:
            signal.connect(receiver)
    _tracer = provider.get_tracer("smart-accounts") if provider is not None else None


class Spans:
    """One span a request; in MIDDLEWARE only where traces are on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _tracer is None:
            return self.get_response(request)
        from opentelemetry.trace import SpanKind

        method = request.method if request.method in METHODS else "_OTHER"
        with _tracer.start_as_current_span(f"{method}", kind=SpanKind.SERVER, record_exception=False) as span:
            trail.origin.set(_packed(span))
            response = self.get_response(request)
            route = f"/{request.resolver_match.route}" if request.resolver_match else "(no pattern)"
            span.update_name(f"{method} {route}")
            span.set_attributes(
                {
                    "http.request.method": f"{method}",
                    "http.route": route,
                    "http.response.status_code": response.status_code,
                }
            )
        return response


def _task_begins(*, task_id: str, name: str, **_: Any) -> None:
    """Open a task's span; the letters that it tries point to it."""
    assert _tracer is not None
    _tasks[task_id] = span = _tracer.start_span(name, attributes={"task.id": task_id})
    trail.origin.set(_packed(span))


def _task_ends(*, task_id: str, **_: Any) -> None:
    if (span := _tasks.pop(task_id, None)) is not None:
        span.end()


def _promised(*, letter_id: int, kind: str, **_: Any) -> None:
    from opentelemetry.trace import SpanKind

    assert _tracer is not None
    attributes: dict[str, AnyValue] = {"letter.id": letter_id, "letter.kind": kind}
    parent = _parent(trail.origin.get())
    _tracer.start_span(f"promise {kind}", parent, SpanKind.PRODUCER, attributes).end()


def _tried(*, letters: Sequence[OutgoingEmail], outcome: str, **_: Any) -> None:
    """A span for each letter, from its claim to its end, in the trace of the request that promised it."""
    from opentelemetry.trace import Link, SpanKind

    assert _tracer is not None
    ended = datetime.now(UTC)
    links = [Link(span.get_span_context()) for span in _tasks.values()]
    for letter in letters:
        claimed_at = getattr(letter, "claimed_at", None)
        began = clock.as_moment(claimed_at) if claimed_at is not None else ended
        attributes: dict[str, AnyValue] = {
            "letter.id": letter.pk,
            "letter.kind": letter.kind,
            "letter.route": letter.route,
            "letter.attempt": letter.attempts,
            "letter.outcome": outcome,
        }
        span = _tracer.start_span(
            f"send {letter.kind}",
            _parent(letter.trace),
            SpanKind.CLIENT,
            attributes,
            links,
            _nanoseconds(began),
        )
        # Two clocks: the claim's moment is the database's.
        span.end(_nanoseconds(max(began, ended)))


def _packed(span: "Span") -> str:
    context = span.get_span_context()
    return f"{context.trace_id:032x}-{context.span_id:016x}"


def _parent(trace: str) -> "Context | None":
    """Return the context of a packed id as a parent for a span, or None where it names no span."""
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    trace_id, _, span_id = trace.partition("-")
    if not span_id:
        return None
    remote = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(1))
    return set_span_in_context(NonRecordingSpan(remote))


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * NANOSECONDS)


_RECEIVERS: tuple[tuple[Signal, Callable[..., None]], ...] = (
    (trail.promised, _promised),
    (trail.tried, _tried),
    (trail.task_begins, _task_begins),
    (trail.task_ends, _task_ends),
)
