"""What a provider tells of letters: before our own commit, twice, in the wrong order, and ten thousand at once."""

import base64
import http.client
import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
from pytest_django.fixtures import Settings

from tests.faults.office import Office
from tests.faults.provider import WEBHOOK_SECRET, Provider
from tests.faults.scene import Scene

pytestmark = [pytest.mark.faults, pytest.mark.fault(14)]
BULK = "email_changed"
OPS = "ops@operator.example"
AT = "2026-11-25T14:01:00Z"
EVENTS, LETTERS = 10_000, 400


@pytest.fixture
def provider(scene: Scene) -> Iterator[Provider]:
    """A provider by whom letters leave."""
    with Provider() as provider:
        scene.environment |= {
            "EMAIL_URL": provider.email_url,
            "ALERT_EMAILS": OPS,
            # However long the webhook takes before the provider answers.
            "LEASE_SECONDS_BULK": "120",
            "LETTER_SECONDS_BULK": "60",
        }
        yield provider


def delivered(message_id: str, to: str) -> dict[str, Any]:
    return {"RecordType": "Delivery", "MessageID": message_id, "Recipient": to, "DeliveredAt": AT}


def bounced(message_id: str, to: str) -> dict[str, Any]:
    told = {"RecordType": "Bounce", "Type": "HardBounce", "ID": f"bounce of {message_id}"}
    return told | {"MessageID": message_id, "Email": to, "BouncedAt": AT}


def complained(message_id: str, to: str) -> dict[str, Any]:
    told = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": f"complaint of {message_id}"}
    return told | {"MessageID": message_id, "Email": to, "BouncedAt": AT}


class Caller:
    """A provider's side of the webhooks; keeps its line open from call to call."""

    def __init__(self, office: Office, path: str) -> None:
        self._line = http.client.HTTPConnection("localhost", office.port, timeout=120)
        self._path = path
        self._proof = "Basic " + base64.b64encode(WEBHOOK_SECRET.encode()).decode()

    def tell(self, events: Any) -> int:
        """Tell of one event or many; returns the status of the answer."""
        headers = {"Authorization": self._proof, "Content-Type": "application/json"}
        self._line.request("POST", self._path, json.dumps(events), headers)
        answer = self._line.getresponse()
        answer.read()
        return answer.status

    def close(self) -> None:
        self._line.close()


def test_events_before_the_commit_twice_and_in_any_order_move_a_letter_forward_only(
    scene: Scene, provider: Provider, settings: Settings
) -> None:
    with Office(scene, parts=("web", "worker-bulk", "beat")) as office:
        caller = Caller(office, "/anymail/postmark/tracking/")
        early = {"reader0": [delivered], "reader1": [bounced, bounced], "reader2": [complained]}
        late = {
            "reader0": [delivered],
            "reader1": [delivered],
            "reader2": [bounced, delivered, complained],
        }
        ids: dict[str, str] = {}

        def tell_early(message_id: str, to: str) -> None:
            ids[to.partition("@")[0]] = message_id
            for event in early.get(to.partition("@")[0], []):
                assert caller.tell(event(message_id, to)) == 200

        provider.before_answering = tell_early
        scene.post(BULK, prefix="reader", count=3)
        provider.wait_for(3)
        # The fourth is to the operator, who hears of the complaint.
        provider.wait_for(4)
        scene.until(lambda: not {"queued", "sending"} & set(scene.states()))
        for name, events in late.items():
            for event in events:
                assert caller.tell(event(ids[name], f"{name}@reader.example")) == 200
        caller.close()
    rows = scene.ask("rows")
    assert [rows[f"reader:{n}"]["state"] for n in range(3)] == ["delivered", "bounced", "complained"]
    assert scene.ask("events") == {"kept": 6, "without_a_letter": 0}
    assert sorted(one.to for one in provider.taken) == [OPS, *(f"reader{n}@reader.example" for n in range(3))]


@pytest.mark.slow
def test_of_ten_thousand_events_at_once_in_any_order_each_counts_once(scene: Scene) -> None:
    """Each letter was delivered, every other bounced, every fourth was complained of; each is told a dozen times."""
    scene.environment["EMAIL_URL"] = (
        f"anymail+mailjet://?MAILJET_API_KEY=key&MAILJET_SECRET_KEY=secret"
        f"&WEBHOOK_SECRET={quote(WEBHOOK_SECRET, safe='')}"
    )
    scene.ask("send_in_the_past", count=LETTERS)
    events = [
        {"event": event, "MessageID": number, "time": 1795615260, "email": f"reader{number}@reader.example"}
        for event, every in (("sent", 1), ("bounce", 2), ("spam", 4))
        for number in range(0, LETTERS, every)
    ]
    kept = len(events)
    told = (events * (EVENTS // kept + 1))[:EVENTS]
    random.Random(14).shuffle(told)
    with Office(scene, parts=("web",)) as office, ThreadPoolExecutor(8) as pool:
        callers = [Caller(office, "/anymail/mailjet/tracking/") for _ in range(8)]
        calls = [told[start : start + 100] for start in range(0, EVENTS, 100)]
        shares = [calls[place::8] for place in range(8)]

        def tell_all(caller: Caller, share: list[Any]) -> list[int]:
            return [caller.tell(some) for some in share]

        answers = [status for share in pool.map(tell_all, callers, shares) for status in share]
        for caller in callers:
            caller.close()
    assert set(answers) == {200}
    assert scene.ask("events") == {"kept": kept, "without_a_letter": 0}
    states = Counter(row["state"] for key, row in scene.ask("rows").items() if key.startswith("past:"))
    assert states == {"delivered": LETTERS // 2, "bounced": LETTERS // 4, "complained": LETTERS // 4}
