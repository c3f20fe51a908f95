"""Query text → tokens, in one pass from left to right.

Responsible for everything that depends on neighbouring characters: what is a field here and what a word with a
colon, which quotes and dashes are operators, where a value ends. Leaves are finished nodes already. It leaves to
`_words` the inside of a word, to `_values` the value of a field, and to `_parser` the order of tokens. ::

    text    = { blank | token }
    token   = "(" | ")" | "AND" | "OR" | "NOT" | "-" | near | same | zone | atleast | leaf [ weight ] | stray
    leaf    = word | phrase | field value | whole | form ( word | phrase ) | "#" word | url
    phrase  = quote { character | escape } quote [ "~" digits ]
    zone    = a field of kind zone ":"                    its operand follows at once
    whole   = ( "author" | "section" ) ":" ( "=" value | "none" )
    form    = ( "exact" | "case" ) ":"                    likewise; before "(" it holds for all in the brackets
    field   = any other field ":"                         likewise
    value   = phrase | "[" ... "]" | characters up to a blank or a bracket opened before
    atleast = "atleast" digits ":"
    near    = ( "NEAR" | "PRE" ) "/" digits               in any case
    same    = "SAME" "/" ( "S" | "P" )                    in any case
    weight  = "^" number                                  at once, at the end of a word
    stray   = a quote without a partner

A search for a quote's partner that failed is not repeated, so reading is linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import Literal

from newsidx.frozen import dataclass
from newsidx.model import Note
from newsidx.query._faults import Fault
from newsidx.query._limits import MAX_DEPTH, Limits
from newsidx.query._values import build_value
from newsidx.query._words import QUOTES, read_word
from newsidx.query.fields import Field, find_field, nearest_field, other_word
from newsidx.query.tree import Attr, Every, Exact, Fuzzy, Node, Or, Phrase, Wildcard, Word

__all__ = ["Token", "tokenize"]

MAX_SLOP = 10_000
"""The widest window or distance in words, and the most mentions to ask for: more than any article has."""

Kind = Literal["leaf", "(", ")", "and", "or", "not", "near", "same", "zone", "atleast", "weight", "stray"]

# Partners of an opening quote: the second set is tried where none of the first follows (mixed keyboards).
_PARTNERS: dict[str, tuple[str, ...]] = {
    '"': ('"',),
    "“": ("”“‟", '"'),
    "”": ("”“", '"'),
    "„": ("“”", '"'),
    "‟": ("”“‟", '"'),
    "«": ("»",),
    "»": ("«»",),
    "＂": ("＂",),
}
_PARTNER = {closers: re.compile(rf"\\.|[{closers}]", re.DOTALL) for sets in _PARTNERS.values() for closers in sets}

_BLANK = re.compile(r"\s+")
_FOLLOWS = r"(?=[^\s)])"
_NAME = re.compile(rf"([^\W\d_]\w{{0,19}}):{_FOLLOWS}")
_ATLEAST = re.compile(r"atleast(\d+)", re.IGNORECASE)
_FIRST = re.compile(r"first\d+", re.IGNORECASE)
_NEAR = re.compile(r"(near|pre)/(\d+)", re.IGNORECASE)
_SAME = re.compile(r"same/([sp])", re.IGNORECASE)
_NEARLY = re.compile(rf"(NEAR|PRE|SAME)/[^\s{QUOTES}()]*")
"""In capitals it is meant as an operator, whatever is behind the slash; pre/post is a word."""
_URL = re.compile(r"https?://(?=\S*\w)\S+", re.IGNORECASE)
_AFTER_URL = frozenset(".,;:!?'’" + QUOTES)
_SLOP = re.compile(r"~(\d*)")
_WEIGHT = re.compile(rf"\^(\d{{1,20}}(?:\.\d{{1,4}})?)(?=[?!.,;:]*(?:[\s{QUOTES}()]|\Z))")
_RAW = re.compile(r"[^\s\\()]+|\\.|[()\\]", re.DOTALL)
_WHOLE = re.compile(rf"(=){_FOLLOWS}|()none(?![^\s)])", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_HASHTAG = re.compile(r"#+(?=.*[^\W\d_])", re.DOTALL)
# The colon of German forms for all genders (Autor:innen): its ending is no value, and the word before it no field.
_GENDER_COLON = re.compile(r"in(?:nen\w*)?(?!\w)")
_KEYWORDS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}


@dataclass(slots=True)
class Token:
    """A token at ``text[start:end]``.

    `node` is a leaf's; `name` a zone, unit or sign, or the field that a leaf's value belongs to; `number` a count,
    distance or weight.
    """

    kind: Kind
    start: int
    end: int
    node: Node | None = None
    name: str = ""
    number: float = 0


def tokenize(text: str, limits: Limits) -> tuple[list[Token], list[Note]]:
    """The tokens of a query text (blanks as `with_blanks` makes them), and notes on plain text. Raises `Fault`."""
    lexer = _Lexer(text, limits.clauses)
    lexer.run()
    return lexer.tokens, list(lexer.notes.values())


class _Lexer:
    def __init__(self, text: str, max_clauses: int) -> None:
        self.text = text
        self.max_clauses = max_clauses
        self.tokens: list[Token] = []
        self.notes: dict[str, Note] = {}
        self.clauses = 0
        self.modes: list[Field | None] = []
        self.hopeless: set[tuple[str, str]] = set()

    @property
    def mode(self) -> Field | None:
        """The field whose brackets we are in, for fields that take a value or a form."""
        return self.modes[-1] if self.modes else None

    def run(self) -> None:
        pos = 0
        while True:
            if match := _BLANK.match(self.text, pos):
                pos = match.end()
            if pos == len(self.text):
                return
            pos = self._token(pos)

    def _token(self, pos: int) -> int:
        char = self.text[pos]
        if char == "(":
            return self._open(pos, pos, self.mode)
        if char == ")":
            if self.modes:
                self.modes.pop()
            self.tokens.append(Token(")", pos, pos + 1))
            return self._weight(pos + 1)
        if char == "-" and self._negates(pos):
            self.tokens.append(Token("not", pos, pos + 1, name="-"))
            return pos + 1
        if (end := self._keyword(pos)) is not None:
            return end
        if self.mode is not None:
            return self._item(pos, pos, self.mode)
        if char in QUOTES:
            return self._phrase(pos)
        if match := _NAME.match(self.text, pos):
            end = self._named(pos, match)
            if end is not None:
                return end
        return self._word(pos)

    # ------------------------------------------------------------ brackets, signs, keywords

    def _open(self, start: int, pos: int, mode: Field | None) -> int:
        if len(self.modes) >= MAX_DEPTH:
            raise Fault("limit-depth", f"Brackets may be {MAX_DEPTH} deep", (pos, pos + 1))
        self.modes.append(mode)
        self.tokens.append(Token("(", start, pos + 1))
        return pos + 1

    def _negates(self, pos: int) -> bool:
        """Whether the dash at `pos` stands directly before what it can negate, and behind nothing."""
        before, after = self.text[pos - 1 : pos], self.text[pos + 1 : pos + 2]
        behind_field = bool(self.tokens) and self.tokens[-1].kind in ("zone", "atleast") and self.tokens[-1].end == pos
        if pos and before != "(" and not behind_field and not _BLANK.match(before):
            return False
        return bool(after) and (after.isalnum() or after in QUOTES or after in "(*\\#$€£@_'’")

    def _keyword(self, pos: int) -> int | None:
        """Read AND, OR, NOT, NEAR/n, PRE/n or SAME/x if it stands here as a word of its own."""
        letter = self.text[pos]
        if letter not in "AONnPpSs":
            return None
        for size in (2, 3):
            kind = _KEYWORDS.get(self.text[pos : pos + size])
            if kind and self._ends_word(pos + size):
                self.tokens.append(Token(kind, pos, pos + size, name=self.text[pos : pos + size]))
                return pos + size
        if (match := _NEAR.match(self.text, pos)) and self._ends_word(match.end()):
            if not 0 < _bounded(match[2]) <= MAX_SLOP:
                raise Fault("distance", f"A distance is 1 to {MAX_SLOP} words", match.span(2), "5")
            self.tokens.append(Token("near", *match.span(), name=match[1].lower(), number=int(match[2])))
            return match.end()
        if (match := _SAME.match(self.text, pos)) and self._ends_word(match.end()):
            self.tokens.append(Token("same", *match.span(), name=match[1].lower()))
            return match.end()
        if match := _NEARLY.match(self.text, pos):
            raise _not_nearness(match)
        return None

    def _ends_word(self, pos: int) -> bool:
        char = self.text[pos : pos + 1]
        if char == '"':
            return not self.text[pos + 1 : pos + 2].isalpha()
        return not char or char in "()" or char in QUOTES or _BLANK.match(char) is not None

    def _weight(self, pos: int) -> int:
        if match := _WEIGHT.match(self.text, pos):
            weight = float(match[1])
            if not 0 < weight <= 1000:
                raise Fault("weight", "A weight is over 0 and at most 1000", match.span(), "^2")
            self.tokens.append(Token("weight", *match.span(), number=weight))
            return match.end()
        return pos

    def _leaf(self, start: int, end: int, node: Node, name: str = "") -> None:
        self.clauses += 1
        if self.clauses > self.max_clauses:
            message = f"A query has at most {self.max_clauses} words, phrases and values"
            raise Fault("limit-clauses", message, (start, min(end, len(self.text))))
        self.tokens.append(Token("leaf", start, end, node, name))

    # ------------------------------------------------------------ words and phrases

    def _word(self, pos: int) -> int:
        if match := _HASHTAG.match(self.text, pos, self._word_end(pos)):
            node, end = read_word(self.text, match.end())
            if isinstance(node, Word) and any(map(str.isalpha, node.text)) and not any(map(str.isspace, node.text)):
                tag = node.text
                word = Word(f"#{tag}", span=(match.end() - 1, node.span[1]))
                self._leaf(pos, end, Or((Attr("tag", tag, span=word.span), word), span=word.span))
                return self._weight(end)
        node, end = read_word(self.text, pos)
        if node is not None:
            self._leaf(pos, end, node)
            return self._weight(end)
        return max(end, pos + 1)

    def _word_end(self, pos: int) -> int:
        match = _BLANK.search(self.text, pos, pos + 200)
        return match.start() if match else min(len(self.text), pos + 200)

    def _phrase(self, pos: int) -> int:
        close = self._partner(pos)
        if close < 0:
            self.tokens.append(Token("stray", pos, pos + 1, name=self.text[pos]))
            return pos + 1
        content, end = self._content(pos, close), close + 1
        slop: int | None = None
        if (match := _SLOP.match(self.text, end)) and (match[1] or self._ends_word(match.end())):
            if not match[1] or _bounded(match[1]) > MAX_SLOP:
                message = f"A window behind a phrase is ~ and 0 to {MAX_SLOP} more words"
                raise Fault("slop", message, match.span(), "~5")
            slop, end = int(match[1]), match.end()
        if not _has_word(content):
            return end
        if "*" in content:
            text = "A phrase is words as they are; * in it is no wildcard"
            self.notes.setdefault("phrase-wildcard", Note("phrase-wildcard", text))
        self._leaf(pos, end, Phrase(content, slop, span=(pos, end)))
        return self._weight(end)

    def _partner(self, pos: int) -> int:
        """Where the quote that opens at `pos` is closed, -1 if nowhere."""
        opener = self.text[pos]
        for closers in _PARTNERS[opener]:
            if (opener, closers) in self.hopeless:
                continue
            for match in _PARTNER[closers].finditer(self.text, pos + 1):
                at = match.start()
                if match[0][0] != "\\" and not (match[0] == '"' and self._is_inner(at, pos)):
                    return at
            self.hopeless.add((opener, closers))
        return -1

    def _is_inner(self, at: int, opened: int) -> bool:
        """Whether a straight quote stands between two letters, as in Hebrew abbreviations."""
        return at > opened + 1 and self.text[at - 1].isalpha() and self.text[at + 1 : at + 2].isalpha()

    def _content(self, opened: int, closed: int, field: Field | None = None) -> str:
        """What the quotes hold, without escapes; blanks count only in the addresses of files and pages."""
        inner = self.text[opened + 1 : closed]
        if "\\" in inner:
            inner = _ESCAPE.sub(r"\1", inner)
        if field is not None and field.kind == "address":
            return inner
        return " ".join(inner.split())

    # ------------------------------------------------------------ fields

    def _named(self, pos: int, match: re.Match[str]) -> int | None:
        """Read ``name:`` and what the tokenizer must know of its value; None where it is a word with a colon."""
        name, start = match[1], match.end()
        if name.lower() in ("http", "https") and self.text.startswith("//", start):
            return self._pasted_url(pos)  # the beginning of one is a word
        if atleast := _ATLEAST.fullmatch(name):
            if not 0 < _bounded(atleast[1]) <= MAX_SLOP:
                raise Fault("count", f"atleast takes 1 to {MAX_SLOP} mentions", (pos, start), "atleast2:")
            self.tokens.append(Token("atleast", pos, start, number=int(atleast[1])))
            return start
        field = find_field(name)
        if field is None:
            self._unknown(pos, name, start)
            return None
        if field.takes_whole and (whole := _WHOLE.match(self.text, start)):
            value = Field(field.name, "text", field.target, takes_none=True)
            return self._item(pos, start + len(whole[1] or ""), value)
        if field.kind == "zone":
            self.tokens.append(Token("zone", pos, start, name=field.target))
            return start
        if self.text[start] == "(":
            return self._open(pos, start, field)
        return self._item(pos, start, field)

    def _unknown(self, pos: int, name: str, start: int) -> None:
        """An unknown ``name:``: an error where a field was meant, else a note."""
        place = (pos, start)
        meant = "first50" if _FIRST.fullmatch(name) else nearest_field(name)
        if meant and not _GENDER_COLON.match(self.text, start):
            raise Fault("unknown-field", f"There is no field {name}:; did you mean {meant}:?", place, f"{meant}:")
        if self.text[start] == "(" or self.text[start] in QUOTES:
            other = other_word(name)
            message = f"There is no field {name}:; for the word, put a blank behind the colon"
            raise Fault("unknown-field", message, place, f"{other}:" if other else f"{name}: ")
        note = f"{name}: is no field, so it was taken as words"
        query = None
        if other := other_word(name):
            note += f"; for a field write {other}:"
            query = f"{self.text[:pos]}{other}:{self.text[start:]}"
        self.notes.setdefault(name.lower(), Note("unknown-field", note, query))

    def _pasted_url(self, pos: int) -> int | None:
        """A whole address in the text; the punctuation behind it, and a bracket opened before it, are not its own."""
        match = _URL.match(self.text, pos)
        if match is None:
            return None
        url = match[0]
        surplus = url.count(")") - url.count("(")
        size = len(url)
        while url[size - 1] in _AFTER_URL or (url[size - 1] == ")" and surplus > 0):
            surplus -= url[size - 1] == ")"
            size -= 1
        end = pos + size
        self._leaf(pos, end, Attr("url", url[:size], span=(pos, end)))
        return end

    def _item(self, start: int, pos: int, field: Field) -> int:
        """One value, or one word or phrase of a form, at `pos`; `start` is where its field is named, if it is here."""
        if field.kind == "form":
            return self._form(start, pos, field)
        char = self.text[pos]
        if char in QUOTES:
            close = self._partner(pos)
            if close < 0:
                raise self._unclosed(pos)
            value, end, is_quoted = self._content(pos, close, field), close + 1, True
            if field.kind == "period" and self.text.startswith("..", end):
                value, end, is_quoted = self._quoted_range(value, end, field)
        elif char == "[" and field.takes_brackets:
            end = self.text.find("]", pos) + 1
            if not end:
                raise Fault("unclosed", "This bracket is not closed", (pos, pos + 1), whole=self.text + "]")
            value, is_quoted = self.text[pos:end], False
        else:
            value, end = self._raw(pos, field)
            is_quoted = False
        inner = _NAME.match(value) if start == pos and not is_quoted and field.kind != "address" else None
        if inner and find_field(inner[1]):
            message = f"In the brackets behind {field.name}: only its values may stand"
            raise Fault("field-inside", message, (pos, pos + inner.end()))
        try:
            node = build_value(field, value, (start, end), is_quoted=is_quoted)
        except Fault as fault:
            fault.span = (pos, end)  # what is wrong is the value, not the field
            raise
        self._leaf(start, end, node, field.name)
        return end

    def _quoted_range(self, first: str, pos: int, field: Field) -> tuple[str, int, bool]:
        """The range that goes on at `pos` behind a date in quotes: ``"June 2023".."July 2023"``."""
        start = pos + len("..")
        if self.text[start : start + 1] not in tuple(QUOTES):
            last, end = self._raw(start, field)
        elif (close := self._partner(start)) < 0:
            raise self._unclosed(start)
        else:
            last, end = self._content(start, close, field), close + 1
        return f"{first}..{last}", end, False

    def _raw(self, pos: int, field: Field) -> tuple[str, int]:
        """Characters up to a blank or a bracket that was opened before."""
        depth, end = 0, pos
        pieces: list[str] = []
        while match := _RAW.match(self.text, end):
            piece = match[0]
            if piece == "(":
                depth += 1
            elif piece == ")":
                depth -= 1
                if depth < 0:
                    break
            pieces.append(piece[-1] if piece[0] == "\\" else piece)
            end = match.end()
        value = "".join(pieces)
        if field.kind != "address":
            value = " ".join(value.split())
        if field.kind in ("number", "period", "age"):
            value = value.rstrip(",;!?")
        elif field.kind != "address":
            value = value.rstrip(",;!?.")
        return value, end

    def _form(self, start: int, pos: int, field: Field) -> int:
        """A word or phrase behind ``exact:`` or ``case:``, or in their brackets."""
        case = field.name == "case"
        if self.text[pos] in QUOTES:
            close = self._partner(pos)
            if close < 0:
                raise self._unclosed(pos)
            content, end = self._content(pos, close), close + 1
            if not _has_word(content):
                raise Fault("empty-value", f"{field.name}: needs a word or a phrase", (start, end))
            if match := _SLOP.match(self.text, end):
                message = f"{field.name}: takes a phrase as it stands, without ~"
                raise Fault("form-operator", message, match.span(), "")
            self._leaf(start, end, Exact(content, True, case, span=(start, end)), field.name)
            return self._weight(end)
        match = _NAME.match(self.text, pos)
        if match and (find_field(match[1]) or _ATLEAST.fullmatch(match[1])):
            message = f"{field.name}: stands right before a word or phrase, behind other fields"
            swapped = f"{match[0]}{self.text[start:pos]}" if start != pos else None
            raise Fault("field-inside", message, (start, match.end()), swapped)
        node, end = read_word(self.text, pos)
        if isinstance(node, Wildcard | Fuzzy | Every):
            message = f"{field.name}: takes words as they are written, without wildcards or ~"
            raise Fault("form-operator", message, (start, end), self.text[pos:end] if start != pos else None)
        if node is None:
            if start != pos:
                raise Fault("empty-value", f"{field.name}: needs a word or a phrase", (start, max(end, pos + 1)))
            return max(end, pos + 1)
        assert isinstance(node, Word)
        self._leaf(start, end, Exact(node.text, False, case, span=(start, node.span[1])), field.name)
        return self._weight(end)

    def _unclosed(self, pos: int) -> Fault:
        close = _PARTNERS[self.text[pos]][0][0]
        return Fault("unclosed", "This quote is not closed", (pos, pos + 1), whole=self.text + close)


def _not_nearness(match: re.Match[str]) -> Fault:
    """What is written like nearness, but says no distance or unit."""
    name = match[1]
    if name == "SAME":
        message = "SAME/ takes S (sentence) or P (paragraph)"
        return Fault("unit", message, match.span(), "SAME/P" if match[0][5:6] in ("P", "p") else "SAME/S")
    digits = re.search(r"\d+", match[0])
    distance = digits[0] if digits and 0 < _bounded(digits[0]) <= MAX_SLOP else "5"
    return Fault("distance", f"{name}/ takes a distance, 1 to {MAX_SLOP} words", match.span(), f"{name}/{distance}")


def _bounded(digits: str) -> int:
    """The number, or one beyond all limits where it has too many digits."""
    return int(digits) if len(digits) < 9 else 10**9


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))
