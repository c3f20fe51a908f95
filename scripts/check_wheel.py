"""Build the sdist and, from it, the wheel; install the wheel beside the pinned runtime alone; add, search, embed.

Run by `make wheel`. What must hold: the wheel carries the package with its tables and its type marker and nothing of
corpus/, index/ or tests/; its stated requirements are met by constraints/runtime.txt; the command and the library work
where the checkout is not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

EMBEDDING = """
import newsidx

def main():
    with newsidx.open("made", create=True) as idx:
        idx.add("pages")
        results = idx.search("ferry harbour")
        assert [hit.headline for hit in results] == ["Ferry back in harbour"], results
        assert idx.check() == [], idx.check()

main()
"""
"""A plain script without a guard: adding must not run the caller's module again in its workers."""

PAGE = """<!doctype html><html lang="en"><head><title>Ferry back in harbour</title>
<meta property="og:type" content="article"><meta property="og:title" content="Ferry back in harbour"></head>
<body><article><h1>Ferry back in harbour</h1>
<p>The ferry that broke down on Monday off the northern shore was towed back into the harbour in the night.</p>
<p>None of the ninety passengers was hurt, said the company, which will run buses until the ship is repaired.</p>
</article></body></html>
"""


def main() -> int:
    """Build and try; the exit code of the first thing that fails, with its output."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(work / "dist"), str(ROOT))
        (wheel,) = (work / "dist").glob("*.whl")
        check_contents(wheel)
        python = install(wheel, work / "venv")
        check_use(python, work)
    print("wheel: ok")
    return 0


def run(*command: str, cwd: Path | None = None, expect: int = 0) -> str:
    """Standard output of a command that must end with `expect`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSIDX_", "PYTHONPATH"))}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != expect:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def check_contents(wheel: Path) -> None:
    """The wheel holds what the checkout's package holds, and nothing else."""
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    inside = {path.relative_to(ROOT) for path in (ROOT / "newsidx").rglob("*") if path.is_file()}
    wanted = {
        path.as_posix()
        for path in inside
        if not any(part == "__pycache__" or part.startswith(".") for part in path.parts)
    }
    if packed != wanted:
        sys.exit(f"wheel: not in it {sorted(wanted - packed)}, not the package's {sorted(packed - wanted)}")
    if "newsidx/py.typed" not in packed:
        sys.exit("wheel: py.typed is missing")


def install(wheel: Path, venv: Path) -> Path:
    """A new environment with the pinned runtime and the wheel: its interpreter."""
    run(sys.executable, "-m", "venv", str(venv))
    python = venv / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = (str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")
    run(*pip, "install", "--require-hashes", "-r", str(ROOT / "constraints" / "runtime.txt"))
    run(*pip, "install", "--no-deps", str(wheel))
    run(*pip, "check")
    return python


def check_use(python: Path, work: Path) -> None:
    """The command adds and finds, and so does a script that embeds the library."""
    newsidx = str(python.parent / "newsidx")
    home = work / "home"
    (home / "pages").mkdir(parents=True)
    (home / "pages" / "ferry.html").write_text(PAGE)
    version = run(newsidx, "--version", cwd=home).split()[-1]
    installed = run(str(python), "-c", "import newsidx; print(newsidx.__version__)", cwd=home).strip()
    if version != installed or version not in str(next((work / "dist").glob("*.whl"))):
        sys.exit(f"versions differ: the command's {version}, the library's {installed}")
    run(newsidx, "add", "pages", cwd=home)
    found = json.loads(run(newsidx, "search", "--json", "ferries", cwd=home))
    if [hit["headline"] for hit in found["hits"]] != ["Ferry back in harbour"]:
        sys.exit(f"newsidx search: {found}")
    run(newsidx, "search", "zeppelin", cwd=home, expect=1)
    for extra in ("serve", "mcp"):  # the runtime alone has neither; the command says so
        run(newsidx, extra, cwd=home, expect=2)
    (home / "embed.py").write_text(EMBEDDING)
    run(str(python), "embed.py", cwd=home)


if __name__ == "__main__":
    sys.exit(main())
