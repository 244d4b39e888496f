"""The demonstration county, made once for all its tests."""

from datetime import date

import pytest

from gridmap.demo.county import County, make_county
from gridmap.demo.extent import SMALL

SEED = 7
DAY = date(2020, 2, 10)


@pytest.fixture(scope="session")
def small() -> County:
    return make_county(SEED, DAY, SMALL)


@pytest.fixture(scope="session")
def full() -> County:
    return make_county(SEED, DAY)
