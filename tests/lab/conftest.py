"""The lab of each test."""

import pytest

from tests.lab.observed import Lab


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path / "lab")
