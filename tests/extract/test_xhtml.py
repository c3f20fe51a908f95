"""Pages of XML are read as their authors meant them; all others as browsers read HTML."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.extract.xhtml import as_html
from newsidx.model import Article
from tests.extract.html_pages import HEADLINE, SENTENCES, page, read

PROLOGUE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml" '
)


def xhtml(markup: str) -> str:
    return markup.replace("<!DOCTYPE html><html ", PROLOGUE, 1)


def check(article: Article) -> None:
    assert article.headline == HEADLINE
    assert article.body == SENTENCES


@pytest.mark.parametrize(
    "closed",
    ['<script src="a.js"/>', '<script src="a.js" />', "<style/>", "<iframe src='/x/'/>", '<a name="top"/>', "<div/>"],
)
def test_elements_that_close_themselves_hold_nothing(closed: str) -> None:
    check(read(xhtml(page(before=closed))))
    check(read(xhtml(page(head=closed if closed[1:3] in ("sc", "st") else ""))))


def test_cdata_is_text_in_a_paragraph_and_stays_in_a_script() -> None:
    body = "".join(f"<p><![CDATA[{text} Five < six & seven.]]></p>" for text in SENTENCES)
    article = read(xhtml(page(body=body)))
    assert article.body == tuple(f"{text} Five < six & seven." for text in SENTENCES)
    kept = xhtml("<!DOCTYPE html><html ><script>//<![CDATA[\nif (a < b) c();\n//]]></script>").encode()
    assert as_html(kept) == kept


def test_html_is_read_as_browsers_do() -> None:
    markup = page(before='<br/><img alt=""/>').encode()
    assert as_html(markup) is markup
    check(read(markup))


@given(st.text(alphabet="<>/=\"'ab \n!-[]CDATA", max_size=200))
def test_any_xhtml_keeps_what_is_not_markup(text: str) -> None:
    data = xhtml("<!DOCTYPE html><html >" + text).encode()
    assert re.sub(rb"\W", b"", as_html(data)).startswith(re.sub(rb"\W", b"", PROLOGUE.encode()))


def test_hostile_xhtml_is_read_to_its_end() -> None:
    for part in ("<a ", "<a b='", "<a/", '<a "', "<![CDATA[", "<a b/c", "<a/>"):
        assert as_html(xhtml("<!DOCTYPE html><html >" + part * 100_000).encode())
