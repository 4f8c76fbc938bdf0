"""A real OpenSSH server on loopback, with a configuration and host key of its own."""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

from tests.terminal import Terminal

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
TOOLS = SSHD is not None and all(shutil.which(tool) for tool in ("ssh", "ssh-keygen"))
_PATIENCE = 20.0

# What the README has, but for the ports, the user, and two seconds instead of a minute. All that a
# client may send of its environment is accepted here: it must not matter.
_CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
PidFile none
StrictModes no
UsePAM no
AcceptEnv *
Subsystem sftp internal-sftp

Match User {user}
    {keys}
    AuthenticationMethods publickey
    PermitTTY yes
    DisableForwarding yes
    ClientAliveInterval 1
    ClientAliveCountMax 2
"""


class Door:
    """A desk behind sshd: `keys` is `file` (authorized_keys) or `asked` (AuthorizedKeysCommand)."""

    def __init__(self, folder: Path, desk: str, keys: str) -> None:
        self.folder = folder
        self.desk = desk
        self.user = getpass.getuser()
        self.port = _free_port()
        self._lines = folder / "authorized_keys"
        _make_key(folder / "host")
        own = [sys.executable, "-m", "deskconsole", "--desk", desk, "ssh-keys"]
        self._own = own
        if keys == "file":
            told = f"AuthorizedKeysFile {self._lines}"
        else:
            # sshd runs only what root alone may change; `env` is, wherever the program is.
            asked = " ".join(["/usr/bin/env", f"PYTHONPATH={_checkout()}", *own])
            told = f"AuthorizedKeysFile none\n    AuthorizedKeysCommand {asked} %f"
            told += f"\n    AuthorizedKeysCommandUser {self.user}"
        config = folder / "sshd_config"
        config.write_text(_CONFIG.format(port=self.port, folder=folder, user=self.user, keys=told))
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        self.log = folder / "sshd.log"
        assert SSHD is not None
        with self.log.open("wb") as log:
            self._process = subprocess.Popen([SSHD, "-D", "-e", "-f", config], stderr=log)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + _PATIENCE
        while True:
            assert self._process.poll() is None, self.log.read_text()
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.02)

    def key(self, name: str) -> Path:
        """A new key pair; the path of its private half."""
        file = self.folder / name
        _make_key(file)
        return file

    def publish(self) -> None:
        """Write authorized_keys anew, as an administrator would."""
        lines = subprocess.run(self._own, check=True, capture_output=True, text=True).stdout
        self._lines.write_text(lines)

    def command(self, key: Path, *arguments: str) -> list[str]:
        """The client's command line: `arguments` are options of ssh, then what it asks for."""
        options = [*arguments[: _options(arguments)]]
        asked = arguments[len(options) :]
        quiet = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
        fixed = ("IdentitiesOnly=yes", "IdentityAgent=none", "BatchMode=yes")
        return [
            *("ssh", "-F", "/dev/null", "-i", str(key), "-p", str(self.port)),
            *(word for option in (*quiet, *fixed) for word in ("-o", option)),
            *options,
            f"{self.user}@127.0.0.1",
            *(("--", *asked) if asked else ()),
        ]

    def run(
        self, key: Path, *arguments: str, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """What a client without a terminal gets."""
        send = [word for name in environment for word in ("-o", f"SendEnv={name}")]
        return subprocess.run(
            self.command(key, *send, *arguments),
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )

    def terminal(
        self,
        key: Path,
        *arguments: str,
        columns: int = 100,
        rows: int = 30,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> Terminal:
        """A client in a terminal."""
        send = [word for name in environment for word in ("-o", f"SendEnv={name}")]
        command = self.command(key, "-tt", *send, *arguments)
        return Terminal(program=command, columns=columns, rows=rows, env=environment)

    def inside(self) -> list[int]:
        """The processes of this desk that sshd runs now."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                if b"--restricted" in words and self.desk.encode() in words and state != "Z":
                    found.append(int(folder.name))
        return found

    def emptied(self, within: float = _PATIENCE) -> bool:
        """Whether nobody is inside any more, within so many seconds."""
        end = time.monotonic() + within
        while self.inside():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def close(self) -> None:
        """Stop the server, and whoever is inside."""
        self._process.terminate()
        self._process.wait(_PATIENCE)
        for process in self.inside():
            with suppress(ProcessLookupError):
                os.kill(process, 9)


def _options(arguments: Sequence[str]) -> int:
    """How many of the words come before what is asked for: options, each with its value."""
    at = 0
    while at < len(arguments) and arguments[at][:1] == "-" != arguments[at][1:2]:
        at += 2 if arguments[at] in ("-o", "-L", "-R", "-D", "-W") else 1
    return at


def _make_key(file: Path) -> None:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", file.name, "-f", str(file)]
    subprocess.run(command, check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _checkout() -> Path:
    return Path(__file__).resolve().parents[1]


@contextmanager
def door(folder: Path, desk: str, keys: str = "file") -> Iterator[Door]:
    """A desk behind sshd, for a while."""
    made = Door(folder, desk, keys)
    try:
        yield made
    finally:
        made.close()
