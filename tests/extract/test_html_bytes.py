"""Bytes to text as browsers decide it."""

from __future__ import annotations

import pytest

from newsidx.extract.decode import encoding_of_page
from tests.extract.html_pages import read

RUSSIAN = "Портовый совет проголосовал за углубление канала"


def decode(data: bytes) -> tuple[str, str]:
    """The text of a page, and the encoding that it is read with."""
    name = encoding_of_page(data)
    return data.decode(name, "replace"), name


def declared(charset: str, text: str, encoding: str) -> bytes:
    return (
        f'<html><head><meta charset="{charset}"><title>{text}</title></head><body><p>{text}.</p></body></html>'.encode(
            encoding
        )
    )


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("windows-1251", "cp1251", RUSSIAN),
        ("koi8-r", "koi8-r", RUSSIAN),
        ("shift_jis", "cp932", "港湾委員会は北水路の浚渫を決めた"),
        ("euc-jp", "euc-jp", "港湾委員会は北水路の浚渫を決めた"),
        ("gb2312", "gb18030", "港务委员会决定疏浚北航道"),
        ("big5", "big5hkscs", "港務委員會決定疏浚北航道"),
        ("euc-kr", "cp949", "항만 위원회가 북쪽 수로 준설을 결정했다"),
        ("iso-8859-1", "cp1252", "“Déjà vu” – naïve façade €"),
        ("ISO-8859-2", "iso-8859-2", "Příliš žluťoučký kůň"),
        ("iso-8859-9", "cp1254", "Liman kurulu kuzey kanalını derinleştirecek"),
        ("iso-8859-15", "iso-8859-15", "Prix: 5 € à Œuilly"),
        ("tis-620", "cp874", "คณะกรรมการท่าเรือ"),
        ("utf-8", "utf-8", RUSSIAN),
    ],
)
def test_declared_encodings(label: str, encoding: str, text: str) -> None:
    assert read(declared(label, text, encoding)).headline == text


def test_http_equiv() -> None:
    data = b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">' + RUSSIAN.encode("cp1251")
    assert decode(data) == (data[:74].decode() + RUSSIAN, "windows-1251")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_wins(encoding: str) -> None:
    assert decode(declared("windows-1251", RUSSIAN, encoding))[0].count(RUSSIAN) == 2


def test_undeclared_utf_8() -> None:
    assert decode(RUSSIAN.encode())[1] == "utf-8"


def test_undeclared_is_windows_1252() -> None:
    assert decode("“Déjà vu”".encode("cp1252")) == ("“Déjà vu”", "cp1252")


def test_utf_8_saved_under_an_old_declaration() -> None:
    assert RUSSIAN in decode(declared("iso-8859-1", RUSSIAN, "utf-8"))[0]


def test_utf_8_with_a_spoilt_sequence_stays_utf_8() -> None:
    text, name = decode(RUSSIAN.encode() * 3 + b"\xff" + RUSSIAN.encode())
    assert name == "utf-8"
    assert text.count(RUSSIAN) == 4


@pytest.mark.parametrize("label", ["utf-7", "rot13", "idna", "nonsense", "base64"])
def test_labels_that_browsers_do_not_know(label: str) -> None:
    assert decode(f'<meta charset="{label}">plain'.encode())[1] == "utf-8"


def test_a_declaration_in_a_comment_is_none() -> None:
    assert decode('<!-- <meta charset="koi8-r"> --><p>“Déjà vu”'.encode("cp1252"))[1] == "cp1252"


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_an_outsized_page_in_utf_16_is_cut_between_characters(order: str) -> None:
    text = f"<h1>{RUSSIAN}</h1>" + f"<p>{RUSSIAN}.</p>" * 40_000
    article = read(("\ufeff" + text).encode(order))
    assert "rest-as-text" in article.flags
    assert article.page and all("\ufffd" not in line and RUSSIAN[-12:] in line for line in article.page[:-1])
