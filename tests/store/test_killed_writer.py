#!/usr/bin/env python3
"""Kills a writer at one access to its file after the other, and opens what it leaves.

    test_killed_writer.py KILLED_WRITER

What begin() wrote is there as soon as the partial file opens. The replicates that the attribute `trials` counts can be read
at every moment; those of the chunk that was being written may be in some columns and not in others.
"""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

CHUNK = 4096
CHUNKS = 3


def run(writer, file, fatal_access):
    return subprocess.run([writer, file, str(CHUNKS), str(fatal_access)], capture_output=True, text=True, check=False)


def opens(path):
    try:
        with h5py.File(path, "r") as file:
            return "scenario" in file
    except (OSError, RuntimeError, KeyError):
        return False


def check_partial(path):
    """Returns the number of replicates that can be relied on."""
    with h5py.File(path, "r") as file:
        trials = int(file.attrs["trials"])
        assert file.attrs["format"] == "equipoise-results"
        assert file["scenario/text"][()].decode().startswith("title")
        assert file["characteristics/power"].shape == (1, 2)
        assert np.array_equal(file["replicate"][:trials], np.arange(trials))
        replicates = file["replicates"]
        number = np.arange(trials)
        usable = np.where(number % 50 < 5, number % 50, 0) < 2
        assert np.array_equal(replicates["estimate"][0, :trials, 0][usable], number[usable])
        root = 1000 * np.sqrt(2 * number[usable] + 1.5)
        assert np.array_equal(replicates["se"][0, :trials, 1][usable], np.sqrt(1 + root - np.floor(root)))
        for name in ("df", "p", "p_adjusted", "rejected", "rejected_for_harm", "rejected_alone", "status"):
            assert replicates[name][:, :trials].shape == (1, trials, 2), name
        return trials


def main(writer):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "results.h5")
        marks = [int(line) for line in run(writer, file, 0).stdout.split()]
        file.unlink()
        begun, last = marks[0], marks[-1]
        seen = set()
        opened = 0
        # Until the run has begun the partial file does not open: every eighth access will do.
        fatal_accesses = [*range(1, begun, 8), *range(begun, last + 1)]
        for fatal_access in fatal_accesses:
            ended = run(writer, file, fatal_access)
            assert ended.returncode == -signal.SIGKILL, (fatal_access, ended)
            partial = Path(folder, "results.h5.partial")
            assert not file.exists(), fatal_access
            # Before the file has its name it has one that nobody can foresee.
            for left in Path(folder).glob(".equipoise-*"):
                assert fatal_access < begun, (fatal_access, left)
                left.unlink()
            if fatal_access < begun and not partial.exists():
                continue
            assert sorted(Path(folder).iterdir()) == [partial], (fatal_access, sorted(Path(folder).iterdir()))
            if fatal_access < begun:
                assert not opens(partial), fatal_access
                partial.unlink()
            elif opens(partial):
                trials = check_partial(partial)
                whole = sum(mark < fatal_access for mark in marks[1:-1])  # chunks written before
                assert trials >= (whole - 1) * CHUNK, (fatal_access, trials)
                seen.add(trials)
                opened += 1
                partial.unlink()
            else:
                assert fatal_access == begun, fatal_access
                partial.unlink()
        assert seen >= {0, CHUNK, CHUNKS * CHUNK}, seen
    print(f"killed {len(fatal_accesses)} times; the file opened each of the {opened} times that it had begun")


if __name__ == "__main__":
    main(sys.argv[1])
