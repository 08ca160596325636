"""Traces for a collector: what the spans are called, how they hang together, and what is in none of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from notifications import outbox, trail
from notifications.emails import Nomination
from notifications.models import OutgoingEmail
from project import traces
from tests.project.world import Kind, World

PRIYA = "priya@acme.example"


@pytest.fixture
def recorded(settings: LazySettings) -> Iterator[InMemorySpanExporter]:
    """What would go to the collector."""
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], "project.traces.Spans", *settings.MIDDLEWARE[1:]]
    memory, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    traces.use(provider)
    yield memory
    traces.use(None)
    provider.shutdown()


def named(memory: InMemorySpanExporter, name: str) -> ReadableSpan:
    (span,) = [one for one in memory.get_finished_spans() if one.name == name]
    return span


def test_a_request_its_letter_and_the_attempt_hang_together(
    recorded: InMemorySpanExporter,
    world: World,
    deliver: Callable[..., Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    OutgoingEmail.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        Client().post("/accounts/password/reset/", {"email": world.people[Kind.REQUESTER].email})
    trail.task_begins.send(None, task_id="t-1", name="deliver_urgent")
    deliver()
    trail.task_ends.send(None, task_id="t-1")
    request = named(recorded, "POST /accounts/password/reset/")
    letter = OutgoingEmail.objects.get()
    promised, sent = named(recorded, f"promise {letter.kind}"), named(recorded, f"send {letter.kind}")
    for span in (promised, sent):
        assert span.parent is not None
        assert (span.parent.trace_id, span.parent.span_id) == (
            request.context.trace_id,
            request.context.span_id,
        )
        assert span.attributes is not None
        assert span.attributes["letter.id"] == letter.pk
    assert sent.attributes is not None
    assert sent.attributes["letter.outcome"] == "sent"
    assert sent.end_time is not None
    assert sent.start_time is not None
    assert sent.end_time >= sent.start_time
    (link,) = sent.links
    assert link.context.span_id == named(recorded, "deliver_urgent").context.span_id


def test_no_span_holds_a_token_an_address_or_an_id_out_of_a_url(
    recorded: InMemorySpanExporter, world: World, deliver: Callable[..., Any]
) -> None:
    browser = Client(raise_request_exception=False)
    token = world.path("{token}")
    for path in (
        "/a/{token}",
        "/n/{stop_token}",
        "/r/{receipt_token}",
        "/authorize/{link}/",
        "/a/{token}=%0A",
        "/nothing/{token}",
    ):
        browser.get(world.path(path))
    browser.generic("STRANGE", world.path("/a/{token}"))
    deliver()
    spans = recorded.get_finished_spans()
    assert "GET /a/<as_it_arrived:typed>" in {one.name for one in spans}
    everything = "".join(one.to_json() for one in spans)
    for secret in (token, world.path("{link}"), PRIYA, "STRANGE"):
        assert secret not in everything


def test_off_is_the_default_and_then_nothing_is_recorded_or_imported(settings: LazySettings) -> None:
    assert "project.traces.Spans" not in settings.MIDDLEWARE
    assert traces._tracer is None
    for signal, _ in traces._RECEIVERS:
        assert not signal.has_listeners()


@pytest.mark.django_db
def test_the_origin_of_a_letter_names_its_span(recorded: InMemorySpanExporter) -> None:
    trail.task_begins.send(None, task_id="t-1", name="remind")
    outbox.post(Nomination.sample(), to=PRIYA, key="1")
    trail.task_ends.send(None, task_id="t-1")
    context = named(recorded, "remind").context
    assert OutgoingEmail.objects.get().trace == f"{context.trace_id:032x}-{context.span_id:016x}"


def test_missing_packages_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        __import__("sys").modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None
    )
    with pytest.raises(ImproperlyConfigured, match=r"requirements-traces\.txt"):
        traces.start("web")
