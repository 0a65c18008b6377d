"""Makes `tests.generators` importable however pytest is started, and starts Spark for the tests that ask for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

SPARK = "local[2]"
"""Two cores, and so two tasks at a time, as of two executors."""

QUICK = "--driver-memory 700m --driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell"
"""Code that runs once is not optimised."""


@pytest.fixture(scope="session")
def spark() -> str:
    """Spark on this machine, one for all tests of a process; its master. Code that runs once is not optimised.

    It has answered once when a test gets it: its first answer takes seconds, which is no matter of any limit.
    """
    from alignment import KnowledgeBase
    from alignment.engines.base import Limits
    from alignment.engines.relational.spark_session import cluster

    before = os.environ.get("PYSPARK_SUBMIT_ARGS")
    os.environ["PYSPARK_SUBMIT_ARGS"] = QUICK
    try:
        cluster(SPARK, Limits())
    finally:
        del os.environ["PYSPARK_SUBMIT_ARGS"]
        if before is not None:
            os.environ["PYSPARK_SUBMIT_ARGS"] = before
    base = KnowledgeBase("spark")
    base.add("p(a). q(X) :- p(X).")
    assert base.rows("q")
    return SPARK
