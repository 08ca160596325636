"""Keep the parts of a one-command run alive, and stop them softly and in order.

supervisord in the foreground, with four things that it does not do by itself: it says in the terminal what
happens; a hang-up of the terminal stops the run instead of restarting it; what a dead part leaves behind in
its process group is ended; and should supervisord itself be killed, the parts are told to stop (Linux)."""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from supervisor import events
from supervisor.medusa import asyncore_25 as asyncore
from supervisor.options import ServerOptions
from supervisor.supervisord import Supervisor

PR_SET_PDEATHSIG = 1
# Name, start order, seconds to stop. Stopping goes backwards: beat, Flower, web, both workers at once, Redis.
# A worker may finish the letter in its hands: 120 s for an urgent one, 210 s for any other.
PROGRAMS = (
    ("redis", 10, 30),
    ("worker-urgent", 20, 120),
    ("worker-bulk", 20, 210),
    ("web", 30, 40),
    ("flower", 40, 15),
    ("beat", 50, 15),
)


def configuration(*, with_redis: bool) -> str:
    """Return supervisord's configuration. It holds no path but Python's and no secret: the parts read theirs
    from the environment that they inherit."""
    python = sys.executable.replace("%", "%%")
    sections = [
        "[supervisord]\nnodaemon=true\nsilent=true\nlogfile=logs/supervisor.log\npidfile=supervisor.pid"
    ]
    sections[0] += "\nchildlogdir=logs\nlogfile_maxbytes=1MB\nlogfile_backups=1\n"
    for name, priority, seconds in PROGRAMS:
        if name != "redis" or with_redis:
            sections.append(_program(python, name, priority=priority, stopwaitsecs=seconds))
    sections.append(_program(python, "announce", priority=90, stopwaitsecs=5, once=True))
    # One group, so that both workers stop side by side: supervisord stops one group after the other.
    sections.append("[group:workers]\nprograms=worker-urgent,worker-bulk\npriority=20\n")
    return "\n".join(sections)


def _program(python: str, name: str, *, priority: int, stopwaitsecs: int, once: bool = False) -> str:
    restart = "false" if once else "true"
    # The soft signal goes to the leader alone (a pool's or a server's children would drop what they hold);
    # the hard one, when the time is up, to the whole group. A part that dies at once is tried again after
    # 1, 2, 3, ... seconds, without end.
    return f"""[program:{name}]
command="{python}" -m project.parts {name}
priority={priority}
autorestart={restart}
startsecs={0 if once else 5}
startretries=1000000
exitcodes=0
stopsignal=TERM
stopasgroup=false
killasgroup=true
stopwaitsecs={stopwaitsecs}
redirect_stderr=true
stdout_logfile=logs/{name}.log
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=2
"""


class Options(ServerOptions):  # type: ignore[misc]
    """supervisord's options, with the terminal's hang-up read as "stop"."""

    def get_signal(self) -> int | None:
        number = super().get_signal()
        return signal.SIGTERM if number == signal.SIGHUP else number

    def setpgrp(self) -> None:
        # In the child, before it becomes the part: a group of its own, out of the reach of Ctrl-C.
        super().setpgrp()
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Foreground(Supervisor):  # type: ignore[misc]
    """supervisord that speaks in the terminal and sweeps behind dead parts."""

    def runforever(self) -> None:
        # Subscribed here, since supervisord forgets all subscriptions just before.
        answers: tuple[tuple[type, Callable[[Any], None]], ...] = (
            (events.ProcessStateExitedEvent, self.exited),
            (events.ProcessStateBackoffEvent, self.exited),
            (events.ProcessStateStoppedEvent, self.stopped),
            (events.SupervisorStoppingEvent, self.stopping_begins),
        )
        for kind, answer in answers:
            events.subscribe(kind, answer)
        super().runforever()

    def exited(self, event: Any) -> None:
        """Sweep behind a part that ended by itself, and say so; supervisord starts it again."""
        end_group(event.process.pid)
        name = event.process.config.name
        if name == "announce":
            announcement = Path("logs/announce.log")
            with contextlib.suppress(OSError):
                say(announcement.read_text())
                # It names passwords, which have no place in a log.
                os.truncate(announcement, 0)
            return
        pause = getattr(event.process, "backoff", 0)
        after = f" after {pause} s" if pause else ""
        say(f"{name} ended unexpectedly and is started again{after}; see logs/{name}.log in {Path.cwd()}")

    def stopped(self, event: Any) -> None:
        end_group(event.process.pid)

    def stopping_begins(self, event: Any) -> None:
        say("\nStopping softly: beat, dashboard, web, workers, Redis ...")


def end_group(leader: int) -> None:
    """Kill what is left in the process group of a part that has ended."""
    if leader:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


def say(text: str) -> None:
    # The terminal may be gone; the parts still have to be stopped.
    with contextlib.suppress(OSError):
        print(text, flush=True)


def main(configuration_file: str) -> None:
    """Run until a signal says stop. The working directory is DATA_DIR."""
    options = Options()
    options.realize(["-c", configuration_file])
    options.first = True
    options.test = False
    with contextlib.suppress(asyncore.ExitNow):
        Foreground(options).main()
    options.close_logger()
    say("Stopped.")


if __name__ == "__main__":
    main(sys.argv[1])
