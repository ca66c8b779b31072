"""The table in Tests/README.md names every row of the matrix once, and exactly the tests that there are."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.ci

FOLDER = Path(__file__).parent
TABLE = re.compile(r"^\| ([WPKD]\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
ROWS = {"W": 16, "P": 23, "K": 22, "D": 14}


def table() -> list[tuple[str, str]]:
    return TABLE.findall((FOLDER.parents[1] / "README.md").read_text())


def test_every_row_is_in_the_table_once():
    rows = [row for row, _ in table()]
    assert rows == [f"{letter}{number}" for letter, count in ROWS.items() for number in range(1, count + 1)]


def test_the_table_names_the_tests_that_there_are():
    named = {test for _, cell in table() for test in re.findall(r"`(test_[WPKD]\d+\w*)`", cell)}
    sources = [path.read_text() for path in FOLDER.glob("test_*.py")]
    there = {test for source in sources for test in re.findall(r"^def (test_[WPKD]\d+\w*)\(", source, re.MULTILINE)}
    assert named == there
    for row, cell in table():
        for test in re.findall(r"`(test_[WPKD]\d+\w*)`", cell):
            assert test.startswith(f"test_{row}_"), f"{test} stands in the row {row}"


def test_what_covers_a_row_elsewhere_is_there():
    tests = FOLDER.parents[1]
    for row, cell in table():
        for name in re.findall(r"`(test_[a-z_]+\.py)`", cell):
            assert (FOLDER.parent / name).exists() or (FOLDER / name).exists(), f"{row}: {name} is not there"
        for name, function in re.findall(r"`([A-Z]\w+Tests)(?:\.(\w+))?`", cell):
            if (tests / name).is_dir():
                continue
            found = list(tests.glob(f"*Tests/**/{name}.swift"))
            assert found, f"{row}: {name} is not there"
            assert not function or f"func {function}(" in found[0].read_text(), f"{row}: {name}.{function} is not there"
        assert "`" in cell or cell.startswith("not run: "), f"{row} needs a test, or a reason"
