"""Tokens → tree: a hand-written parser by recursive descent, linear in the number of tokens.

Responsible for precedence, for what may stand where, and for what is plain text after all; called by the package's
door. The grammar over the tokens of `_tokenizer`, loosest binding first::

    query    = [ or ]
    or       = and { "OR" and }
    and      = not { [ "AND" ] not }
    not      = { "NOT" | "-" } field
    field    = { zone | atleast } near
    near     = primary { ( near | same ) primary }        left-associative
    primary  = ( leaf | "(" or ")" ) [ weight ]

**Strays.** A quote or bracket without a partner, and an AND, OR or NOT without an operand, are a mistake in a query
but may be plain text (``Portland, OR``, ``1) Wien``). They are an error where the text has an operator that works (a
field, a nearness, a minus, an AND, OR or NOT between operands); a text without any is plain text, in which the stray
quote or bracket is punctuation and the stray AND, OR or NOT a word, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import cast

from newsidx.model import Note
from newsidx.query._faults import Fault
from newsidx.query._limits import MAX_DEPTH, Limits
from newsidx.query._tokenizer import Token, tokenize
from newsidx.query._unparse import unparse
from newsidx.query._words import plain_word, with_blanks
from newsidx.query.fields import find_field
from newsidx.query.tree import (
    And,
    AtLeast,
    Boost,
    Every,
    Exact,
    Fuzzy,
    In,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Same,
    Span,
    Wildcard,
    Word,
    is_plain,
    walk,
)

__all__ = ["any_of", "beginning", "parse_text", "quoted_words"]

_PIECE = re.compile(r"\S+")
_NEARNESS = re.compile(r"(near|pre|same)(/\w*)?", re.IGNORECASE)
_LINE = 5
"""Tokens that make a line of text: fewer in capitals, with a NOT among them, are a query."""
_STARTS = ("leaf", "(", "zone", "atleast")
_ENDS = ("leaf", ")", "weight")


def parse_text(text: str, limits: Limits) -> tuple[Node, list[Note]]:
    """The tree of a query text, and notes on how it was read. Raises `Fault`."""
    plain = _plain_text(text, limits)
    if plain is not None:
        return plain, []
    text = _checked(text, limits)
    tokens, notes = tokenize(text, limits)
    tokens = _without_empty_brackets(_settle_strays(text, tokens, notes))
    if not tokens:
        if text.strip():
            raise Fault("no-words", "There is no word in this query", (0, len(text)), whole="*")
        return Every(span=(0, 0)), notes
    node = _Parser(text, tokens, notes).parse()
    _note_capitals(text, tokens, notes)
    _note_nearness(text, tokens, notes)
    return node, notes


# Words of small letters need no tokens: the commonest queries are read in a tenth of the time.
_SMALL_WORDS = re.compile(r"[a-z]+(?: [a-z]+)*|[a-z]+(?: OR [a-z]+)+")
_SMALL_TEXT = 1000
_SMALL_WORD = re.compile("[a-z]+")


def _plain_text(text: str, limits: Limits) -> Node | None:
    """The tree of a text of such words, side by side or with an OR between each two; None for any other text."""
    longest = min(_SMALL_TEXT, limits.length, 2 * limits.clauses - 1)  # which holds no more words than clauses
    if len(text) > longest or _SMALL_WORDS.fullmatch(text) is None:
        return None
    words = tuple([Word(match[0], span=match.span()) for match in _SMALL_WORD.finditer(text)])
    if len(words) == 1:
        return words[0]
    return Or(words, span=(0, len(text))) if " OR " in text else And(words, True, span=(0, len(text)))


def _note_capitals(text: str, tokens: list[Token], notes: list[Note]) -> None:
    """A note where NOT may be a word of a headline in capitals."""
    negations = [token for token in tokens if token.name == "NOT" and token.kind == "not"]
    if not negations or len(tokens) < _LINE or any(map(str.islower, text)):
        return
    words = list(text)
    for token in negations:
        words[token.start : token.end] = "not"
    told = "NOT leaves out what the next word finds; write not for the word"
    notes.append(Note("capital-not", told, "".join(words)))


def _note_nearness(text: str, tokens: list[Token], notes: list[Note]) -> None:
    """A note where a word between others may have been meant as nearness: ``near/x``, NEAR in a text that does not
    shout."""
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if not isinstance(token.node, Word) or not all(isinstance(t.node, _WORDED) for t in (before, after)):
            continue
        match = _NEARNESS.fullmatch(token.node.text)
        if match is None or (not match[2] and (not match[1].isupper() or text.isupper())):
            continue
        meant = "SAME/S" if match[1].lower() == "same" else f"{match[1].upper()}/5"
        shown = text[token.start : token.end]
        told = f"{shown} was taken as a word; nearness is written {meant}"
        is_deep = sum(t.kind != "leaf" for t in tokens) >= MAX_DEPTH // 2  # then one nearness more may be too many
        notes.append(Note("nearness", told, None if is_deep else f"{text[: token.start]}{meant}{text[token.end :]}"))
        return


def quoted_words(text: str, limits: Limits) -> Node:
    """The tree of a text without operators: all of its words. Raises `Fault`."""
    text = _checked(text, limits)
    words: list[Node] = []
    for match in _PIECE.finditer(text):
        word = plain_word(match[0], match.span())
        if word is not None:
            words.append(word)
        if len(words) > limits.clauses:
            raise Fault("limit-clauses", f"A query has at most {limits.clauses} words", match.span())
    if not words:
        if text.strip():
            raise Fault("no-words", "There is no word in this query", (0, len(text)), whole="*")
        return Every(span=(0, 0))
    return words[0] if len(words) == 1 else And(tuple(words), True, span=_span(words))


def beginning(text: str, limits: Limits) -> str:
    """As much of a text, from its first word on, as `quoted_words` reads."""
    text = text[: limits.length]
    words = list(islice(_PIECE.finditer(with_blanks(text)), limits.clauses))
    return text[: words[-1].end()] if words else ""


def any_of(node: Node) -> Node:
    """The same query with its plain words at the top level made alternatives; all else stands."""
    if not isinstance(node, And) or not node.implied:
        return node
    plain = tuple(part for part in node.parts if is_plain(part))
    if len(plain) < 2:
        return node
    words = Or(plain, span=_span(plain))
    others = [part for part in node.parts if not is_plain(part)]
    if not others:
        return words
    others.insert(next(i for i, part in enumerate(node.parts) if is_plain(part)), words)
    return And(tuple(others), True, span=node.span)


def _checked(text: str, limits: Limits) -> str:
    if len(text) > limits.length:
        raise Fault("limit-length", f"A query has at most {limits.length} characters", (limits.length, len(text)))
    return with_blanks(text)


def _span(nodes: Sequence[Node]) -> Span:
    return nodes[0].span[0], nodes[-1].span[1]


# ---------------------------------------------------------------- strays


def _settle_strays(text: str, tokens: list[Token], notes: list[Note]) -> list[Token]:
    """The tokens without strays. Raises `Fault` where one is a mistake; see the module's head."""
    strays = _lone_brackets(tokens) | {i for i, token in enumerate(tokens) if token.kind == "stray"}
    works = any(token.kind in ("zone", "atleast", "near", "same") or token.name == "-" for token in tokens)
    for i, token in enumerate(tokens):
        if token.kind not in ("and", "or", "not"):
            works = works or (token.kind == "leaf" and bool(token.name))
        elif _is_dangling(tokens, i):
            if token.name != "-" and not _is_behind_field(tokens, i):
                strays.add(i)
        else:
            works = True
    if not strays:
        return tokens
    if works:
        raise _stray_fault(text, tokens[min(strays)])
    kept: list[Token] = []
    for i, token in enumerate(tokens):
        if i not in strays:
            kept.append(token)
        elif token.name in ("AND", "OR", "NOT"):
            token.kind, token.node = "leaf", Word(token.name, span=(token.start, token.end))
            kept.append(token)
    shown = ", ".join(dict.fromkeys(text[tokens[i].start : tokens[i].end] for i in sorted(strays)))
    notes.append(Note("stray", f"Taken as plain text, because it has no partner: {shown}"))
    return _reweighed(kept)


