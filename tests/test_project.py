"""The project's own promises: what an import costs, which doors there are, what the files of the checkout say."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsidx

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "newsidx"
PACKAGES = sorted(
    ".".join(init.parent.relative_to(ROOT).parts) for init in PACKAGE.rglob("__init__.py") if "tables" not in init.parts
)
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

MAX_TRACKED_BYTES = 2_000_000
NETWORK = {
    "asyncio",
    "ftplib",
    "http",
    "poplib",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "urllib.request",
    "xmlrpc",
}


LISTENERS = ("newsidx.doors", "newsidx.server", "newsidx.mcp")
"""Who may know the network: whoever is told to listen, and then only where."""


def modules_of(program: str, *args: str) -> set[str]:
    """The top-level names in sys.modules after `program` has run in a fresh interpreter, without those before it."""
    harness = """
import sys
before = set(sys.modules)
{program}
import json, os
tops = sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})
os.write(2, ("\\n" + json.dumps(tops)).encode())
"""
    source = harness.format(program=textwrap.dedent(program))
    done = subprocess.run([sys.executable, "-c", source, *args], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def third_party(modules: set[str]) -> set[str]:
    return {name for name in modules - sys.stdlib_module_names - {"newsidx"} if not name.startswith("_")}


# What an import costs


def test_import_loads_no_third_party_package() -> None:
    assert third_party(modules_of("import newsidx; newsidx.__all__; newsidx.__version__")) == set()


def test_errors_options_and_results_load_no_third_party_package() -> None:
    program = "from newsidx import AddOptions, Article, NewsidxError, QuerySyntaxError, Results, SearchRequest"
    assert third_party(modules_of(program)) == set()


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("budget") / "index"
    with newsidx.open(path, create=True) as idx:
        idx.add(
            newsidx.article(
                key="a", headline="The ferries returned", body="They returned to the harbours at night.", lang="en"
            ),
            newsidx.article(key="b", headline="Les bateaux reviennent", body="Ils reviennent au port.", lang="fr"),
        )
    return path


def test_search_of_seen_words_loads_only_numpy(small_index: Path) -> None:
    program = """
    import newsidx
    with newsidx.open(sys.argv[1]) as idx:
        assert [hit.headline for hit in idx.search("ferries harbours")] == ["The ferries returned"]
        assert idx.search("ferries reviennent").total == 0
    """
    assert third_party(modules_of(program, str(small_index))) == {"numpy"}


def test_search_of_an_unseen_form_may_load_the_stemmer_and_finds_the_same(small_index: Path) -> None:
    program = """
    import newsidx
    with newsidx.open(sys.argv[1]) as idx:
        assert [hit.headline for hit in idx.search("harbour returning")] == ["The ferries returned"]
    """
    assert not third_party(modules_of(program, str(small_index))) & {"selectolax", "typer", "rich"}


def test_command_of_seen_words_loads_no_parser_stemmer_or_rich(small_index: Path) -> None:
    program = """
    import contextlib, io
    from newsidx.cli import main
    sys.argv[:] = ["newsidx", "search", "--index", sys.argv[1], "ferries", "harbours"]
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
        main()
    assert "The ferries returned" in shown.getvalue(), shown.getvalue()
    """
    loaded = modules_of(program, str(small_index))
    assert loaded & {"nltk", "pydantic", "rich", "selectolax", "whoosh"} == set()


# Doors


@pytest.mark.parametrize("name", PACKAGES)
def test_package_says_what_it_offers(name: str) -> None:
    module = importlib.import_module(name)
    assert (module.__doc__ or "").strip(), f"{name} has no docstring"
    offered = getattr(module, "__all__", [])
    assert list(offered) == sorted(offered, key=_by_kind), f"{name}.__all__ is not sorted"
    assert len(set(offered)) == len(offered)
    assert [each for each in offered if not hasattr(module, each)] == []


def _by_kind(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest, as ruff sorts them."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


@pytest.mark.parametrize("name", newsidx.__all__)
def test_top_level_name_is_there_and_stays(name: str) -> None:
    assert getattr(newsidx, name) is getattr(newsidx, name)
    assert name in dir(newsidx)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = newsidx.no_such_name


def imports_of(path: Path) -> Iterator[str]:
    """The dotted names that a module imports anywhere, `from a import b` as a.b."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


