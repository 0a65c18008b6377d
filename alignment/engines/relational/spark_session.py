"""One Spark session for the process: how it is started, kept quiet, asked, and found to be gone.

Spark is a Java program that PySpark starts and talks to. It runs SQL over tables of codes and no Python, so
the executors of a cluster need nothing of ours. What it writes to its terminal goes to a file of its own.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import tempfile
import threading
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from alignment.engines.base import Limits
from alignment.problems import EngineError, Problem

LOCAL = "local[*]"
"""The master that is used where none is named: this machine, all cores."""

SCRATCH = "spark.alignment.scratch"
"""The setting of Spark that names a folder which all executors read and write."""

JAVA = 17
"""The oldest Java that the Spark of today runs on."""

STEP = 0.02
"""Seconds between two looks at the limits while Spark starts."""

_OVERHEAD, _LEAST_HEAP = 550, 500
"""MB that Python and Java take besides Java's heap, and the smallest heap with which Spark starts."""

_numbers = itertools.count(1)


class Cluster:
    """A running session and its folders.

    `folder` is on this machine. `shared` is one that executors read and write, None where this machine is all
    there is. `views` are the names of relations that were given to Spark, `spelled` those of the letters of a
    dictionary's names, with the length it had.
    """

    def __init__(self, session: Any, master: str, folder: Path) -> None:  # noqa: ANN401  # pyspark, loaded when used
        self.session = session
        self.context = session.sparkContext
        self.master = master
        self.folder = folder
        given = self.context.getConf().get(SCRATCH)
        self.shared: str | None = f"{given.rstrip('/')}/{self.context.applicationId}" if given else None
        self._process = getattr(self.context._gateway, "proc", None)  # noqa: SLF001  # PySpark's door to Java
        self._lost = False
        self.lock = threading.Lock()
        self.views: weakref.WeakKeyDictionary[object, str] = weakref.WeakKeyDictionary()
        self.spelled: weakref.WeakKeyDictionary[object, tuple[int, str]] = weakref.WeakKeyDictionary()
        self._unwanted: deque[tuple[Callable[[str], object], str]] = deque()

    @property
    def lost(self) -> bool:
        """Whether Spark has ended, by itself or by somebody's hand: relations that it had are lost with it.

        It ends with its Java, or within it: where it lacks memory it stops itself, and that Java is of no more use.
        """
        if not self._lost and (self._java_has_ended() or self._is_stopped()):
            self.end()
        return self._lost

    def end(self) -> None:
        """Make an end of this session and its Java."""
        self._lost = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _java_has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _is_stopped(self) -> bool:
        try:
            return bool(self.context._jsc.sc().isStopped())  # noqa: SLF001  # PySpark's door to Java
        except Exception:  # noqa: BLE001  # of a door that leads nowhere
            return True

    def sql(self, query: str) -> Any:  # noqa: ANN401  # a DataFrame
        """The rows of a query, not computed yet."""
        self._clear()
        return self.session.sql(query)

    def view(self, frame: Any) -> str:  # noqa: ANN401  # a DataFrame
        """A new name for some rows."""
        name = f"r{next(_numbers)}"
        frame.createOrReplaceTempView(name)
        return name

    def forget(self, view: str) -> None:
        """Let go of a name, the next time that Spark is asked something.

        Not at once: a finaliser may run in the middle of another call.
        """
        self._unwanted.append((self.session.catalog.dropTempView, view))

    def forget_folder(self, path: str) -> None:
        """Delete a file or a folder, the next time that Spark is asked something."""
        self._unwanted.append((self._remove, path))

    def _clear(self) -> None:
        while self._unwanted:
            let_go, what = self._unwanted.popleft()
            let_go(what)

    # Files ---------------------------------------------------------------------------------------

    def reader(self, columns: str) -> Any:  # noqa: ANN401  # PySpark's own
        """What reads a file or a folder with these columns and types."""
        return self.session.read.schema(columns)

    def published(self, file: Path) -> str:
        """Where executors find a file of this machine: there, or in the shared folder, to which it is moved."""
        if self.shared is None:
            return file.as_uri()
        target = f"{self.shared}/{file.name}"
        path = self._path(target)
        self._files(path).copyFromLocalFile(True, True, self._path(file.as_uri()), path)
        return target

    def new_folder(self) -> str:
        """A name in the shared folder."""
        return f"{self.shared}/{next(_numbers)}"

    def _remove(self, path: str) -> None:
        """Delete a file or a folder, if it is there."""
        found = self._path(path)
        self._files(found).delete(found, True)

    def _path(self, path: str) -> Any:  # noqa: ANN401  # a Hadoop path
        return self.context._jvm.org.apache.hadoop.fs.Path(path)  # noqa: SLF001  # PySpark's door to Java

    def _files(self, path: Any) -> Any:  # noqa: ANN401  # a Hadoop file system
        return path.getFileSystem(self.context._jsc.hadoopConfiguration())  # noqa: SLF001

    def close(self) -> None:
        """Delete what was shared. Java ends with this process."""
        if self.shared is not None and not self.lost:
            self._remove(self.shared)


