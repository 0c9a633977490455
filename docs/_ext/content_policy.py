"""A Content-Security-Policy for each page, which allows what the page uses and nothing else.

Hosts of static files send no headers of ours, so that the policy stands in the page, before
everything it governs. The scripts and styles in the page itself are allowed one by one, by hash.

What runs examples is a worker. Its script comes over the network, and such a worker has the policy
that is sent with the script: on these hosts, none. Some browsers may give it that of the page; so
pages with examples allow WebAssembly, and the one place that Python is loaded from.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from browser_python import COPY

SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
STYLE = re.compile(r"<style\b[^>]*>(?P<text>.*?)</style>", re.DOTALL)
# However it is written: what rewrites a finished page may have turned its attributes around.
META = re.compile(r'<meta (?=[^>]*http-equiv="Content-Security-Policy")[^>]*>\n?')
CHARSET = re.compile(r'<meta charset="utf-8" ?/?>\n?')
# What is no script but data, which nothing runs.
DATA = re.compile(r'type="application/(ld\+)?json"')
RUNS_EXAMPLES = 'id="run-settings"'


def hash_of(text: str) -> str:
    """Return the name by which a policy allows one script or style."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def policy(page: str, runtime: str) -> str:
    """Return the policy of a page; `runtime` is where its examples load Python from."""
    scripts = [
        hash_of(found["text"])
        for found in SCRIPT.finditer(page)
        if "src=" not in found["attributes"] and not DATA.search(found["attributes"])
    ]
    styles = [hash_of(found["text"]) for found in STYLE.finditer(page)]
    python, elsewhere = [], []
    if RUNS_EXAMPLES in page:
        python = ["'wasm-unsafe-eval'"]
        elsewhere = [] if runtime == COPY else [runtime]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *scripts, *python, *elsewhere],
        "worker-src": ["'self'"] if python else [],
        "connect-src": ["'self'", *elsewhere],
        # Formulas and drawings have styles of their own in many places.
        "style-src": ["'self'", "'unsafe-inline'"],
        "style-src-elem": ["'self'", *styles],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'", "data:"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(
        " ".join([name, *dict.fromkeys(values)]) for name, values in rules.items() if values
    )


def with_policy(page: str, runtime: str) -> str:
    """Return a page with its policy, before which nothing is loaded."""
    page = without_policy(page)
    charset = CHARSET.search(page)
    if charset is None:
        raise ValueError('a page has no <meta charset="utf-8">, after which its policy stands')
    line = f'<meta http-equiv="Content-Security-Policy" content="{policy(page, runtime)}">\n'
    end = charset.end()
    return page[:end] + ("" if page[:end].endswith("\n") else "\n") + line + page[end:]


def without_policy(page: str) -> str:
    """Return a page without the policy that it may have."""
    return META.sub("", page)


def write(out: Path, runtime: str | None) -> None:
    """Give every page its policy; where `runtime` is None, take it away."""
    for path in out.rglob("*.html"):
        if "_static" in path.relative_to(out).parts:
            continue
        old = path.read_text(encoding="utf-8")
        new = without_policy(old) if runtime is None else with_policy(old, runtime)
        if new != old:
            path.write_text(new, encoding="utf-8", newline="\n")
