"""What the end-to-end tests need: `./dev test end-to-end` starts the servers and says where they are."""

from __future__ import annotations

import os
import re
import subprocess
import uuid

import pytest

from world import World

NEEDED = ("WATTSOURCE_TEST_PROGRAM", "WATTSOURCE_TEST_DATABASE_URL", "WATTSOURCE_TEST_KAFKA_BOOTSTRAP")


def pytest_addoption(parser):
    parser.addoption("--histories", default="11,13", help="the seeds of the random histories, with commas between")
    parser.addoption("--steps", type=int, default=6, help="how much happens in a random history")


def pytest_generate_tests(metafunc):
    if "history_seed" in metafunc.fixturenames:
        seeds = metafunc.config.getoption("--histories").split(",")
        metafunc.parametrize("history_seed", [int(seed) for seed in seeds])


@pytest.fixture
def make_world(request, tmp_path):
    """Makes worlds: each has a database and a topic of its own."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        pytest.skip(f"{', '.join(missing)} not set: run it with ./dev test end-to-end")
    worlds = []

    def make(*, server: str = os.environ.get("WATTSOURCE_TEST_DATABASE_URL", ""), **settings) -> World:
        base = re.sub(r"\W+", "_", request.node.name)[:30].strip("_").lower()
        name = f"{base}_{uuid.uuid4().hex[:8]}"
        folder = tmp_path / name
        folder.mkdir()
        world = World(name, server, folder, **settings)
        worlds.append(world)
        return world

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(make_world) -> World:
    """A world with the default settings."""
    return make_world()


@pytest.fixture
def newest_server() -> str:
    """The newest PostgreSQL that Wattsource works with."""
    server = os.environ.get("WATTSOURCE_TEST_NEWEST_DATABASE_URL")
    if not server:
        pytest.skip("WATTSOURCE_TEST_NEWEST_DATABASE_URL not set: run it with ./dev test end-to-end")
    return server


@pytest.fixture
def restart_postgres():
    """Restarts the oldest PostgreSQL; the argument is the way of stopping it."""
    program = os.environ.get("WATTSOURCE_TEST_RESTART_POSTGRES")
    if not program:
        pytest.skip("WATTSOURCE_TEST_RESTART_POSTGRES not set: run it with ./dev test end-to-end")

    def restart(mode: str) -> None:
        subprocess.run([program, mode], check=True, timeout=90, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    return restart
