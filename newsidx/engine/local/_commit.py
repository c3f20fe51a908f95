"""The commit file: which segments the index is made of, and totals over them that a search needs before it reads.

A sheet (`newsidx.codec.write_sheet`) that holds JSON, so that it stays readable by eye: the generation; the segments
by their IDs, oldest first; the languages that the index has met; and what `Summary` counts.
"""

from __future__ import annotations

import json

from newsidx.codec import read_sheet, write_sheet
from newsidx.engine.local._summary import Summary
from newsidx.errors import IndexDamaged
from newsidx.frozen import dataclass

__all__ = ["COMMIT", "Commit", "segment_file"]

COMMIT = "newsidx.toc"


def segment_file(id_: bytes) -> str:
    """The name of a segment's file."""
    return f"newsidx_{id_.hex()}.seg"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. `segments` are IDs of 16 bytes."""

    generation: int
    segments: tuple[bytes, ...]
    summary: Summary

    def to_bytes(self) -> bytes:
        data = {
            "generation": self.generation,
            "segments": [id_.hex() for id_ in self.segments],
            "summary": self.summary.to_dict(),
        }
        return write_sheet("commit", json.dumps(data, indent=1).encode())

    @classmethod
    def from_bytes(cls, data: bytes, path: str) -> Commit:
        """IndexDamaged or IndexVersion where the bytes are not a whole commit."""
        payload = read_sheet("commit", data, label=COMMIT, path=path)
        try:
            held = json.loads(payload)
            segments = tuple(bytes.fromhex(id_) for id_ in held["segments"])
            return cls(int(held["generation"]), segments, Summary.from_dict(held["summary"]))
        except (ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"the index in {path} is damaged: {COMMIT}: {error}", path=path) from error
