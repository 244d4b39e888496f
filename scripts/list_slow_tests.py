"""Write tests/slow.txt: the tests that `make check` leaves out, each with its seconds in a run of all.

    make test PYTEST_ARGS=--junitxml=build/tests.xml
    .venv/bin/python scripts/list_slow_tests.py build/tests.xml

A test with cases counts by their mean. The dearest are left out until the others take `--seconds` together.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[1]
LIST = ROOT / "tests" / "slow.txt"


def main() -> None:
    """Read the report, write the list, tell what stays."""
    parser = argparse.ArgumentParser(description="Write tests/slow.txt from a report of all tests.")
    parser.add_argument("report", type=Path)
    parser.add_argument("--seconds", type=float, default=300, help="what all others take")
    wanted = parser.parse_args()
    total: defaultdict[str, float] = defaultdict(float)
    cases: Counter[str] = Counter()
    for case in ET.parse(wanted.report).iter("testcase"):  # noqa: S314 - pytest wrote it here
        test = test_of(case.attrib["classname"], case.attrib["name"])
        total[test] += float(case.attrib["time"])
        cases[test] += 1
    left, slow = sum(total.values()), []
    for test in sorted(total, key=lambda test: -total[test] / cases[test]):
        if left <= wanted.seconds:
            break
        slow.append(test)
        left -= total[test]
    LIST.write_text("".join(f"{test} {total[test]:.1f}\n" for test in sorted(slow)), encoding="utf-8")
    print(f"{len(slow)} of {len(total)} tests are slow; the others take {left:.0f} s")


def test_of(owner: str, name: str) -> str:
    """The test as pytest calls it, without its case: `tests/cli/test_new.py::test_it`."""
    parts = owner.split(".")
    file = next(n for n in range(len(parts), 0, -1) if ROOT.joinpath(*parts[:n]).with_suffix(".py").exists())
    return "::".join(["/".join(parts[:file]) + ".py", *parts[file:], name.partition("[")[0]])


if __name__ == "__main__":
    main()