def _reweighed(tokens: list[Token]) -> list[Token]:
    """Without the weights that lost the bracket before them."""
    return [t for i, t in enumerate(tokens) if t.kind != "weight" or (i and tokens[i - 1].kind in ("leaf", ")"))]


def _lone_brackets(tokens: list[Token]) -> set[int]:
    opened: list[int] = []
    lone: set[int] = set()
    for i, token in enumerate(tokens):
        if token.kind == "(":
            opened.append(i)
        elif token.kind == ")":
            if opened:
                opened.pop()
            else:
                lone.add(i)
    return lone | set(opened)


def _is_dangling(tokens: list[Token], i: int) -> bool:
    """Whether this AND, OR or NOT lacks an operand; quotes without a partner are looked through."""
    after = _neighbour(tokens, i, 1)
    if tokens[i].kind == "not":
        return after not in (*_STARTS, "not")
    return _neighbour(tokens, i, -1) not in _ENDS or after not in (*_STARTS, "not")


def _is_behind_field(tokens: list[Token], i: int) -> bool:
    """Whether this stands in the place of a field's value, which is another fault."""
    return i > 0 and tokens[i - 1].kind in ("zone", "atleast") and tokens[i - 1].end == tokens[i].start


def _neighbour(tokens: list[Token], i: int, step: int) -> str:
    i += step
    while 0 <= i < len(tokens) and tokens[i].kind == "stray":
        i += step
    return tokens[i].kind if 0 <= i < len(tokens) else ""


