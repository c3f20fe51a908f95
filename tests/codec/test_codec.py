"""Each structure of the codec beside a twin of dicts and lists, on random contents; and every flipped byte is met."""

from __future__ import annotations

import contextlib
import io
import itertools
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx import codec
from newsidx.errors import IndexDamaged, IndexVersion

SEGMENT = bytes(range(16))
KEYS = st.lists(st.binary(max_size=6), unique=True, max_size=40).map(sorted)
POSITIONS = st.one_of(st.integers(0, 300), st.integers(0, 70_000), st.integers(0, (1 << 28) - 1))


def file_of(**frames: bytes) -> bytes:
    out = io.BytesIO()
    writer = codec.SegmentWriter(out.write, SEGMENT)
    for name, payload in frames.items():
        writer.frame(name, payload)
    assert writer.close() == len(out.getvalue())
    return out.getvalue()


def guards(data: bytes) -> codec.Frames:
    return codec.Frames(data, segment=SEGMENT, name="x.seg", path="/index")


def guard(payload: bytes) -> codec.Guard:
    return guards(file_of(it=payload))["it"]


# Frames


@given(st.binary(max_size=100), st.integers(0, 3))
def test_a_frame_gives_back_its_payload(payload: bytes, pages: int) -> None:
    payload += bytes(16384 * pages)
    read = guards(file_of(a=payload, b=b"", c=b"x"))
    assert read["a"].bytes(0, len(payload)) == payload
    assert (read["b"].length, read["c"].bytes(0, 1)) == (0, b"x")
    assert [bad for each in read for bad in each.damaged_pages()] == []


def test_every_byte_is_covered_by_a_checksum() -> None:
    whole = file_of(a=b"some bytes", b=bytes(range(256)) * 70, c=b"")
    for at in range(len(whole)):
        harmed = bytearray(whole)
        harmed[at] ^= 16
        try:
            bad = [each.name for each in guards(bytes(harmed)) if each.damaged_pages()]
        except (IndexDamaged, IndexVersion):
            continue
        assert bad, f"byte {at} of {len(whole)} is not covered"
    for cut in range(len(whole)):
        with pytest.raises((IndexDamaged, IndexVersion)):
            guards(whole[:cut])


def test_damage_is_met_when_the_page_is_first_touched() -> None:
    payload = bytes(3 * 16384)
    whole = bytearray(file_of(a=payload))
    whole[32 + 16384 + 5] = 1
    read = guards(bytes(whole))["a"]
    assert read.bytes(0, 16384) == payload[:16384]
    assert read.bytes(32768, 32769) == b"\0"
    with pytest.raises(IndexDamaged, match=r"x\.seg, a: page 1"):
        read.bytes(16383, 16385)
    assert read.damaged_pages() == [1]


def test_a_place_outside_is_damage_not_a_crash() -> None:
    with pytest.raises(IndexDamaged):
        guard(b"abc").bytes(0, 4)
    with pytest.raises(IndexDamaged):
        guard(b"abc").unpack(struct.Struct("<I"), 0)


def test_another_segment_is_not_taken_for_this_one() -> None:
    with pytest.raises(IndexDamaged):
        codec.Frames(file_of(a=b"x"), segment=bytes(16), name="x.seg", path="/index")


@given(st.binary(max_size=300))
def test_a_sheet_gives_back_its_payload(payload: bytes) -> None:
    whole = codec.write_sheet("commit", payload)
    assert codec.read_sheet("commit", whole, label="x.toc", path="/index") == payload
    for harmed in (whole[:-1], whole + b"\0", whole[8:], b"", bytes(len(whole)), bytes(255 - b for b in whole)):
        with pytest.raises((IndexDamaged, IndexVersion)):
            codec.read_sheet("commit", harmed, label="x.toc", path="/index")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_file_or_named_damage(data: bytes) -> None:
    with pytest.raises((IndexDamaged, IndexVersion)):
        guards(data)


# Dictionary


