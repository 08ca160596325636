"""What the peers are told: `python -m benchmarks.peers.act migrate | fill … | drain … | time_delay …`."""

import json
import os
import smtplib
import sys
import time
from itertools import islice
from multiprocessing import Process
from pathlib import Path

import django

SENDER = "requests@operator.example"


def letter() -> dict[str, str]:
    """Read the rendered letter: the same words as ours."""
    read: dict[str, str] = json.loads(Path(os.environ["BENCH_LETTER"]).read_text(encoding="utf-8"))
    return read


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def fill_post_office(prefix: str, count: str) -> None:
    from post_office import mail
    from post_office.models import Email

    words = letter()
    numbers = iter(range(int(count)))
    while chunk := list(islice(numbers, 500)):
        mail.send_many(
            [
                {
                    "recipients": [f"{prefix}{number}@reader.example"],
                    "sender": SENDER,
                    "subject": words["subject"],
                    "message": words["text"],
                    "html_message": words["html"],
                }
                for number in chunk
            ]
        )
    assert Email.objects.count() >= int(count)


def fill_mailer(prefix: str, count: str) -> None:
    from django.db import transaction
    from mailer import send_html_mail

    words = letter()
    with transaction.atomic():
        for number in range(int(count)):
            to = [f"{prefix}{number}@reader.example"]
            send_html_mail(words["subject"], words["text"], words["html"], SENDER, to)


def fill_celery(prefix: str, count: str) -> None:
    from benchmarks.peers.plain import app, send_letter

    with app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection)
        for number in range(int(count)):
            send_letter.apply_async((f"{prefix}{number}@reader.example",), producer=producer)


def drain_post_office() -> None:
    from django.core.management import call_command

    call_command("send_queued_mail", processes=2, log_level=0)


def drain_mailer() -> None:
    from django.core.management import call_command

    call_command("send_mail", cron=1)


def drain_bare(prefix: str, count: str) -> None:
    """Send on two connections with nothing else to do: the letter is built before."""
    from email.message import EmailMessage

    words = letter()
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = words["subject"], SENDER, "reader@reader.example"
    message.set_content(words["text"])
    message.add_alternative(words["html"], subtype="html")
    content = message.as_bytes().replace(b"\n", b"\r\n")
    half = int(count) // 2
    processes = [
        Process(target=_send_bare, args=(content, f"{prefix}{name}", half), daemon=True)
        for name in ("a", "b")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def _send_bare(content: bytes, prefix: str, count: int) -> None:
    with smtplib.SMTP("127.0.0.1", int(os.environ["BENCH_PORT"])) as server:
        for number in range(count):
            server.sendmail(SENDER, [f"{prefix}{number}@reader.example"], content)


def time_delay(prefix: str, count: str) -> None:
    """Publish tasks one by one on an idle system; prints when each was published and how long `.delay()` took."""
    from benchmarks.peers.plain import send_letter

    send_letter.delay("warm@reader.example")
    time.sleep(0.5)
    published, shares = {}, []
    for number in range(int(count)):
        to = f"{prefix}{number}@reader.example"
        published[to] = time.time()
        began = time.perf_counter()
        send_letter.delay(to)
        shares.append(time.perf_counter() - began)
        time.sleep(0.02)
    print(json.dumps({"published": published, "shares": shares}))


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.settings"
    django.setup()
    name, *arguments = sys.argv[1:]
    globals()[name](*arguments)


if __name__ == "__main__":
    main()
