"""The fault tests have a PostgreSQL and a broker of their own, which they kill; `./dev faults` runs them."""

from __future__ import annotations

import os
import re
import sys
import uuid
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from kit.fault_world import FaultWorld
from kit.servers import Broker, Postgres


def pytest_addoption(parser):
    parser.addoption("--seeds", type=int, default=1, help="how often each case runs, each time with another seed")
    parser.addoption("--commit-replies", type=int, default=200, help="how many replies to COMMIT are lost in one run")


def pytest_configure(config):
    config.addinivalue_line("markers", "ci: one of those that run with every change (./dev test faults)")


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(1, metafunc.config.getoption("--seeds", 1) + 1))


@pytest.fixture(scope="session")
def postgres():
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="session")
def broker():
    server = Broker()
    os.environ["WATTSOURCE_TEST_KAFKA_BOOTSTRAP"] = server.address
    yield server
    server.close()


@pytest.fixture
def make_world(request, tmp_path, postgres, broker):
    """Makes worlds behind the proxies, with the usual homes in their registry."""
    if not os.environ.get("WATTSOURCE_TEST_PROGRAM"):
        pytest.skip("WATTSOURCE_TEST_PROGRAM not set: run it with ./dev faults")
    worlds = []

    def make(**settings) -> FaultWorld:
        base = re.sub(r"\W+", "_", request.node.name)[:40].strip("_").lower()
        name = f"{base}_{uuid.uuid4().hex[:6]}"
        folder = tmp_path / name
        folder.mkdir()
        world = FaultWorld(name, postgres, broker, folder, **settings)
        worlds.append(world)
        world.prepare_home()
        return world

    yield make
    # Workers first: they end whatever state a failed case has left.
    try:
        for world in worlds:
            world.close()
    finally:
        postgres.proxy.heal()
        broker.proxy.heal()


@pytest.fixture
def world(make_world) -> FaultWorld:
    return make_world()