@given(KEYS, st.lists(st.binary(max_size=6), max_size=10))
def test_a_dictionary_is_a_sorted_list(keys: list[bytes], others: list[bytes]) -> None:
    read = codec.Dictionary(guard(codec.write_dictionary(keys)))
    assert len(read) == len(keys)
    assert read.strings() == keys
    for asked in ([*others, *keys], others[:1], []):
        assert read.find_all(asked).tolist() == [read.find(key) for key in asked]
    for key in {*keys, *others}:
        assert read.find(key) == (keys.index(key) if key in keys else -1)
        assert read.place(key) == sum(1 for other in keys if other < key)
        low, high = read.range(key)
        assert keys[low:high] == [other for other in keys if other.startswith(key)]
        assert read.beginning(key) == (low, keys[low:high])


@pytest.mark.parametrize("longest", [3, 2000])
def test_a_dictionary_of_many_strings(longest: int) -> None:
    """Over the borders of what is counted from one base; and where a base and two bytes do not reach."""
    keys = sorted({b"%d" % (n * n) + b"x" * (3 * (n % longest)) for n in range(700)})
    payload = codec.write_dictionary(keys)
    assert struct.unpack_from("<I", payload, 4)[0] >> 16 == (longest < 2000)
    read = codec.Dictionary(guard(payload))
    assert read.strings() == keys == [read[i] for i in range(len(keys))]
    assert [read.strings(first, first + 70) for first in range(0, 630, 21)] == [
        keys[first : first + 70] for first in range(0, 630, 21)
    ]
    asked = [*keys, *(key + b"y" for key in keys)]
    expected = [*range(len(keys)), *([-1] * len(keys))]
    assert [read.find(key) for key in asked] == read.find_all(asked).tolist() == expected
    blob, ends = read.blob()
    assert blob.tobytes() == b"".join(keys)
    assert ends.tolist() == [0, *itertools.accumulate(map(len, keys))]


def test_many_strings_begin_alike() -> None:
    keys = sorted(b"%s%d" % (head, n) for head in (b"a", b"b", b"c") for n in range(300))
    read = codec.Dictionary(guard(codec.write_dictionary(keys)))
    for prefix in (b"", b"a", b"b", b"b1", b"c", b"c29", b"d"):
        low, high = read.range(prefix)
        assert read.beginning(prefix) == (low, keys[low:high])


# Columns, groups, texts


@given(st.integers(0, 5), st.data())
def test_columns_are_lists(rows: int, data: st.DataObject) -> None:
    values = {
        name: data.draw(st.lists(st.integers(0, top), min_size=rows, max_size=rows))
        for name, top in (("a", 1), ("b", 300), ("c", 1 << 40))
    }
    arrays = {name: np.array(column, np.uint64) for name, column in values.items()}
    arrays["when"] = np.array(values["a"], np.int64) - 1
    arrays["id"] = np.array([b"%32d" % n for n in values["b"]], "S32")
    read = codec.Columns(guard(codec.write_columns(arrays, rows)))
    assert read.rows == rows
    assert {name: read[name].tolist() for name in values} == values
    assert read["when"].tolist() == [n - 1 for n in values["a"]]
    assert read["id"].tolist() == [b"%32d" % n for n in values["b"]]


@given(st.lists(st.lists(st.integers(0, 1 << 20), max_size=4), max_size=6), st.data())
def test_groups_are_lists_of_lists(groups: list[list[int]], data: st.DataObject) -> None:
    flat = np.array([n for group in groups for n in group], np.int64)
    read = codec.Groups(guard(codec.write_groups(flat, np.array([len(g) for g in groups], np.int64))))
    assert [read[i].tolist() for i in range(len(groups))] == groups
    some = data.draw(st.lists(st.integers(0, len(groups) - 1), max_size=4)) if groups else []
    numbers, counts = read.of(np.array(some, np.int64))
    assert numbers.tolist() == [n for i in some for n in groups[i]]
    assert counts.tolist() == [len(groups[i]) for i in some]


@given(st.lists(st.integers(0, 40_000).map(lambda n: bytes([n % 251]) * n), max_size=8))
def test_texts_are_a_list(texts: list[bytes]) -> None:
    read = codec.Texts(guard(codec.write_texts(texts)))
    assert [read[i] for i in range(read.count)] == texts
    assert list(read.all(range(len(texts)))) == texts
    with pytest.raises(IndexDamaged):
        read[len(texts)]


