"""The demo's people: made on the first start, with secrets of this DATA_DIR alone, and told at each start."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from people import second_factor
from people import services as people

REQUESTER = "dana.whitfield@acme-robotics.example"
REVIEWER = "rosa.reviewer@operator.example"
OPS = "otto.ops@operator.example"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """What somebody types to sign in as a demo person; `totp` is empty for those without a second factor."""

    address: str
    full_name: str
    password: str
    totp: str = ""


def _file() -> Path:
    return Path(settings.DATA_DIR) / "demo.json"


def sign_ins() -> list[SignIn]:
    """Return the demo people, as kept in DATA_DIR/demo.json (mode 0600); they are invented once."""
    path = _file()
    if not path.exists():
        made = [
            SignIn(address=REQUESTER, full_name="Dana Whitfield", password=_password()),
            _staff(REVIEWER, full_name="Rosa Reviewer"),
            _staff(OPS, full_name="Otto Ops"),
        ]
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps([asdict(person) for person in made], indent=2))
        draft.rename(path)
    return [SignIn(**person) for person in json.loads(path.read_text())]


def _staff(address: str, *, full_name: str) -> SignIn:
    return SignIn(address=address, full_name=full_name, password=_password(), totp=second_factor.new_secret())


def _password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(5))


@transaction.atomic
def make_people() -> None:
    """Make the demo people that do not exist yet, so that the printed sign-ins work.

    Priya Raman, the authorizer of the example, has no account on purpose: her letter is all she needs."""
    roles = {REVIEWER: people.Roles(is_reviewer=True), OPS: people.Roles(is_ops=True)}
    for person in sign_ins():
        if person.address in roles:
            made = people.make_staff(
                person.address, full_name=person.full_name, password=person.password, **roles[person.address]
            )
        else:
            made = people.register_demo_person(
                person.address, full_name=person.full_name, password=person.password
            )
        if not made.check_password(person.password):
            # The database is older than DATA_DIR: what the terminal prints must work.
            made.set_password(person.password)
            made.save(update_fields=["password"])
            second_factor.reset(made)
        if person.totp and not second_factor.has_app(made):
            second_factor.enrol(made, secret=person.totp)


def sign_in_lines() -> list[str]:
    """Return the lines that the start prints: who can sign in, and how."""
    what = {REQUESTER: "Requester", REVIEWER: "Reviewer (staff)", OPS: "Ops (staff)"}
    lines = []
    for person in sign_ins():
        lines.append(f"  {what[person.address]:<24} {person.address}   password {person.password}")
        if person.totp:
            lines.append(f"  {'':<24} TOTP secret {person.totp}")
    where = f"DATA_DIR={settings.DATA_DIR} " if Path(settings.DATA_DIR) != settings.BASE_DIR / "var" else ""
    lines.append(f"  {'':<24} a code for now: {where}.venv/bin/python manage.py totp ADDRESS")
    return lines
