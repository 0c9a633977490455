"""Names in examples lead to the reference: those that were imported, and no others."""

from __future__ import annotations

import re

import pytest
from scratch_site import build

PAGE = """\
# Page

```pycon
>>> import numpy as np
>>> import tinygrad_ko.functions as F
>>> from tinygrad_ko import Variable
>>> x = Variable(3.0)
```

Some words.

```pycon
>>> y = F.sin(x)
>>> y.backward()
>>> print(np.sum(x))
0.0
```

```{eval-rst}
.. autoclass:: tinygrad_ko.Variable

.. autofunction:: tinygrad_ko.functions.sin
```
"""
LINK = re.compile(r'<a class="sphinx-codeautolink-a" href="([^"]*)"[^>]*>(.*?)</a>')


@pytest.fixture(scope="module")
def links(tmp_path_factory):
    built = build(
        tmp_path_factory.mktemp("links"),
        PAGE,
        ["sphinx.ext.autodoc", "example_links"],
        local_inventories={
            "python": "https://docs.python.org/3/",
            "numpy": "https://numpy.org/doc/stable/",
        },
        nitpicky=False,
        default_role="code",
    )
    return {(re.sub("<[^>]+>", "", name), target) for target, name in LINK.findall(built.body())}


def test_a_name_leads_to_its_entry_in_the_reference(links):
    assert ("Variable", "index.html#tinygrad_ko.Variable") in links


def test_a_page_imports_once_for_all_of_its_examples(links):
    assert ("F.sin", "index.html#tinygrad_ko.functions.sin") in links


def test_numpys_names_lead_to_its_documentation(links):
    assert any(name == "np.sum" and "numpy.org" in target for name, target in links)


def test_results_and_what_everyone_knows_are_not_links(links):
    assert not {name for name, _ in links} & {"x", "y", "print"}
