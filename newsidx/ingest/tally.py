"""What came of the captures of an add or a reparse: counts while it runs, the report at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from newsidx.model import AddReport, Note, Outcome

__all__ = ["Tally"]

_EXAMPLES = 20
"""How many of the captures that were skipped, failed or are gone a report names one by one."""


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
            examples = sum(1 for example in self.examples if example.status == outcome.status)
            if examples < _EXAMPLES:
                self.examples.append(outcome)
        if self.report is not None:
            self.report(outcome)

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