class _Starting:
    """A session on its way up, in a thread of its own: who waits may stop waiting."""

    def __init__(self, master: str, memory: int | None) -> None:
        self.master = master
        self.done = threading.Event()
        self.cluster: Cluster | None = None
        self.failure: BaseException | None = None
        threading.Thread(target=self._start, args=(memory,), daemon=True).start()

    def _start(self, memory: int | None) -> None:
        try:
            self.cluster = _started(self.master, memory)
        except BaseException as error:  # noqa: BLE001  # handed to whoever waits
            self.failure = error
        finally:
            self.done.set()


_current: _Starting | None = None
_lock = threading.Lock()


def cluster(master: str | None, limits: Limits) -> Cluster:
    """The session of this process, started when first asked for. Raises EngineError, LimitReached.

    A process has one session. Where a limit ends the wait the session goes on starting, and the next question
    finds it there.
    """
    global _current  # noqa: PLW0603  # the session is the process's own
    with _lock:
        ended = _current is not None and _current.done.is_set() and (_current.cluster is None or _current.cluster.lost)
        if _current is None or ended:
            _require_java()
            _require_pyspark()
            _require_memory(limits)
            _current = _Starting(master or LOCAL, limits.memory)
        starting = _current
    if master is not None and master != starting.master:
        message = f"Spark runs on '{starting.master}' already, and a process has one Spark"
        raise EngineError(Problem("usage", None, message, f"start another process for '{master}'"))
    while not starting.done.wait(STEP):
        limits.check()
    if starting.cluster is None:
        raise _not_started(starting) from starting.failure
    return starting.cluster


