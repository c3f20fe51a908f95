"""Mailboxes: each mail is a capture, with all that captures have."""

from __future__ import annotations

import gzip
import mailbox
from collections import Counter
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsidx
from newsidx.capture.container import Place, container_of, list_records, read_record
from newsidx.errors import CaptureFailed
from newsidx.ingest import add as add_module
from newsidx.ingest.pool import Pool
from tests.made.source import story


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(add_module, "Pool", lambda jobs, **_: Pool(0))


def mail(number: int) -> EmailMessage:
    headline, texts = story(number)
    made = EmailMessage()
    made["From"] = "Harbour Post <desk@harbour.example>"
    made["Subject"] = headline
    made["Date"] = f"Mon, 03 Jul 2023 12:00:{number % 60:02} +0000"
    made.set_content("\n\n".join(["From the desk at the docks in 2023, as every morning.", *texts]))
    body = "".join(f"<p>{text}</p>" for text in texts)
    made.add_alternative(f"<html><body><h1>{headline}</h1>{body}</body></html>", subtype="html")
    return made


def write(path: Path, numbers: range) -> None:
    """By the standard library's own writer, which appends."""
    box = mailbox.mbox(path)
    for number in numbers:
        box.add(mail(number))
    box.close()


def test_mails_are_captures(tmp_path: Path) -> None:
    write(tmp_path / "letters.mbox", range(5))
    idx = newsidx.open(tmp_path / "index", create=True)
    assert idx.add(tmp_path / "letters.mbox").counts == {"added": 5}
    articles = {idx.article(id_).headline: idx.article(id_) for id_ in idx.ids()}
    for number in range(5):
        headline, texts = story(number)
        article = articles[headline]
        assert article.body == tuple(texts)
        assert article.source.name == "Harbour Post" and article.published is not None
        (path,) = idx.paths(article.id)
        assert [found.id for _, found in newsidx.parse_path(path)] == [article.id]
    assert idx.add(tmp_path / "letters.mbox").counts == {"unchanged": 5}
    assert idx.check() == []


def test_a_mailbox_that_has_grown_is_read_from_its_old_end(tmp_path: Path) -> None:
    box = tmp_path / "letters.mbox"
    write(box, range(3))
    size = box.stat().st_size
    assert list_records(Place(str(box), "mbox")).end == size
    idx = newsidx.open(tmp_path / "index", create=True)
    idx.add(box)
    write(box, range(3, 5))
    assert idx.add(box).counts == {"added": 2}
    assert len(list(idx.ids())) == 5 and idx.check() == []


def test_half_a_mail_is_read_again_when_it_is_whole(tmp_path: Path) -> None:
    box = tmp_path / "letters.mbox"
    write(box, range(2))
    whole = box.read_bytes()
    box.write_bytes(whole[:-200])
    listing = list_records(Place(str(box), "mbox"))
    assert listing.is_end and listing.end == listing.entries[-1].at
    idx = newsidx.open(tmp_path / "index", create=True)
    idx.add(box)
    box.write_bytes(whole)
    idx.add(box)
    assert {article.body for article in map(idx.article, idx.ids())} >= {tuple(story(number)[1]) for number in range(2)}


def test_compressed_as_a_whole(tmp_path: Path) -> None:
    write(tmp_path / "letters.mbox", range(3))
    packed = tmp_path / "packed.mbox.gz"
    packed.write_bytes(gzip.compress((tmp_path / "letters.mbox").read_bytes()))
    idx = newsidx.open(tmp_path / "index", create=True)
    assert idx.add(tmp_path / "letters.mbox", packed).counts == {"added": 3, "duplicate": 3}


def test_steps_list_the_same(tmp_path: Path) -> None:
    write(tmp_path / "letters.mbox", range(7))
    place = Place(str(tmp_path / "letters.mbox"), "mbox")
    whole = list_records(place)
    steps, start, mark = [], 0, None
    while True:
        listing = list_records(place, start=start, mark=mark, limit=2)
        steps += listing.entries
        start, mark = listing.end, listing.mark
        if listing.is_end:
            break
    assert tuple(steps) == whole.entries and len(steps) == 7


def test_what_is_no_mailbox_is_none(tmp_path: Path) -> None:
    notes = tmp_path / "notes.mbox"
    notes.write_text("From time to time there is nothing to say.\n")
    assert container_of(str(notes)) is None
    write(tmp_path / "letters.mbox", range(1))
    assert container_of(str(tmp_path / "letters.mbox")) == "mbox"


LINES = st.sampled_from(
    [
        b"From a@b.example Mon Jul  3 12:00:00 2023\n",
        b"\n",
        b"Subject: x\n",
        b">From y 2023\n",
        b"text\n",
        b"\r\n",
        b"half",
    ]
)


@given(st.lists(LINES, max_size=30))
def test_any_lines_are_mails_or_none(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("any") / "any.mbox"
    path.write_bytes(b"".join(lines))
    place = Place(str(path), "mbox")
    listing = list_records(place)
    assert [entry.at for entry in listing.entries] == sorted({entry.at for entry in listing.entries})
    assert sum(entry.size for entry in listing.entries) <= path.stat().st_size
    for entry in listing.entries:
        record = read_record(place, entry.at)
        assert len(record.data) <= entry.size
    if not listing.entries or listing.entries[0].at:
        with pytest.raises(CaptureFailed):
            read_record(place, 0)
    assert Counter(listing.skips) == Counter()
