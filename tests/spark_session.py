"""One local Spark session for the tests, or the reason why there is none."""

from __future__ import annotations

import importlib.util
import os
import shutil
from typing import Any

import pytest


def local_spark() -> Any:
    """A session on two cores of this machine; the test is skipped, and says why, where Spark cannot run."""
    java = shutil.which("java") or os.environ.get("JAVA_HOME")
    absent = [word for word, found in (("pyspark", importlib.util.find_spec("pyspark")), ("Java", java)) if not found]
    if absent:
        reason = f"{' and '.join(absent)} not at hand: `make test-spark` runs this"
        if os.environ.get("TRUSTPANEL_SPARK") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.memory": "2g",
        # plans that run once are not worth a second compiler
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "America/New_York",
    }
    builder = SparkSession.builder.master("local[2]").appName("trustpanel tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session