def _started(master: str, memory: int | None) -> Cluster:
    import atexit  # noqa: PLC0415  # all of these only where Spark is asked for
    import warnings  # noqa: PLC0415

    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")  # no pandas is asked for
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    _without_cap()
    _forget_the_last()
    folder = Path(tempfile.mkdtemp(prefix="alignment-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    conf = SparkConf(loadDefaults=False).setMaster(master).setAppName("alignment")
    conf.setAll(list(settings(master, memory, folder).items()))
    with (folder / "log").open("w") as log:
        launched: Any = launch_gateway
        gateway = launched(conf, {"stdout": log, "stderr": log})
    made = Cluster(SparkSession(SparkContext(gateway=gateway, conf=conf)), master, folder)
    atexit.register(_close, made)
    return made


def _without_cap() -> None:
    """Let Java reserve more addresses than it will use: what it uses is bounded by its heap."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415  # not on Windows

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _forget_the_last() -> None:
    """Make PySpark forget a Java that has ended: it keeps one of everything for the process."""
    from pyspark import SparkContext  # noqa: PLC0415  # only where Spark is asked for
    from pyspark.sql import SparkSession  # noqa: PLC0415  # likewise

    process = getattr(SparkContext._gateway, "proc", None)  # noqa: SLF001  # there is no other way
    if process is not None and process.poll() is not None:
        SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None  # noqa: SLF001
        SparkSession._instantiatedSession = SparkSession._activeSession = None  # noqa: SLF001


def _close(made: Cluster) -> None:
    with suppress(Exception):  # Java may be gone, and nobody is left to tell
        made.close()


def settings(master: str, memory: int | None, folder: Path) -> dict[str, str]:
    """What we set for Spark; everything else is the user's business (`spark-defaults.conf`, `PYSPARK_SUBMIT_ARGS`)."""
    found = {
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.ansi.enabled": "true",  # an overflow is an error and no wrong answer
        "spark.sql.codegen.wholeStage": "false",  # its products stay in memory and cannot be stopped
        "spark.sql.constraintPropagation.enabled": "false",  # with it Spark 4.3 fails at checkpoints of some unions
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.leafNodeDefaultParallelism": "1",  # of literals, which are few
    }
    if master.startswith("local"):
        found |= {
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": str(2 * _cores(master)),
            "spark.sql.files.minPartitionNum": str(_cores(master)),
        }
        if memory is not None:
            found["spark.driver.memory"] = f"{memory - _OVERHEAD}m"
    return found


def _cores(master: str) -> int:
    numbers = re.findall(r"\d+", master)
    if master.startswith("local-cluster") and len(numbers) >= 2:
        return int(numbers[0]) * int(numbers[1])
    return int(numbers[0]) if numbers else os.cpu_count() or 1


# What may be missing ------------------------------------------------------------------------------


def _require_pyspark() -> None:
    from importlib.util import find_spec  # noqa: PLC0415  # only where Spark is asked for

    if find_spec("pyspark") is None:
        message = "the engine 'spark' needs PySpark, which is not installed"
        raise EngineError(Problem("not-installed", None, message, "pip install 'alignment[spark]'"))


def _require_java() -> None:
    found = java_version()
    if found is None or found < JAVA:
        has = "none is found" if found is None else f"Java {found} is found"
        message = f"the engine 'spark' needs Java {JAVA} or later, and {has}"
        hint = f"install one (Debian: apt-get install openjdk-{JAVA}-jre-headless), or name its folder in JAVA_HOME"
        raise EngineError(Problem("not-installed", None, message, hint))


def java_version() -> int | None:
    """The version of the Java that Spark would start, None if there is none."""
    home = os.environ.get("JAVA_HOME")
    _without_cap()
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None:
        return None
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603  # the user's own Java
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r'version "(?:1\.)?(\d+)', told.stderr)
    return int(version[1]) if version else None


def _require_memory(limits: Limits) -> None:
    if limits.memory is not None and limits.memory < _OVERHEAD + _LEAST_HEAP:
        message = f"the engine 'spark' needs {_OVERHEAD + _LEAST_HEAP} MB, and the memory limit is {limits.memory} MB"
        raise EngineError(Problem("usage", None, message, "raise --memory-limit, or take --engine duckdb"))


def _not_started(starting: _Starting) -> EngineError:
    message = f"Spark could not be started on '{starting.master}': {reason(str(starting.failure))}"
    return EngineError(Problem("engine-failed", None, message, "check --master, and Spark's settings"))


def reason(told: str) -> str:
    """The line of a Java exception that tells most: the innermost cause, or the exception itself."""
    lines = [line.strip() for line in told.split("\n")]
    causes = [line for line in lines if line.startswith("Caused by: ")]
    thrown = [line for line in lines if line.startswith(": ")]
    return (causes[-1:] + thrown + lines)[0].removeprefix("Caused by: ").removeprefix(": ")[:200]
