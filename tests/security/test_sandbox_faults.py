"""The upload path under faults: each is a sentence, the next file is read, and nothing is left behind."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from retention.errors import IntakeError
from retention.intake.read import sandbox
from retention.intake.read.parsing import parse
from retention.intake.read.sandbox import AT_ONCE, read_table, sweep_leftovers
from retention.intake.read.worker_io import collect, leave_table

ROOT = Path(__file__).parents[2]
CSV = b"id,plan,started\n" + b"".join(b"c%d,%s,2024-01-%02d\n" % (row, (b"pro", b"team")[row % 2], row % 28 + 1)
                                      for row in range(400))  # fmt: skip
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the system offers this on Linux")


class Faults:
    """Fails the Nth time the interpreter opens, makes or starts something, on the thread that asks for it."""

    def __init__(self) -> None:
        self.left = -1
        self.thread = 0
        sys.addaudithook(self.seen)

    def seen(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.left < 0 or threading.get_ident() != self.thread:
            return
        if event in ("open", "os.mkdir", "subprocess.Popen", "os.rename", "os.listdir", "os.fork"):
            self.left -= 1
            if self.left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    @contextlib.contextmanager
    def at(self, place: int) -> Iterator[None]:
        self.thread, self.left = threading.get_ident(), place
        try:
            yield
        finally:
            self.left = -1


FAULTS = Faults()


def test_the_nth_fault_is_a_sentence_for_every_n(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    said = []
    for place in range(60):
        try:
            with FAULTS.at(place):
                table = read_table(CSV, name="a.csv")
        except IntakeError as problem:
            said.append(str(problem))
        else:
            assert table.height == 400  # a fault that does no harm, or none
            if not said or place > len(said) + 3:
                break
        assert sweep_leftovers() == 0
    assert len(said) >= 3
    assert all("Drop" in one or "drop" in one for one in said), said
    assert read_table(CSV, name="a.csv").height == 400
    assert list(tmp_path.iterdir()) == []


FAULTY_WORKER = """
import errno, os, sys
order = sys.stdin.buffer.readline()
import retention.intake.read.parsing, retention.intake.read.worker_io, retention.intake.read.worker as worker
left = {place}
def seen(event, arguments):
    global left
    if event in ("open", "os.rename", "os.mkdir"):
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
sys.addaudithook(seen)
os._exit(worker.main(order))
"""


def run_instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Puts a program in the worker's place."""
    start = subprocess.Popen

    def other(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        return start([sys.executable, "-c", code], **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sandbox.subprocess, "Popen", other)


@pytest.mark.parametrize("place", range(4))
def test_a_fault_inside_the_worker_is_a_sentence(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    run_instead(monkeypatch, FAULTY_WORKER.format(place=place))
    try:
        said = str(read_table(CSV, name="a.csv").height)
    except IntakeError as problem:
        said = str(problem)
    assert said == "400" or "no room left" in said or "did not let its reader open it" in said


@LINUX
def test_a_full_disk_is_not_called_damage(tmp_path: Path) -> None:
    """The worker may leave a hundred bytes a file: what it leaves is cut off, as on a full disk."""
    code = (
        "import resource, sys; from retention.intake.read.sandbox import read_table\n"
        "import tempfile, retention.intake.read.sandbox as s, subprocess\n"
        "start = subprocess.Popen\n"
        "limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "s.subprocess.Popen = lambda *a, **o: start(*a, preexec_fn=limit, **o)\n"
        "import pathlib; file = pathlib.Path(sys.argv[1]); file.write_bytes(b'id,plan\\n' + b'a,b\\n' * 4000)\n"
        "try: read_table(file)\n"
        "except Exception as fault: print(type(fault).__name__, fault)\n"
    )
    asked = [sys.executable, "-c", code, str(tmp_path / "a.csv")]
    ran = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "no room left" in ran.stdout, ran


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "no room left"), (errno.EROFS, "lets nothing be written"), (errno.EACCES, "TMPDIR")],
)  # fmt: skip
def test_a_temporary_folder_that_takes_nothing(monkeypatch: pytest.MonkeyPatch, number: int, said: str) -> None:
    def refuse(*_arguments: object, **_named: object) -> str:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "mkdtemp", refuse)
        with pytest.raises(IntakeError, match=said):
            read_table(CSV, name="a.csv")
    assert read_table(CSV, name="a.csv").height == 400


def test_a_process_that_cannot_be_started_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(sandbox.subprocess, "Popen", refuse)
    with pytest.raises(IntakeError, match="starts no further process"):
        read_table(CSV, name="a.csv")


# What comes back


@pytest.mark.parametrize("kind", ["zeroed", "cut", "flipped", "gone", "json"])
def test_a_damaged_table_from_the_worker_is_refused_and_never_crashes(tmp_path: Path, kind: str) -> None:
    """In a process of its own: what is tested is that it does not die."""
    leave_table(tmp_path, parse(CSV, "a.csv"))
    code = """
import json, random, sys
from pathlib import Path
from retention.errors import IntakeError
from retention.intake.read.worker_io import collect
folder, kind, numbers = Path(sys.argv[1]), sys.argv[2], random.Random(7)
whole = {file.name: file.read_bytes() for file in folder.iterdir()}
refused = read = 0
for round in range(120):
    for name, content in whole.items():
        (folder / name).write_bytes(content)
    name = numbers.choice([name for name in sorted(whole) if name.endswith("json") == (kind == "json")])
    content = bytearray(whole[name])
    at = numbers.randrange(len(content))
    if kind == "cut": content = content[:at]
    elif kind == "zeroed": content[at:at + 64] = bytes(len(content[at:at + 64]))
    elif kind == "gone": content = None
    else: content[at] ^= 1 << numbers.randrange(8)
    if content is None: (folder / name).unlink()
    else: (folder / name).write_bytes(content)
    try:
        table = collect(folder)
        if table is not None:
            [table.text(header).str.len_bytes().sum() for header in table.headers]; table.set_aside.rows(); table.repairs.rows()
        read += 1
    except IntakeError as problem:
        assert "left is damaged" in str(problem) or "error" in kind, problem
        refused += 1
print(read, refused)
"""  # noqa: E501
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), kind], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-1500:]
    _, refused = map(int, ran.stdout.split())
    assert refused > 0


