"""Whether a change of the readers changed any article: dumps all articles of the pages at hand, and compares dumps.

    python scripts/diff_extraction.py dump FILE [--text] [--set NAME …]
    python scripts/diff_extraction.py compare OLD NEW [--show N]

`dump` writes one JSON line a page (path, article) over corpus/ and, where it is, ../shared/eval/extraction/pages;
``--text`` takes the text twins and dumps instead of the HTML. `compare` names the pages and fields that differ and
exits with 1 if any do. Work on speed keeps this silent; work on quality reads what it shows.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from newsidx.errors import CaptureError
from newsidx.extract import extract
from newsidx.model import Article, Capture, capture_id

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT.parent / "shared" / "eval" / "extraction" / "pages"
_SHOWN_CHARS = 300


def pages(*, is_text: bool, sets: list[str]) -> Iterator[tuple[str, bytes]]:
    """The bytes of each page, by its name."""
    endings = (".txt.gz", ".txt") if is_text else (".html.gz", ".html", ".htm")
    for folder in (ROOT / "corpus", PAGES):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if not path.name.endswith(endings) or path.name.endswith((".inner.txt.gz", ".wet.txt.gz")):
                continue
            if sets and path.parent.name not in sets:
                continue
            data = path.read_bytes()
            yield path.relative_to(folder).as_posix(), gzip.decompress(data) if path.suffix == ".gz" else data


def dump(out: Path, *, is_text: bool, sets: list[str]) -> None:
    """Writes the articles, and tells the CPU time that they took."""
    count, seconds = 0, 0.0
    with out.open("w", encoding="utf-8") as lines:
        for name, data in pages(is_text=is_text, sets=sets):
            capture = Capture(capture_id(data), data, "text/plain" if is_text else "text/html")
            begin = time.process_time()
            try:
                value = _plain(extract(capture))
            except CaptureError as error:
                value = {"error": str(error)}
            seconds += time.process_time() - begin
            count += 1
            lines.write(json.dumps({"page": name, "article": value}, default=str, ensure_ascii=False) + "\n")
    print(f"{count} articles in {seconds:.1f} CPU seconds: {out}")


def _plain(article: Article) -> dict[str, Any]:
    """The article as JSON has it; frozen mappings as dictionaries."""
    values = {each.name: getattr(article, each.name) for each in dataclasses.fields(article)}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}


def compare(old: Path, new: Path, shown: int) -> int:
    """The number of pages that differ; prints the first `shown` of them."""
    before, after = ({each["page"]: each["article"] for each in map(json.loads, path.open())} for path in (old, new))
    differing = [page for page in {**before, **after} if before.get(page) != after.get(page)]
    fields: Counter[str] = Counter()
    for at, page in enumerate(differing):
        one, other = before.get(page) or {}, after.get(page) or {}
        names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
        fields.update(names)
        if at < shown:
            print(f"== {page}")
            for name in names:
                print(*_difference(name, one.get(name), other.get(name)), sep="\n")
    print(f"{len(differing)} of {len(before)} articles differ", dict(fields.most_common()))
    return len(differing)


def _difference(name: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, list) and isinstance(other, list):
        yield f"  {name}: {len(one)} -> {len(other)}"
        yield from (f"    - {str(each)[:_SHOWN_CHARS]}" for each in one if each not in other)
        yield from (f"    + {str(each)[:_SHOWN_CHARS]}" for each in other if each not in one)
    else:
        yield f"  {name}: {str(one)[:_SHOWN_CHARS]!r} -> {str(other)[:_SHOWN_CHARS]!r}"


def main() -> None:
    """Reads the options and does what they say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    dumping = verbs.add_parser("dump")
    dumping.add_argument("out", type=Path)
    dumping.add_argument("--text", action="store_true")
    dumping.add_argument("--set", dest="sets", nargs="+", default=[])
    comparing = verbs.add_parser("compare")
    comparing.add_argument("old", type=Path)
    comparing.add_argument("new", type=Path)
    comparing.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    if options.verb == "dump":
        dump(options.out, is_text=options.text, sets=options.sets)
    elif compare(options.old, options.new, options.show):
        sys.exit(1)


if __name__ == "__main__":
    main()
