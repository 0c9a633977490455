"""The benchmarks compute what they say, and what is written of them is what was measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tables
import workloads
from agreement import check_equal
from engines import NUMPY, OURS, REFERENCE, Autograd, Engine, Ours
from results import entry, missed, read
from workloads import GRAPHS, MEMORY, PERCEPTRON, WORKLOADS, Aim, Workload

ALL = (*WORKLOADS, *MEMORY)
ENGINES = (OURS, REFERENCE, "DeZero", "autograd", "MyGrad")
# The same formulas as in WORKLOADS and MEMORY, on less data.
SMALLER = [
    *[workloads.with_constants(shape) for shape in workloads.SHAPES],
    *[workloads.between_variables(shape) for shape in workloads.SHAPES],
    workloads.perceptron(5, "tanh", PERCEPTRON),
    workloads.perceptron(5, "relu", PERCEPTRON),
    workloads.recurrent(),
    workloads.attention(),
    workloads.sixth_derivative(),
    workloads.rosenbrock(10),
    workloads.chain(40),
    workloads.branches(33),
    workloads.elementwise_chain(20, 3),
]


def results_of(workload: Workload, engine: Engine) -> list[Any]:
    return [np.array(engine.numbers(found)) for found in workload.build(engine)()]


def file_named(name: str) -> str:
    return (tables.ROOT / name).read_text(encoding="utf-8")


# --- The formulas ------------------------------------------------------------------------------


def test_every_formula_is_among_the_smaller_ones() -> None:
    def families(some: Any) -> set[str]:
        return {workload.key.split("-")[0] for workload in some}

    assert families(SMALLER) == families(ALL)


@pytest.mark.parametrize("workload", SMALLER, ids=lambda workload: workload.key)
def test_the_engine_autograd_and_numpy_by_hand_find_the_same(workload: Workload) -> None:
    results = {each.name: results_of(workload, each) for each in (Ours(), Autograd())}
    if workload.by_hand is not None:
        results = {NUMPY: [np.array(found) for found in workload.by_hand()()], **results}
    check_equal(workload, results)
    assert all(np.any(found != 0) for found in results[OURS])


def test_chains_and_branches_have_the_gradients_that_can_be_counted() -> None:
    assert results_of(workloads.chain(40), Ours()) == [41.0]
    assert results_of(workloads.branches(33), Ours()) == [66.0]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([1.0, 2.0], "other has 1 results, and first has 2"),
        (np.float32([1.0, 2.0]), r"result 0 of other is float32\(2,\), that of first float64\(2,"),
        (np.array([1.0, 2.1]), "result 0 of other is off from first by 0.1, where"),
        (np.array([1.0, np.nan]), "is off from first by nan"),
    ],
)
def test_a_wrong_result_stops_the_run(wrong: Any, message: str) -> None:
    right = np.array([1.0, 2.0])
    found = {"first": [right], "other": [wrong]}
    if isinstance(wrong, list):
        found = {"first": [right, right], "other": [right]}
    with pytest.raises(SystemExit, match=message):
        check_equal(SMALLER[0], found)


def test_only_an_engine_known_to_widen_may_return_another_dtype() -> None:
    found = {"first": [np.float32([1.0])], "wide": [np.array([1.0])]}
    check_equal(SMALLER[0], found, widening=["wide"])
    with pytest.raises(SystemExit, match="result 0 of wide is float64"):
        check_equal(SMALLER[0], found)


# --- What was measured -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "chosen", "unit"), [("time", WORKLOADS, "seconds"), ("memory", MEMORY, "bytes")]
)
def test_the_results_hold_every_workload_with_every_engine_that_can_do_it(
    group: str, chosen: list[Workload], unit: str
) -> None:
    data = read()[group]
    assert list(data) == [workload.key for workload in chosen]
    for workload in chosen:
        found = data[workload.key]
        assert found["english"] == workload.english
        assert found["korean"] == workload.korean
        assert found["aim"] == workload.aim.name
        assert found["at most"] == workload.aim.at_most
        there = {name for name in ENGINES if name not in (workload.without or {})}
        there |= {NUMPY} if workload.by_hand else set()
        there -= {REFERENCE} if group == "memory" else set()
        assert set(found[f"median {unit}"]) == there


def test_the_ratios_of_the_results_are_those_of_its_medians() -> None:
    data = read()
    checked = 0
    for found in (*data["time"].values(), *data["memory"].values()):
        (medians,) = (value for key, value in found.items() if key.startswith("median "))
        floors = [floor for floor in (REFERENCE, NUMPY) if floor in medians]
        assert floors == [floor for floor in (REFERENCE, NUMPY) if f"{floor} = 1" in found]
        for floor in floors:
            wanted = {name: value / medians[floor] for name, value in medians.items()}
            assert found[f"{floor} = 1"] == pytest.approx(wanted, rel=0.006)
            checked += 1
    assert checked > len(ALL)


def test_the_results_say_with_what_but_not_when_or_where() -> None:
    data = read()
    assert set(data) == {"versions", "machine", "threads of each engine", "time", "memory"}
    assert set(data["machine"]) == {"system", "processor", "processors"}
    assert set(data["versions"]) == {"python", "numpy", "torch", "dezero", "autograd", "mygrad"}


def test_medians_and_ratios_come_from_the_rounds() -> None:
    aim = Aim("test", {REFERENCE: 0.5, NUMPY: 1.5})
    workload = Workload("key", "work", "작업", aim, lambda engine: list)
    measured = {NUMPY: [1.0, 9.0, 2.0], OURS: [4.0, 3.0, 2.0], REFERENCE: [4.0, 4.0, 7.0]}
    found = entry(workload, measured, "seconds")
    assert found["median seconds"] == {NUMPY: 2.0, OURS: 3.0, REFERENCE: 4.0}
    assert found["PyTorch = 1"] == {NUMPY: 0.5, OURS: 0.75, REFERENCE: 1.0}
    assert found["NumPy by hand = 1"] == {NUMPY: 1.0, OURS: 1.5, REFERENCE: 2.0}
    assert found["rounds"] == 3
    assert missed(found) == ["work: 0.75 of PyTorch, wanted at most 0.50"]


def test_an_aim_beside_someone_who_was_not_measured_is_not_missed() -> None:
    workload = Workload("key", "work", "작업", GRAPHS, lambda engine: list)
    assert missed(entry(workload, {OURS: [3.0], NUMPY: [1.0]}, "bytes")) == []


# --- What is written ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", tables.TARGETS)
def test_the_tables_are_those_of_the_results(name: str) -> None:
    text = file_named(name)
    assert tables.updated(text, read(), tables.TARGETS[name]) == text, (
        f"{name} has other numbers than results.json: python benchmarks/tables.py writes them"
    )


@pytest.mark.parametrize("name", tables.TARGETS)
def test_each_file_has_its_blocks_with_something_in_them(name: str) -> None:
    blocks = {
        found["name"]: found["body"].strip() for found in tables.MARKED.finditer(file_named(name))
    }
    readme = name.startswith("README")
    assert set(blocks) == ({"short"} if readme else {"times", "reading", "versions", "memory"})
    assert all(blocks.values())


def test_the_short_table_has_a_row_for_each_aim_in_time() -> None:
    aims = {workload.key: workload.aim for workload in WORKLOADS}
    wanted = {aim.name for aim in aims.values() if aim.at_most}
    assert {aims[key].name for key in tables.SHORT} == wanted
    assert len(tables.SHORT) == len(wanted)


def test_a_changed_number_is_found_and_mended() -> None:
    text = file_named("README.md")
    start = text.index("benchmarks/tables.py writes")
    changed = text[:start] + text[start:].replace("| 0.", "| 7.", 1)
    assert changed != text
    assert tables.updated(changed, read(), "english") == text


def test_a_block_of_another_name_is_refused() -> None:
    text = "% benchmarks/tables.py writes: speed\n% benchmarks/tables.py ends\n"
    with pytest.raises(SystemExit, match="there is no block 'speed'; there are: times, short"):
        tables.updated(text, read(), "english")


def test_a_missing_ratio_is_a_dash_and_a_large_one_has_fewer_digits() -> None:
    assert [tables.ratio(value) for value in (None, 0.034, 9.99, 23.44)] == [
        "–",
        "0.03",
        "9.99",
        "23.4",
    ]
