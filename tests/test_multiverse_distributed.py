"""The multiverse on the workers of a Dask scheduler writes what one process writes, and a refusal says what to do."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest
from multiverse_world import GRID, make_frame, read

from trustpanel.errors import AnalysisError
from trustpanel.long_runs import executor_at
from trustpanel.models.multiverse import expand_grid, frame_fingerprint, run_multiverse
from trustpanel.models.multiverse_linear import LinearMultiverse

INSTALLED = importlib.util.find_spec("distributed") is not None


def test_without_dask_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(AnalysisError, match=r"trustpanel\[distributed\]"),
        executor_at("tcp://127.0.0.1:1"),
    ):
        pass


@pytest.mark.distributed
def test_workers_elsewhere_write_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two worker processes, four sets of chunks; the run is cut off by an error of the first progress and taken up."""
    if not INSTALLED:
        if os.environ.get("TRUSTPANEL_DISTRIBUTED") == "1":
            pytest.fail("dask and distributed are not at hand")
        pytest.skip("dask and distributed are not at hand: `make test-distributed` runs this")
    from distributed import LocalCluster

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]))
    frame, specs = make_frame(), expand_grid(GRID)
    fit, key = LinearMultiverse(frame, read), frame_fingerprint(frame)
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    whole = run_multiverse(specs, fit, fingerprint=key, group=fit.group, path=here)

    def cut(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster,
        executor_at(cluster.scheduler_address) as executor,
    ):
        with pytest.raises(KeyboardInterrupt):
            run_multiverse(specs, fit, fingerprint=key, group=fit.group, path=there, executor=executor, progress=cut)
        kept = len(there.read_bytes().splitlines()) - 1
        assert 0 < kept < len(specs)
        found = run_multiverse(specs, fit, fingerprint=key, group=fit.group, path=there, executor=executor)
    assert found == whole
    assert sorted(there.read_bytes().splitlines()) == sorted(here.read_bytes().splitlines())


@pytest.mark.distributed
@pytest.mark.skipif(not INSTALLED, reason="dask and distributed are not at hand: `make test-distributed` runs this")
def test_no_scheduler_is_refused() -> None:
    with pytest.raises(AnalysisError, match="no Dask scheduler answers"), executor_at("tcp:/nowhere"):
        pass