@pytest.mark.parametrize(
    "outcome", ["[" * 100_000, "7", "null", "{}", '{"table": {}}', '{"questions": 3}', '{"table": 4']
)
def test_an_outcome_that_is_none_is_refused(tmp_path: Path, outcome: str) -> None:
    leave_table(tmp_path, parse(CSV, "a.csv"))
    (tmp_path / "outcome.json").write_text(outcome)
    with pytest.raises(IntakeError, match="left is damaged"):
        collect(tmp_path)


def test_numbers_of_texts_that_are_not_there_are_refused(tmp_path: Path) -> None:
    leave_table(tmp_path, parse(CSV, "a.csv"))
    outcome = json.loads((tmp_path / "outcome.json").read_text())
    assert ["pro", "team"] in outcome["table"]["texts"]
    outcome["table"]["texts"] = [texts and texts[:1] for texts in outcome["table"]["texts"]]
    (tmp_path / "outcome.json").write_text(json.dumps(outcome))
    with pytest.raises(IntakeError, match="left is damaged"):
        collect(tmp_path)


# The worker itself


def test_a_files_name_is_in_no_argument_and_may_be_of_any_length(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    start = subprocess.Popen

    def noted(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        seen.extend([*command, *map(str, dict(options["env"]).values())])  # type: ignore[call-overload]
        return start(command, **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sandbox.subprocess, "Popen", noted)
    name = "Größte Kunden – " + "x" * 500_000 + ".csv"
    assert read_table(CSV, name=name).name == name
    assert not any("Kunden" in part for part in seen)


def test_slow_is_called_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(sandbox, "_SHORTEST", 0.5)
    with pytest.raises(IntakeError, match="takes longer than files of its size do") as slow:
        read_table(CSV, name="a.csv")
    assert "damaged" not in str(slow.value)


@LINUX
def test_a_worker_out_of_its_processor_time_is_called_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)")
    with pytest.raises(IntakeError, match="takes longer than files of its size do"):
        read_table(CSV, name="a.csv")


def test_two_are_read_at_once_and_the_third_waits_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "import sys, time; sys.stdin.readline(); time.sleep(1.5)")
    running, most, waited = 0, 0, []

    def watch(_seconds: float) -> bool:
        nonlocal most
        others = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
        most = max(most, len(others))
        return True

    def read() -> None:
        with contextlib.suppress(IntakeError):
            read_table(CSV, name="a.csv", watch=watch, waiting=lambda seconds: waited.append(seconds) is None)

    assert running == 0
    threads = [threading.Thread(target=read) for _ in range(AT_ONCE + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most <= AT_ONCE
    assert waited
    assert max(waited) > 0.5


def test_waiting_can_be_stopped() -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(AT_ONCE):
            stack.enter_context(sandbox._turn(None))
        with pytest.raises(IntakeError, match="as asked"):
            read_table(CSV, name="a.csv", waiting=lambda seconds: seconds < 0.2)
    assert read_table(CSV, name="a.csv").height == 400


READS_FOR_LONG = """
import subprocess, sys, retention.intake.read.sandbox as sandbox
start = subprocess.Popen
code = '''
import sys
import retention.intake.read.worker as worker
worker._alone()
sys.stdin.buffer.readline()
worker.Thread(target=worker._end_with_the_sender, daemon=True).start()
import time; time.sleep(60)
'''
sandbox.subprocess.Popen = lambda command, **options: start([sys.executable, "-c", code], **options)
sandbox.read_table(b"id\\n1\\n", name="a.csv", watch=lambda seconds: print(seconds, flush=True) is None)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="ends a process as a POSIX system does")
def test_a_worker_ends_with_its_server_and_what_it_left_is_swept_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen([sys.executable, "-c", READS_FOR_LONG], stdout=subprocess.PIPE, env=environment)
    assert server.stdout is not None
    server.stdout.readline()
    (worker,) = psutil.Process(server.pid).children()
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    assert psutil.wait_procs([worker], timeout=10)[1] == [], "the worker outlived its server"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = list(tmp_path.iterdir())
    assert len(left) == 1
    assert (left[0] / "file").read_bytes() == b"id\n1\n"
    assert sweep_leftovers() == 1
    assert list(tmp_path.iterdir()) == []


def test_a_reading_that_goes_on_is_not_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with sandbox._folder() as folder:
        (tmp_path / "retention-notes").mkdir()
        time.sleep(0.01)
        assert sweep_leftovers() == 0
        assert folder.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["retention-notes"]


@LINUX
def test_the_worker_reaches_no_network_where_the_system_allows() -> None:
    code = (
        "import socket, retention.intake.read.worker as worker; worker._alone()\n"
        "try: socket.create_connection(('127.0.0.1', {port}), 2); print('reached')\n"
        "except OSError as fault: print('refused')\n"
    )
    may = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    if may.returncode:
        pytest.skip("this system lets nobody make a network of their own")
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        ran = subprocess.run(
            [sys.executable, "-c", code.format(port=server.getsockname()[1])],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    assert ran.stdout.strip() == "refused"
