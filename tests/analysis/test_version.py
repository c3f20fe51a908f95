"""The analysis is part of an index: what it makes of a text may change only together with its version."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

from newsidx.analysis import ANALYSIS_VERSION, sentence_bounds, spans, terms

MORE = (
    "L'armée, jusqu’à 5 000 soldats; U.S.-led forces' F-16s, AT&T's 3.5bn, Mali’s; dell'Iran, N'Djamena, c'est-à-dire",
    "Am 3. Oktober, z. B. in Köln. Der No. 5 Dr. J. Smith usw. Er said no. The U.S. Army, 5. The end? Да. Нет; и т. д.",
    "Straße, eleições, mujeres, retraits, française, Bürgerinnen, președintelui, القوات, ёлки, Türkiye'nin, 1.234, ½",
)


def test_a_change_raises_the_version() -> None:
    sentences = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))
    texts = [
        *sentences.items(),
        *((lang, text) for text in MORE for lang in ("en", "fr", "es", "pt", "de", "ro", "ar")),
    ]
    digest = hashlib.sha256()
    for lang, text in texts:
        columns = spans(text)
        digest.update(json.dumps([*columns, [terms(form, lang) for form in columns.forms]]).encode())
        digest.update(json.dumps(sentence_bounds(text, lang)).encode())
    # A difference here means that indexes have to be made anew: raise ANALYSIS_VERSION, and set both.
    assert (ANALYSIS_VERSION, digest.hexdigest()[:16]) == (3, "fe19f7f6d9001a53")
