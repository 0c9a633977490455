"""The cases of every family of functions: those of function_cases, and of each cases_*.py."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from function_cases import Case

FAMILIES = ["function_cases", *sorted(p.stem for p in Path(__file__).parent.glob("cases_*.py"))]
CASES: list[Case] = [case for family in FAMILIES for case in import_module(family).CASES]