def _stray_fault(text: str, token: Token) -> Fault:
    span = (token.start, token.end)
    if token.kind == "(":
        return Fault("unclosed", "This bracket is not closed", span, whole=text + ")")
    if token.kind == ")":
        return Fault("unopened", "There is no bracket that this one closes", span, "")
    if token.kind == "stray":
        return Fault("unclosed", "This quote is not closed", span, whole=text + {"«": "»"}.get(token.name, token.name))
    side = "a word behind it" if token.kind == "not" else "a word on both sides"
    word = token.name.lower()
    return Fault("operand", f"{token.name} needs {side}; for the word write {word}", span, word)


def _without_empty_brackets(tokens: list[Token]) -> list[Token]:
    """Without pairs of brackets that hold only punctuation, unless something was to hold for them."""
    kept: list[Token] = []
    for token in tokens:
        empty = token.kind == ")" and kept and kept[-1].kind == "("
        if empty and not (len(kept) > 1 and kept[-2].kind in ("zone", "atleast", "near", "same", "and", "or", "not")):
            kept.pop()
        else:
            kept.append(token)
    return _reweighed(kept)


# ---------------------------------------------------------------- the grammar


class _Parser:
    def __init__(self, text: str, tokens: list[Token], notes: list[Note]) -> None:
        self.text = text
        self.tokens = tokens
        self.notes = notes
        self.at = 0
        self._last_and = False
        """Whether the And that `_and` gave was made there, not in brackets."""

    def parse(self) -> Node:
        node = self._or(0)
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            raise self._needs("an operand before it", token)
        return node

    def _peek(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def _next(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _or(self, depth: int) -> Node:
        """``and { "OR" and }``"""
        branches = [self._and(depth)]
        has_bare_and = isinstance(branches[0], And) and self._last_and
        while self._peek() == "or":
            self._next()
            branches.append(self._and(depth))
            has_bare_and = has_bare_and or (isinstance(branches[-1], And) and self._last_and)
        if len(branches) == 1:
            return branches[0]
        parts: list[Node] = []
        for branch in branches:
            parts.extend(branch.parts if isinstance(branch, Or) and not _is_hashtag(branch) else (branch,))
        node = Or(tuple(parts), span=_span(branches))
        if has_bare_and and not any(note.kind == "mixed" for note in self.notes):
            shown = unparse(node)
            self.notes.append(Note("mixed", f"AND binds before OR; this was read as {shown}", shown))
        return node

    def _and(self, depth: int) -> Node:
        """``not { [ "AND" ] not }``, as an implied And of explicit ones."""
        runs: list[list[Node]] = [[self._not(depth)]]
        while True:
            kind = self._peek()
            if kind == "and":
                self._next()
                runs[-1].append(self._not(depth))
            elif kind in _STARTS or kind == "not":
                runs.append([self._not(depth)])
            else:
                break
        self._last_and = len(runs) > 1 or len(runs[0]) > 1
        return _joined([_joined(run, implied=False) for run in runs], implied=True)

    def _not(self, depth: int) -> Node:
        """``{ "NOT" | "-" } { zone | atleast } near``"""
        prefixes: list[Token] = []
        while self._peek() in ("not", "zone", "atleast"):
            token = self._next()
            if prefixes and prefixes[-1].kind != "not" and (token.kind == "not" or token.start != prefixes[-1].end):
                raise self._no_value(prefixes[-1], token)
            prefixes.append(token)
            if depth + len(prefixes) > MAX_DEPTH:
                raise Fault("limit-depth", f"A query is at most {MAX_DEPTH} deep", (token.start, token.end))
        if prefixes and prefixes[-1].kind != "not":
            follows = self.tokens[self.at] if self.at < len(self.tokens) else None
            if follows is None or follows.kind not in _STARTS or follows.start != prefixes[-1].end:
                raise self._no_value(prefixes[-1], follows)
        node = self._near(depth + len(prefixes))
        for token in reversed(prefixes):
            span = (token.start, node.span[1])
            if token.kind == "not":
                node = Not(node, span=span)
            elif token.kind == "zone":
                self._check_zone(token, node)
                node = In(token.name, _only_words(node), span=span)
            else:
                _check_mentions(node)
                node = AtLeast(int(token.number), node, span=span)
        return node

    def _check_zone(self, field: Token, node: Node) -> None:
        """A zone holds words, and in one zone there is no other: what would be ignored is a fault."""
        name = self.text[field.start : field.end - 1]
        has_words = False
        for part in walk(node):
            has_words = has_words or isinstance(part, _WORDED)
            if isinstance(part, In):
                end = self.text.index(":", part.span[0]) + 1
                inner = self.text[part.span[0] : end]
                message = f"{inner} within {name}: would be a place within another; take one of them"
                whole = self.text[: field.start] + self.text[field.end :]
                raise Fault("zone-inside", message, (part.span[0], end), whole=whole)
        if has_words:
            return
        if isinstance(node, Every):
            field_of_has = find_field("has")
            has = name if field_of_has is not None and name in field_of_has.choices else None
            message = f"{name}:* asks for no word" + (f"; articles that have one are has:{has}" if has else "")
            raise Fault("zone-value", message, (field.start, node.span[1]), f"has:{has}" if has else "*")
        message = f"{name}: holds for words and phrases; {unparse(node)} is about the whole article"
        raise Fault("zone-value", message, (field.start, field.end), "")

    def _no_value(self, field: Token, follows: Token | None) -> Fault:
        name = self.text[field.start : field.end - 1]
        if follows is not None and follows.kind in ("not", "and", "or") and follows.start == field.end:
            word = self.text[follows.start : follows.end]
            hint = f'{name}:"{word}"' if word != "-" else None
            whole = f"{self.text[: field.start]}-{name}:{self.text[follows.end :]}" if word == "-" else None
            message = f"{name}: needs a word, phrase or brackets; {word} cannot follow it"
            return Fault("empty-value", message, (field.start, follows.end), hint, whole=whole)
        message = f"{name}: needs a word, phrase or brackets right behind it"
        return Fault("empty-value", message, (field.start, field.end), f"{name} ")

    def _near(self, depth: int) -> Node:
        """``primary { ( near | same ) primary }``"""
        node = self._primary(depth)
        links = 0
        while self._peek() in ("near", "same"):
            token = self._next()
            links += 1
            if depth + links > MAX_DEPTH:
                raise Fault("limit-depth", f"A query is at most {MAX_DEPTH} deep", (token.start, token.end))
            if not isinstance(node, Near | Same):
                self._check_operand(node, token)
            if self._peek() in ("zone", "atleast", "not"):
                follows = self.tokens[self.at]
                message = "Fields, atleast and NOT stand before the words that nearness joins, not between them"
                raise Fault("near-operand", message, (token.start, follows.end))
            right = self._primary(depth, token)
            self._check_operand(right, token)
            span = (node.span[0], right.span[1])
            if token.kind == "near":
                node = Near(node, right, int(token.number), token.name == "pre", span=span)
            else:
                node = Same(node, right, "s" if token.name == "s" else "p", span=span)
        return node

    def _check_operand(self, node: Node, operator: Token) -> None:
        bad = _not_near(node)
        if bad is None:
            return
        name = self.text[operator.start : operator.end]
        message = f"{name} joins words, phrases, patterns and brackets with ORs of these"
        hint = None
        if isinstance(bad, And) and bad is node and all(isinstance(part, Word) for part in bad.parts):
            hint = unparse(Phrase(" ".join(cast(Word, part).text for part in bad.parts)))
        raise Fault("near-operand", message, bad.span if hint is None else self._bracketed(bad.span), hint)

    def _bracketed(self, span: Span) -> Span:
        """The span with the brackets around it."""
        start, end = self.text.rfind("(", 0, span[0]), self.text.find(")", span[1])
        return (start, end + 1) if start >= 0 and end >= 0 else span

    def _primary(self, depth: int, operator: Token | None = None) -> Node:
        """``( leaf | "(" or ")" ) [ weight ]``"""
        kind = self._peek()
        if kind == "leaf":
            token = self._next()
            assert token.node is not None
            node = token.node
        elif kind == "(":
            opened = self._next()
            if depth >= MAX_DEPTH:
                raise Fault("limit-depth", f"A query is at most {MAX_DEPTH} deep", (opened.start, opened.end))
            if self._peek() == ")":
                raise Fault("empty-brackets", "There is no word in these brackets", (opened.start, self._next().end))
            node = self._or(depth + 1)
            if self._peek() != ")":
                raise self._needs("a word before it", self.tokens[self.at])
            self._next()
        elif operator is not None:
            raise self._needs("a word, phrase or brackets behind it", operator)
        else:
            raise self._needs("a word before it", self.tokens[self.at] if kind else self.tokens[-1])
        if self._peek() == "weight":
            token = self._next()
            node = Boost(node, token.number, span=(node.span[0], token.end))
        return node

    def _needs(self, what: str, token: Token) -> Fault:
        name = self.text[token.start : token.end]
        return Fault("operand", f"{name} needs {what}", (token.start, token.end), _as_word(name))


def _as_word(name: str) -> str:
    return unparse(Word(name)) if name[:1].isalpha() else ""


def _joined(nodes: list[Node], *, implied: bool) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    parts: list[Node] = []
    for node in nodes:
        parts.extend(node.parts if isinstance(node, And) and node.implied is implied else (node,))
    return And(tuple(parts), implied, span=_span(nodes))


def _is_hashtag(node: Or) -> bool:
    """Whether this is a ``#tag``, which stays one thing among other alternatives."""
    return len(node.parts) == 2 and isinstance(node.parts[1], Word) and node.parts[1].text.startswith("#")


def _only_words(node: Node) -> Node:
    """What is searched in a zone, where ``#tag`` is the word alone: a tag stands in no other zone."""
    match node:
        case Or(parts) if _is_hashtag(node):
            return parts[1]
        case And(parts) | Or(parts):
            words = tuple(map(_only_words, parts))
            return node if words == parts else replace(node, parts=words)
        case Not(part):
            return replace(node, part=_only_words(part))
        case Boost(inner) | AtLeast(_, inner):
            return replace(node, node=_only_words(inner))
    return node


def _not_near(node: Node) -> Node | None:
    """What in `node` nearness cannot join, None if all is well."""
    if isinstance(node, Boost):
        return _not_near(node.node)
    if isinstance(node, Or):
        return next((bad for bad in map(_not_near, node.parts) if bad is not None), None)
    return None if isinstance(node, Word | Phrase | Exact | Wildcard | Fuzzy) else node


_WORDED = (Word, Phrase, Exact, Wildcard, Fuzzy)
_COUNTED = (Word, Phrase, Exact, Wildcard, Fuzzy, Boost, And, Or, Near, Same, In, AtLeast)


def _check_mentions(node: Node) -> None:
    """Mentions can be counted of words and what joins them, not of what is absent or a fact about the article."""
    for part in walk(node):
        if not isinstance(part, _COUNTED):
            raise Fault("mentions", "atleast counts words and phrases, joined by OR or nearness", part.span)
