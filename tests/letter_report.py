"""`make letters`: weigh every letter, let a spam filter judge it, and write the figures into docs/letters.md.

The filter is SpamAssassin (`apt-get install spamassassin`) with the rules it brings: no network, no learning.
"""

import mailbox
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import django

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "letters.md"
BEGIN, END = "<!-- figures: make letters -->\n", "<!-- end of figures -->\n"
OPERATOR = {
    "BASE_URL": "https://accounts.example.com",
    "OPERATOR_NAME": "Example Licensing GmbH",
    "OPERATOR_ADDRESS": "Musterweg 1, 10115 Berlin",
    "SUPPORT_EMAIL": "support@accounts.example.com",
    "DEFAULT_FROM_EMAIL": "requests@accounts.example.com",
    "RETURN_PATH": "bounces@accounts.example.com",
    "FROM_NAME": "Smart Account Requests",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}


@dataclass(frozen=True)
class Weighed:
    """One letter in one language, as bytes on their way to the mail server."""

    html: int
    text: int
    content: bytes


@dataclass(frozen=True)
class Judged:
    """What the filter said; from 5 points on it calls a letter spam."""

    score: float
    rules: tuple[str, ...]


def main() -> None:
    """Make every sample in every language, weigh and judge it, and put the table in its place."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    from django.test import override_settings

    with override_settings(**OPERATOR):
        letters = weigh()
        worst = weigh_worst()
    judged = judge({key: letter.content for key, letter in letters.items()})
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(before + BEGIN + _table(letters, judged, worst=worst) + END + after, encoding="utf-8")


def weigh() -> dict[tuple[str, str], Weighed]:
    """Return the sample of each kind in each language."""
    from django.utils import timezone

    from notifications import composing, emails, envelope, rendering
    from notifications.languages import Language
    from notifications.models import OutgoingEmail

    letters = {}
    for number, (kind, letter) in enumerate(emails.KINDS.items()):
        for language in Language:
            sample = letter.sample(language)
            rendered = rendering.render(sample, language=language)
            stored = OutgoingEmail(
                pk=number,
                kind=kind,
                language=language.value,
                to="priya.raman@acme-robotics.example",
                message_id=envelope.message_id(f"{kind}:{language}"),
            )
            content = composing.parcel(sample, stored=stored, now=timezone.now()).content
            letters[kind, language.value] = Weighed(
                len(rendered.html.encode()), len(rendered.text.encode()), content
            )
    return letters


def weigh_worst() -> int:
    """Return the size of the largest HTML that the hostile samples give."""
    from notifications import emails, rendering
    from notifications.languages import Language

    return max(
        len(rendering.render(letter.hostile_sample(language), language=language).html.encode())
        for letter in emails.KINDS.values()
        for language in Language
    )


def judge(letters: dict[tuple[str, str], bytes]) -> dict[tuple[str, str], Judged]:
    """Ask SpamAssassin about all of them in one run; it answers in an order of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "letters"
        box = mailbox.mbox(path)
        for content in letters.values():
            box.add(content)
        box.flush()
        # Its own state stays in the folder: what somebody's installation learnt must not judge here.
        answer = subprocess.run(
            ["spamassassin", "--local", "--mbox", f"--prefspath={folder}/preferences", str(path)],
            env={**os.environ, "HOME": folder, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            check=True,
        ).stdout
        (Path(folder) / "judged").write_bytes(answer)
        answers = [message_from_bytes(bytes(one)) for one in mailbox.mbox(Path(folder) / "judged")]
    judged = {one["Message-ID"]: _verdict(one["X-Spam-Status"]) for one in answers}
    return {key: judged[message_from_bytes(content)["Message-ID"]] for key, content in letters.items()}


def _verdict(status: str) -> Judged:
    words = " ".join(status.split())
    score, rules = re.search(r"score=(-?[\d.]+)", words), re.search(r"tests=(.*?) \w+=", words)
    assert score, words
    assert rules, words
    names = tuple(name for name in re.split(r"[, ]+", rules[1]) if name not in {"", "none"})
    return Judged(float(score[1]), names)


def _table(
    letters: dict[tuple[str, str], Weighed], judged: dict[tuple[str, str], Judged], *, worst: int
) -> str:
    kinds = list(dict.fromkeys(kind for kind, _ in letters))
    languages = list(dict.fromkeys(language for _, language in letters))
    heads = [f"{language}: HTML · text · whole | points" for language in languages]
    lines = [f"| letter | {' | '.join(heads)} |", "|---|" + "---|---:|" * len(languages)]
    for kind in kinds:
        cells = []
        for language in languages:
            one, verdict = letters[kind, language], judged[kind, language]
            sizes = (one.html, one.text, len(one.content))
            cells += [" · ".join(f"{size / 1000:.1f}" for size in sizes), f"{round(verdict.score, 1) + 0.0}"]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    where: dict[str, list[str]] = {}
    for (kind, language), verdict in judged.items():
        for rule in verdict.rules:
            where.setdefault(rule, []).append(f"{kind} ({language})")
    lines += ["", "Sizes in kB. Rules that fired:", ""]
    for rule, names in sorted(where.items()):
        told = "every letter" if len(names) == len(judged) else ", ".join(names)
        lines.append(f"- `{rule}`: {told}")
    lines += ["", f"With the worst that people may have entered the largest HTML has {worst / 1000:.1f} kB."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
