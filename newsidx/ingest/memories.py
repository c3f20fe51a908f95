"""What an index remembers of the templates of its sources: one page of the ledger for each source.

A page holds a *sample*: the fingerprints (`extract.memory`) of those captures of the source whose IDs are the least,
64 at most. IDs are hashes, so that this is a fair choice, and it is a function of the set of captures: the order of
adding does not matter, and what is added twice is there once. `bound` is the least ID that the sample ever had no room
for: where captures were taken out, the sample stays the whole of what lies below it, until `reparse` fills it up.

Whoever writes reads captures with the templates of the commit that he began with (`template`), whatever he learns and
commits on the way: hence what an add extracts is a function of that commit and of the captures. Templates that
captures were read with are kept, so that they can be read the same once more; the last 16 of each source, and after a
reparse those that are still in use. Called by `ledger`, `intake` and `reparse`.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from newsidx.errors import IndexDamaged
from newsidx.extract.memory import NO_TEMPLATE, Template, learn

__all__ = ["SAMPLE", "Memories", "template_of"]

SAMPLE = 64
"""Captures in a sample: of what stands on one page in twenty, three are expected in it. About 20 KB a source."""
_MOST_KEPT = 16


@dataclass(slots=True)
class _Page:
    sample: dict[str, bytes] = field(default_factory=dict)
    bound: str = ""
    kept: dict[str, bytes] = field(default_factory=dict)

    def learn(self, id_: str, lines: bytes) -> bool:
        """Take a capture into the sample, if it belongs there; False where that changes nothing."""
        if (self.bound and id_ >= self.bound) or self.sample.get(id_) == lines:
            return False
        self.sample[id_] = lines
        if len(self.sample) > SAMPLE:
            self.bound = max(self.sample)
            del self.sample[self.bound]
        return True

    def template(self) -> Template:
        return learn(self.sample[id_] for id_ in sorted(self.sample))

    def encode(self) -> bytes | None:
        if not (self.sample or self.kept):
            return None
        value = {
            "bound": self.bound,
            "sample": {id_: self.sample[id_].hex() for id_ in sorted(self.sample)},
            "kept": {digest: data.hex() for digest, data in self.kept.items()},
        }
        return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), 1)

    @classmethod
    def decode(cls, data: bytes | None) -> _Page:
        if data is None:
            return cls()
        try:
            value = json.loads(zlib.decompress(data))
            sample = {id_: bytes.fromhex(lines) for id_, lines in value["sample"].items()}
            return cls(sample, value["bound"], {name: bytes.fromhex(kept) for name, kept in value["kept"].items()})
        except (zlib.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamaged(f"the memory of a source is damaged: {error}", path="") from error


class Memories:
    """All sources' pages, loaded when touched. One writer's: it begins with the commit that `load` reads from."""

    def __init__(self, load: Callable[[str], bytes | None]) -> None:
        self._load = load
        self._pages: dict[str, _Page] = {}
        self._dirty: set[str] = set()
        self._at_start: dict[str, Template] = {}

    # Reading

    def template(self, source: str) -> Template:
        """The template of a source as it was committed when the writer began."""
        if not source:
            return NO_TEMPLATE
        template = self._at_start.get(source)
        if template is None:
            template = self._at_start[source] = self._made(self._page(source))
        return template

    def recorded(self, source: str, digest: str) -> Template | None:
        """The template with this digest, which captures of the source were read with; None where it is not kept."""
        if not digest:
            return NO_TEMPLATE
        kept = self._page(source).kept.get(digest)
        for template in (self.template(source), self.current(source)):
            if template.digest == digest:
                return template
        return None if kept is None else _decoded(kept)

    def current(self, source: str) -> Template:
        """The template of all that has been learnt by now."""
        return self._made(self._page(source)) if source else NO_TEMPLATE

    # Learning

    def learn(self, source: str, id_: str, lines: bytes) -> None:
        """A capture of the source was read: remember its lines."""
        if source:
            self.template(source)
            if self._page(source).learn(id_, lines):
                self._dirty.add(source)

    def keep(self, source: str, digest: str) -> None:
        """A capture was read with the template of this digest: keep that as long as captures are."""
        template = self.template(source)
        if not digest or template.digest != digest:
            return
        page = self._page(source)
        if digest not in page.kept:
            page.kept[digest] = template.encode()
            while len(page.kept) > _MOST_KEPT:
                del page.kept[next(iter(page.kept))]
            self._dirty.add(source)

    def forget(self, source: str, id_: str) -> None:
        """A capture is in the index no more."""
        if source:
            self.template(source)
            if self._page(source).sample.pop(id_, None) is not None:
                self._dirty.add(source)

    # Starting anew

    def sampled(self, source: str) -> Mapping[str, bytes]:
        """The captures in a source's sample, by ID."""
        return self._page(source).sample

    def bound(self, source: str) -> str:
        """The least ID of the source's captures that its sample never had room for; empty where it had for all."""
        return self._page(source).bound

    def relearn(self, source: str, sample: Mapping[str, bytes], bound: str) -> None:
        """Make this the sample of a source, and what to read with from now on. `bound` is the least ID of its captures
        that are not in it; empty where all are."""
        page = self._page(source)
        if (page.sample, page.bound) != (sample, bound):
            page.sample, page.bound = dict(sample), bound
            self._dirty.add(source)
        self._at_start.pop(source, None)

    def discard(self, source: str, used: Collection[str]) -> None:
        """Keep no templates but those with these digests, which captures record."""
        page = self._page(source)
        if any(digest not in used for digest in page.kept):
            page.kept = {digest: data for digest, data in page.kept.items() if digest in used}
            self._dirty.add(source)

    # Committing

    def changed(self) -> dict[str, bytes | None]:
        """All changed pages by name."""
        return {_name(source): self._pages[source].encode() for source in sorted(self._dirty)}

    def committed(self) -> None:
        """The changed pages are in the index now."""
        self._dirty.clear()
        self._pages.clear()

    def _page(self, source: str) -> _Page:
        page = self._pages.get(source)
        if page is None:
            page = self._pages[source] = _Page.decode(self._load(_name(source)))
        return page

    @staticmethod
    def _made(page: _Page) -> Template:
        try:
            return page.template()
        except ValueError as error:
            raise IndexDamaged(f"the memory of a source is damaged: {error}", path="") from error


def template_of(extractor: str) -> str:
    """The digest of the template in what an article records of its extractor; empty for none."""
    return extractor.partition("+m")[2]


def _decoded(data: bytes) -> Template:
    try:
        return Template.decode(data)
    except ValueError as error:
        raise IndexDamaged(f"a template is damaged: {error}", path="") from error


def _name(source: str) -> str:
    return f"memory:{hashlib.blake2b(source.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"
