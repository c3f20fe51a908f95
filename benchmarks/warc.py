"""Times the reading of a WARC made from the corpus: ``python benchmarks/warc.py [PAGES] [JOBS] [FOLDER]``.

Prints how fast its records are listed, how fast they are added, and the most memory that the add and its workers had.
The pages are the corpus's, each with another number in its headline; every third record is a picture.
"""

from __future__ import annotations

import io
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import newsidx
from newsidx.capture import Place, list_records

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


def make(path: Path, count: int) -> None:
    """Write a WARC of so many pages."""
    pages = [page.read_bytes() for page in sorted(CORPUS.glob("*/*/*.html"))]
    noise = random.Random(1)
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)

        def put(url: str, media: str, data: bytes) -> None:
            head = StatusAndHeaders("200 OK", [("Content-Type", media)], protocol="HTTP/1.1")
            dates = {"WARC-Date": "2023-07-01T12:00:00Z"}
            record = writer.create_warc_record(
                url, "response", payload=io.BytesIO(data), http_headers=head, warc_headers_dict=dates
            )
            writer.write_record(record)

        for i in range(count):
            data = pages[i % len(pages)].replace(b"</h1>", b" %d</h1>" % i, 1)
            put(f"https://news.example/{i}", "text/html", data)
            if i % 3 == 0:
                put(f"https://news.example/{i}.jpg", "image/jpeg", noise.randbytes(30_000))


def main() -> None:
    """Make, list, add."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    jobs = int(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(dir=sys.argv[3] if len(sys.argv) > 3 else None) as folder:
        path = Path(folder, "made.warc.gz")
        make(path, count)
        size = path.stat().st_size
        print(f"{count} pages, {size / 1e6:.0f} MB compressed")
        started, start, found = time.monotonic(), 0, 0
        is_end = False
        while not is_end:
            listing = list_records(Place(str(path), "warc"), start=start)
            start, is_end, found = listing.end, listing.is_end, found + len(listing.entries)
        seconds = time.monotonic() - started
        print(f"listed: {found} pages, {found * 4 / 3 / seconds:.0f} records a second, {size / 1e6 / seconds:.0f} MB/s")
        with newsidx.open(Path(folder, "index"), create=True) as idx:
            report = idx.add(path, jobs=jobs)
            print(f"added: {dict(report.counts)}, {count / report.seconds:.0f} pages a second")
            print(f"again: {idx.add(path).seconds * 1000:.0f} ms")
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        disk = sum(entry.stat().st_size for entry in os.scandir(Path(folder, "index")))
        print(f"memory: {own / 1024:.0f} MB, a worker {workers / 1024:.0f} MB; disk {disk / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