LIKE = st.lists(st.integers(0, 999).map(lambda n: b"an article that is like the others but for %d. " % n * (n % 90)))


@given(st.lists(st.tuples(st.booleans(), st.one_of(LIKE, st.integers(0, 90).map(lambda n: [b"text %d" % n] * n)))))
def test_texts_are_taken_over_as_they_lie(groups: list[tuple[bool, list[bytes]]]) -> None:
    parts: list[bytes | codec.Texts] = []
    for is_copied, texts in groups:
        parts += [codec.Texts(guard(codec.write_texts(texts)))] if is_copied else texts
    read = codec.Texts(guard(codec.write_texts(parts)))
    every = [text for _, texts in groups for text in texts]
    assert [read[i] for i in range(read.count)] == every
    again = codec.Texts(guard(codec.write_texts([read, b"one more"])))
    assert [again[i] for i in reversed(range(again.count))] == [b"one more", *reversed(every)]


# Lists


@st.composite
def some_lists(draw: st.DrawFn) -> list[tuple[int, dict[int, list[tuple[int, int]]]]]:
    """Lists as (zone, article → [(place, code)])."""
    top_code = draw(st.sampled_from([0, 1, 15, 16, 300, 70_000]))
    places = st.lists(POSITIONS, min_size=1, max_size=4, unique=True).map(sorted)
    article = st.one_of(st.integers(0, 200), st.integers(0, 100_000), st.integers(0, (1 << 31) - 1))
    one = st.dictionaries(article, places, min_size=1, max_size=6)
    made = []
    for found in draw(st.lists(one, min_size=1, max_size=8)):
        coded = {
            number: [(place, draw(st.integers(0, top_code))) for place in found[number]] for number in sorted(found)
        }
        made.append((draw(st.integers(0, 11)), coded))
    return made


def flat(lists: list[tuple[int, dict[int, list[tuple[int, int]]]]]) -> codec.Tokens:
    rows = [
        (i, article, place, code)
        for i, (_, found) in enumerate(lists)
        for article, occurrences in found.items()
        for place, code in occurrences
    ]
    return codec.Tokens(*(np.array(column, np.int64) for column in zip(*rows, strict=True)))


def read_back(writer: codec.ListsWriter, data: bytes) -> codec.Lists:
    columns, rows = writer.columns()
    frames = guards(file_of(rows=codec.write_columns(columns, rows), data=data))
    return codec.Lists(frames["rows"], frames["data"])


@given(some_lists(), st.integers(0, 8))
def test_lists_give_back_their_occurrences(lists: list[tuple[int, dict[int, list[tuple[int, int]]]]], cut: int) -> None:
    assert_given_back(lists, cut)


def assert_given_back(lists: list[tuple[int, dict[int, list[tuple[int, int]]]]], cut: int) -> None:
    writer = codec.ListsWriter()
    data = b"".join(
        writer.encode(flat(some), np.array([zone for zone, _ in some])) for some in (lists[:cut], lists[cut:]) if some
    )
    read = read_back(writer, data)
    assert read.count == len(lists)
    for i, (zone, found) in enumerate(lists):
        occurrences = [pair for pairs in found.values() for pair in pairs]
        counts, codes = read.counts(i), read.codes(i)
        assert read.zone(i) == zone
        assert read.articles(i).tolist() == list(found)
        assert ([1] * len(found) if counts is None else counts.tolist()) == [len(pairs) for pairs in found.values()]
        assert read.places(i).tolist() == [place for place, _ in occurrences]
        assert ([0] * len(occurrences) if codes is None else codes.tolist()) == [code for _, code in occurrences]
    for first, last in read.steps(0, len(lists), 5):
        many, expected = read.tokens(first, last), flat(lists[first:last])
        for name in ("list", "article", "place", "code"):
            assert getattr(many, name).tolist() == getattr(expected, name).tolist(), name