SOURCES = sorted(PACKAGE.rglob("*.py"))
ROOMS = {
    "brotli": ("newsidx.capture",),
    "fastwarc": ("newsidx.capture",),
    "langchain_core": ("newsidx.retrievers",),
    "llama_index": ("newsidx.retrievers",),
    "jinja2": ("newsidx.server",),
    "mcp": ("newsidx.mcp",),
    "mcp_types": ("newsidx.mcp",),
    "nltk": ("newsidx.analysis",),
    "numpy": ("newsidx.codec", "newsidx.engine.local"),
    "pydantic": ("newsidx.mcp",),
    "selectolax": ("newsidx.extract",),
    "starlette": ("newsidx.server", "newsidx.mcp"),
    "typer": ("newsidx.cli",),
    "uvicorn": ("newsidx.server", "newsidx.mcp"),
    "whoosh": ("newsidx.engine.local.whoosh",),
}
"""Each third party's only rooms."""


@pytest.mark.parametrize("path", SOURCES, ids=[path.relative_to(ROOT).as_posix() for path in SOURCES])
def test_module_keeps_to_doors_and_rooms_and_off_the_network(path: Path) -> None:
    home = ".".join(path.relative_to(ROOT).parent.parts)
    module = f"{home}.{path.stem}"
    for name in imports_of(path):
        is_network = any(name == each or name.startswith(each + ".") for each in NETWORK)
        assert not is_network or module.startswith(LISTENERS), f"{name} opens connections"
        parts = name.split(".")
        if parts[0] not in sys.stdlib_module_names | {"newsidx"}:
            rooms = ROOMS.get(parts[0])
            assert rooms is not None, f"{parts[0]} is no dependency"
            assert any(f"{home}.".startswith(f"{room}.") for room in rooms), f"{parts[0]} stays in {rooms}"
        for i, part in enumerate(parts):
            if i and part.startswith("_") and not part.startswith("__") and parts[0] == "newsidx":
                room = ".".join(parts[:i])
                assert home == room or home.startswith(room + "."), f"{name} is {room}'s own"


# What the files of the checkout say


def test_every_pin_has_hashes_and_no_list_names_an_index() -> None:
    lists = sorted((ROOT / "constraints").glob("*.txt"))
    assert [path.stem for path in lists] == ["build", "dev", "extras", "frameworks", "runtime"]
    for path in lists:
        text = path.read_text()
        assert "://" not in text
        assert not re.search(r"^\s*-", text.replace("    --hash=sha256:", ""), re.MULTILINE)
        entries = re.split(r"\n(?=\S)", text.partition("\n")[2].strip())
        for entry in entries:
            assert re.match(r"[a-z0-9-]+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", entry), entry[:80]


def test_the_lists_agree() -> None:
    pins = {path.stem: _pins(path) for path in (ROOT / "constraints").glob("*.txt")}
    for name in ("build", "extras", "runtime"):
        assert pins[name].items() <= pins["dev"].items()
    both = pins["frameworks"].keys() & pins["dev"].keys()
    assert {name: pins["frameworks"][name] for name in both} == {name: pins["dev"][name] for name in both}
    for requirement in _pyproject()["project"]["dependencies"]:
        name = re.split(r"[=<>]", requirement)[0]
        assert name in pins["runtime"]
        if "==" in requirement:
            assert pins["runtime"][name] == requirement.partition("==")[2]


def _pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", path.read_text(), re.MULTILINE))


def _pyproject() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_changelog_knows_the_version() -> None:
    assert re.search(
        rf"^## \[?{re.escape(newsidx.__version__)}\b", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )


def test_make_help_lists_every_task() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert sorted(phony[1].split()) == sorted(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "").strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(ROOT).as_posix() for page in PAGES])
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name}: {target}"
        if anchor and there.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", there.read_text("utf-8"), re.MULTILINE)
            assert anchor in map(_slug, headings), f"{page.name}: {target}"


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("git does not answer here")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name]


def test_nothing_large_or_made_is_tracked() -> None:
    paths = tracked()
    names = {path.relative_to(ROOT).as_posix() for path in paths}
    assert [path for path in paths if path.is_file() and path.stat().st_size > MAX_TRACKED_BYTES] == []
    made = re.compile(
        r"(^|/)(__pycache__|\.venv[^/]*|dist|\.(mypy|ruff|pytest)_cache|\.hypothesis|\.DS_Store)(/|$)|\.py[co]$"
    )
    assert [name for name in sorted(names) if made.search(name)] == []
    assert {name for name in names if name.startswith("index/")} <= {"index/.gitignore"}
