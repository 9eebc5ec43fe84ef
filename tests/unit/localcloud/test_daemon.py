"""A local cloud ends without a trace, however it ends."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from localcloud.aws.account import Clients
from localcloud.cloud import LocalCloud
from localcloud.daemon import (
    Options,
    StartFailed,
    daemon_command,
    end,
    follow,
    start_detached,
    stop,
)
from localcloud.machine.home import Home
from tests.support.waiting import eventually

LOGS = {"daemon.lock", "daemon.log", "daemon.out", "deploy.log"}


def test_stopping_leaves_no_process_no_port_and_no_folder(service: Path, tmp_path: Path) -> None:
    others = children(os.getpid())  # clouds that other tests share
    with LocalCloud(tmp_path, service=service) as cloud:
        use(cloud)
        [daemon] = set(children(os.getpid())) - set(others)
        processes = [daemon, *descendants(daemon)]
        ports = [urlsplit(url).port for url in cloud.environment.values() if "://" in url]

    assert len(processes) >= 2
    assert not any(alive(process) for process in processes)
    assert not any(listens(port or 0) for port in ports)
    assert {path.name for path in tmp_path.iterdir()} == LOGS


def test_a_killed_daemon_takes_everything_with_it(service: Path, tmp_path: Path) -> None:
    home = Home(tmp_path)
    process = start_detached(home, daemon_command(home, Options(service=str(service))))
    status = list(follow(home, process))[-1]
    use_environment(dict(status.environment))
    processes = descendants(process.pid)

    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    assert processes
    assert eventually(lambda: not any(alive(process) for process in processes))
    assert home.status() is None
    assert not stop(home)
    assert {path.name for path in tmp_path.iterdir()} == LOGS


def test_a_daemon_can_be_stopped_while_it_deploys(service: Path, tmp_path: Path) -> None:
    home = Home(tmp_path)
    process = start_detached(home, daemon_command(home, Options(service=str(service))))
    steps = follow(home, process)
    while next(steps).step != "Deploying the service":
        pass
    processes = eventually(lambda: descendants(process.pid))

    end(home, process)

    assert not any(alive(process) for process in processes)
    assert {path.name for path in tmp_path.iterdir()} == LOGS


def test_a_failing_deploy_is_told_in_the_sentence_of_its_log(
    service: Path, broken: Path, tmp_path: Path
) -> None:
    cloud = LocalCloud(tmp_path / "home", service=broken)

    with pytest.raises(StartFailed, match=r"ended with status 1: .*not found.* \(.*deploy.log"):
        cloud.start()

    assert cloud.environment == {}
    assert {path.name for path in (tmp_path / "home").iterdir()} == LOGS


def test_a_taken_port_is_named(service: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(
            StartFailed, match=f"port {port} .* used: Address already in use; choose"
        ):
            LocalCloud(tmp_path, service=service, port=port).start()


@pytest.fixture
def broken(service: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "serverless.yml").write_text("service: broken\nprovider: {name: nowhere}\n")
    (folder / "node_modules").symlink_to(service / "node_modules")
    return folder


def use(cloud: LocalCloud) -> None:
    use_environment(cloud.environment)


def use_environment(environment: dict[str, str]) -> None:
    """Have a function process started."""
    clients = Clients(environment["AWS_ENDPOINT_URL"])
    clients["lambda"].invoke(FunctionName="fixture-local-echo", Payload=b"{}")
    clients.close()


def children(pid: int) -> list[int]:
    return [int(stat[0]) for stat in _stats() if int(stat[3]) == pid]


def descendants(pid: int) -> list[int]:
    """The processes that it has started, and theirs."""
    started = children(pid)
    return started + [grandchild for child in started for grandchild in descendants(child)]


def alive(pid: int) -> bool:
    return any(int(stat[0]) == pid and stat[2] not in "ZX" for stat in _stats())


def _stats() -> Iterator[list[str]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue  # it has ended meanwhile
        head, _, tail = text.rpartition(") ")
        yield [head.split(" ", 1)[0], head, *tail.split()]


def listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0