def long_lists(seed: int) -> list[tuple[int, dict[int, list[tuple[int, int]]]]]:
    """Lists of up to some thousand occurrences, among short ones, such as every form is for: gaps from 1 to many,
    mentions of which few or many are above one, positions of which some are far behind, codes of which one is the
    most frequent or none is."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(int(random.integers(1, 9))):
        many = int(random.choice([1, 3, 191, 192, 193, 900]))
        gaps = random.geometric(1 / random.choice([1, 1.2, 4, 9, 40, 300, 70_000]), many)
        articles = np.cumsum(gaps) - int(random.integers(0, 2))
        mentions = random.geometric(1 / random.choice([1, 1.1, 2, 6 if many > 192 else 100]), many)
        spread = random.choice([200, 700, 1000, 3000, 60_000, 1 << 20])
        is_even = random.integers(0, 2)
        codes, shape = random.choice([1, 2, 3, 5, 20, 250, 250, 300]), random.choice([0, 0.3, 0.9])
        found = {}
        for article, count in zip(articles.tolist(), mentions.tolist(), strict=True):
            places = np.unique(random.integers(0, spread, count) if is_even else random.geometric(3 / spread, count))
            rank = random.geometric(shape, len(places)) - 1 if shape else random.integers(0, codes, len(places))
            code = np.minimum(rank, codes - 1).tolist()
            found[article] = list(zip(places.tolist(), code, strict=True))
        made.append((int(random.integers(0, 12)), found))
    return made


@given(st.integers(0, 1 << 32), st.integers(0, 8))
def test_long_lists_give_back_their_occurrences(seed: int, cut: int) -> None:
    assert_given_back(long_lists(seed), cut)


def test_every_way_to_pack_is_met_and_its_damage_is_named() -> None:
    met: list[set[tuple[int, int, int]]] = [set(), set(), set(), set()]
    for seed in range(90):
        lists = long_lists(seed)
        writer = codec.ListsWriter()
        data = writer.encode(flat(lists), np.array([zone for zone, _ in lists]))
        rows, _ = writer.columns()
        for i in np.flatnonzero(rows["shape"] >> 13).tolist():
            head = struct.unpack_from("<" + "IIBBBx" * 4, data, 4 * int(rows["start"][i]))
            for part in range(4):
                met[part].add(head[5 * part + 2 : 5 * part + 5])
        for harm in (255, 1, 64) if seed < 15 else ():
            read = read_back(writer, bytes(byte ^ harm for byte in data))
            for i in range(read.count):
                for ask in (read.articles, read.counts, read.places, read.codes):
                    with contextlib.suppress(IndexDamaged):
                        ask(i)
            with contextlib.suppress(IndexDamaged):
                read.tokens(0, read.count)
    places, gaps, counts, codes = ({(whole, bits) for whole, bits, _ in some} for some in met)
    assert places == {(1, 0), (2, 0), (4, 0), (1, 2), (1, 4)}
    assert gaps == {(1, 0), (2, 0), (4, 0), (0, 2), (0, 4)}
    assert counts >= {(0, 0), (1, 0), (2, 0), (0, 1), (0, 2), (0, 4)}
    assert codes >= {(0, 0), (1, 0), (2, 0), (0, 1), (0, 2), (0, 4)}
    assert all(len({width for _, _, width in some}) > 1 for some in met)


@given(st.lists(st.sets(st.integers(0, 70_000), min_size=1, max_size=6).map(sorted), min_size=1, max_size=6))
def test_lists_without_places(lists: list[list[int]]) -> None:
    rows = [(i, article) for i, found in enumerate(lists) for article in found]
    tokens = codec.Tokens(*(np.array(column, np.int64) for column in zip(*rows, strict=True)))
    writer = codec.ListsWriter()
    read = read_back(writer, writer.encode(tokens, np.zeros(len(lists), np.int64)))
    assert [read.articles(i).tolist() for i in range(read.count)] == lists
    assert [read.counts(i) for i in range(read.count)] == [None] * len(lists)
    assert read.tokens(0, len(lists)).article.tolist() == [article for _, article in rows]
