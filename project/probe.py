"""Ask an address once and say by the exit status whether it answered well: `python -m project.probe URL`.

With a word behind it, as in `… /readyz database`, the JSON's fact of that name has to be "ok", whatever the status."""

import json
import sys
import urllib.error
import urllib.request

TIMEOUT_SECONDS = 5


def answer(url: str) -> tuple[int, str]:
    """Return status and body; status 0 when nobody answers."""
    # No proxy of the environment: what is asked is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=TIMEOUT_SECONDS) as response:
            return response.status, response.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError:
        return 0, "no answer"


def is_well(status: int, body: str, *, fact: str = "") -> bool:
    """Judge an answer: by its status or, where a fact is named, by that alone."""
    if not fact:
        return status == 200
    try:
        return bool(json.loads(body).get(fact) == "ok")
    except (ValueError, AttributeError):
        return False


if __name__ == "__main__":
    status, body = answer(sys.argv[1])
    print(body.strip())
    sys.exit(0 if is_well(status, body, fact="".join(sys.argv[2:3])) else 1)
