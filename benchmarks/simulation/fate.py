"""The oracle: what must leave about one request, worked out from what people did and what was away."""

from datetime import datetime

from benchmarks.simulation import rules
from benchmarks.simulation.clockwork import Clockwork
from benchmarks.simulation.journal import Act
from benchmarks.simulation.waits import Named


class Oracle(Clockwork):
    """Tells the fate of one story: each act in turn, and what the clock does in between."""

    def _act(self, act: Act) -> None:
        self._now = act.at
        handler = getattr(self, f"_{act.what.name.lower()}")
        handler(act)
        self._set_turn()

    def _submitted(self, act: Act) -> None:
        self.phase, self.domain, self.domain_since = "pending", "pending", act.at
        self.authorization_since = act.at
        if self.is_yes:
            self.authorization = "authorized"
        else:
            self._name(act.address, act.at)

    def _name(self, address: str, now: datetime) -> None:
        self.named = Named(address)
        self._ask_or_hold(now)

    def _ask_or_hold(self, now: datetime) -> None:
        """Apply the hold rule to the current nomination."""
        assert self.named
        agrees = rules.same_organization(self.named.address, self.story.domain)
        self.authorization_since = now
        if self.was_declined or not agrees:
            self.authorization = "held"
            self.named.link = None
            self.named.held_until = self.named.held_until or rules.end_of_day(rules.HELD_LIVES, after=now)
        else:
            self._issue(now)

    def _released(self, act: Act) -> None:
        if self.authorization == "held":
            self.authorization_since = act.at
            self._issue(act.at)

    def _refused(self, act: Act) -> None:
        if self.authorization == "held":
            self._authorization_ends(act.at)

    def _at_the_door(self, act: Act) -> None:
        if self.phase != "pending" or self.authorization != "pending" or self.frozen_at:
            return
        assert self.named
        assert self.named.link
        if self.named.link.wait.ends_at <= act.at:
            self._authorization_ends(act.at)

    def _authorized(self, act: Act) -> None:
        self.authorization, self.authorization_since = "authorized", act.at
        self._look_at_gates(act.at)

    def _look_at_gates(self, now: datetime) -> None:
        if self.phase == "pending" and self.authorization == "authorized" and self.domain == "approved":
            self.phase, self.setup_since = "setup", now

    def _declined(self, act: Act) -> None:
        self.was_declined = True
        self._authorization_ends(act.at)

    def _handed_on(self, act: Act) -> None:
        self._name(act.address, act.at)

    def _not_meant(self, act: Act) -> None:
        self._authorization_ends(act.at)

    def _undone(self, act: Act) -> None:
        self.authorization_since = act.at
        self._issue(act.at)

    def _bounced(self, act: Act) -> None:
        named = self.named
        if named is None or named.address != act.address:
            return
        named.is_blocked = True
        is_current = (
            self.phase == "pending"
            and self.authorization == "pending"
            and named.link is not None
            and named.link.made_at == act.link_made_at
        )
        if is_current and self.frozen_at:
            named.came_back_for = named.link
        elif is_current:
            self._authorization_ends(act.at)

    def _complained(self, act: Act) -> None:
        if self.named and self.named.address == act.address:
            self.named.is_stopped = self.named.is_blocked = True

    def _stopped(self, act: Act) -> None:
        if self.named and self.named.address == act.address:
            self.named.is_stopped = True

    def _new_link(self, act: Act) -> None:
        self.authorization_since = act.at
        self._issue(act.at)

    def _replaced(self, act: Act) -> None:
        self.is_yes = False
        self._name(act.address, act.at)

    def _reminded(self, act: Act) -> None:
        self._post_reminder(act.at, due_at=act.at, by_hand=True)

    def _facts_changed(self, act: Act) -> None:
        if self.authorization == "ended" or (self.is_yes and self.authorization == "authorized"):
            return
        self._ask_or_hold(act.at)

    def _withdrawn(self, act: Act) -> None:
        self._close(act.at)

    def _approved(self, act: Act) -> None:
        if self.domain != "approved":
            self.domain, self.domain_since = "approved", act.at
            self._look_at_gates(act.at)

    def _asked(self, act: Act) -> None:
        self.domain, self.domain_since = "asked", act.at

    def _accepted(self, act: Act) -> None:
        self._facts_changed(act)
        self._approved(act)

    def _answered(self, act: Act) -> None:
        self._facts_changed(act)
        self.domain, self.domain_since = "pending", act.at

    def _kept(self, act: Act) -> None:
        self.domain, self.domain_since = "pending", act.at

    def _rejected(self, act: Act) -> None:
        if self.phase == "pending":
            self._lift_freeze(act.at)
            self._close(act.at)
            self.domain, self.domain_since = "rejected", act.at

    def _reopened(self, act: Act) -> None:
        if self.phase == "closed":
            self.phase = "pending"
            closed_at, _ = self.fate.closed_at[-1]
            self.fate.closed_at[-1] = closed_at, act.at
            if self.authorization == "pending":
                self._authorization_ends(act.at)
            if self.authorization == "held" and self.named:
                self.named.held_until = rules.end_of_day(rules.HELD_LIVES, after=act.at)
        elif self.phase == "setup":
            self.phase, self.setup_since = "pending", None
        self.domain, self.domain_since = "pending", act.at

    def _taken_back(self, act: Act) -> None:
        if self.phase == "setup":
            self.phase, self.setup_since = "pending", None
        self._authorization_ends(act.at)

    def _revoked(self, act: Act) -> None:
        if self.authorization not in {"pending", "authorized"}:
            return
        self._lift_freeze(act.at)
        self._taken_back(act)

    def _activated(self, act: Act) -> None:
        self.phase = "active"
        self.fate.closed_at.append((act.at, None))

    def _frozen(self, act: Act) -> None:
        self.frozen_at = self.frozen_at or act.at

    def _unfrozen(self, act: Act) -> None:
        self._lift_freeze(act.at)
        if self.named and self.named.came_back_for and self.named.came_back_for is self.named.link:
            self._authorization_ends(act.at)
        self._look_at_gates(act.at)

    def _lift_freeze(self, now: datetime) -> None:
        """Every moment moves by the span that was frozen; ends go to the next 00:00 UTC. What was kept back leaves."""
        frozen_at = self.frozen_at
        if frozen_at is None:
            return
        span = now - frozen_at

        def moved(moment: datetime) -> datetime:
            return min(moment + span, now)

        if self.turn and self.turn_since:
            stood_still = now - max(frozen_at, self.turn_since)
            since = moved(self.turn_since)
            ends_at = self.turn.ends_at
            if ends_at > max(frozen_at, self.turn_since):
                ends_at = rules.next_midnight(ends_at + stood_still)
            self.turn = self._turn_from(since, ends_at, self.turn.handled)
            self.turn_since = since
            self._reminded_of = {moved(origin): number for origin, number in self._reminded_of.items()}
        if self.authorization in {"ended", "held"}:
            self.authorization_since = moved(self.authorization_since)
        if self.domain in {"pending", "asked"}:
            self.domain_since = moved(self.domain_since)
        if self.setup_since:
            self.setup_since = moved(self.setup_since)
        named = self.named
        if named and named.held_until and self.authorization == "held" and named.held_until > frozen_at:
            named.held_until = rules.next_midnight(named.held_until + span)
        if named and named.link and self.authorization == "pending":
            wait = named.link.wait
            ends_at = rules.next_midnight(wait.ends_at + span) if wait.ends_at > frozen_at else wait.ends_at
            named.link.wait = self._authorizer_wait(moved(named.link.made_at), ends_at, wait.handled)
        self.frozen_at = None
        kept_back, self._kept_back = self._kept_back, []
        for leave in kept_back:
            self._post(now, leave)
