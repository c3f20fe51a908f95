"""What came of the captures of an add or a reparse: counts while it runs, the report at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from newsidx.model import AddReport, Note, Outcome

__all__ = ["Tally"]

_EXAMPLES = 20
"""How many of the captures that were skipped, failed or are gone a report names one by one."""
_OF_EACH_REASON = 3
"""How many of each reason are named all the same, so that the many of one do not hide the few of another."""
_MOST_EXAMPLES = 100
"""How many are named at most, whatever reasons there are: those of archives' records are what their headers say."""


@dataclass(slots=True)
class Tally:
    """Counts, and the first outcomes worth telling; `report` is told of all."""

    report: Callable[[Outcome], object] | None
    counts: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    examples: list[Outcome] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    bytes_read: int = 0
    commits: int = 0
    _named: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    _kept: tuple[Counter[str], dict[str, Counter[str]]] = field(default_factory=lambda: (Counter(), {}))

    def committed(self) -> None:
        """All that was counted is in the index now."""
        self.commits += 1
        self._kept = Counter(self.counts), {status: Counter(counter) for status, counter in self.reasons.items()}

    def roll_back(self) -> int:
        """What was counted since the last commit is not in the index: count it no more. Returns how much that was."""
        lost = self.counts.total() - self._kept[0].total()
        self.counts, self.reasons = self._kept
        return lost

    def add(self, outcome: Outcome) -> None:
        self.counts[outcome.status] += outcome.count
        if outcome.reason:
            self.reasons.setdefault(outcome.status, Counter())[outcome.reason] += outcome.count
        if outcome.status in ("failed", "gone") or (outcome.status == "skipped" and outcome.detail):
            self._exemplify(outcome)
        if self.report is not None:
            self.report(outcome)

    def _exemplify(self, outcome: Outcome) -> None:
        all_, its = (outcome.status, None), (outcome.status, outcome.reason)
        is_few = self._named[its] < _OF_EACH_REASON and self._named[all_] < _MOST_EXAMPLES
        if self._named[all_] < _EXAMPLES or is_few:
            self._named.update((all_, its))
            self.examples.append(outcome)

    def report_of(
        self, *, seconds: float, interrupted: bool = False, uncommitted: int = 0, dry_run: bool = False
    ) -> AddReport:
        """The report."""
        return AddReport(
            counts=dict(self.counts),
            reasons={status: dict(counter) for status, counter in self.reasons.items()},
            examples=tuple(self.examples),
            seconds=seconds,
            bytes_read=self.bytes_read,
            commits=self.commits,
            interrupted=interrupted,
            uncommitted=uncommitted,
            dry_run=dry_run,
            notes=tuple(self.notes),
        )
