#!/usr/bin/env python3
"""Runs every scenario that ships, small, and holds what it prints against golden tables; and on any number of threads
against itself, to the last bit.

Usage: test_scenarios.py PROGRAM SOURCE_FOLDER [--update]

--update writes the golden tables anew. Do so only where the numbers should have changed, and say why in the commit.
"""

import csv
import io
import json
import math
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

UPDATE = "--update" in sys.argv
PROGRAM, SOURCE = (pathlib.Path(word).resolve() for word in [word for word in sys.argv[1:] if word != "--update"][:2])
GOLDEN = pathlib.Path(__file__).resolve().parent / "golden"
SCENARIOS = sorted((SOURCE / "scenarios").rglob("*.toml"))

# Those that `equipoise sweep` takes, too.
SWEPT = [file for file in SCENARIOS if re.search(r"^\[(sweep|sensitivity)\]", file.read_text(encoding="utf-8"), re.MULTILINE)]

# Those that say what `equipoise size` looks for.
SIZED = [file for file in SCENARIOS if re.search(r"^\[size\]", file.read_text(encoding="utf-8"), re.MULTILINE)]

# Those whose tables for people are held, too: odds beside differences, alternatives, margins.
SHOWN = [SOURCE / "scenarios" / name for name in (
    "chronic_low_back_pain/map_2016.toml", "lessons/how_sure.toml", "lessons/what_groups_do.toml", "opioid_treated_pain/more_2022.toml",
    "opioid_treated_pain/stamp_2025.toml", "validation/null.toml")]

SMALL = ["--trials", "200", "--set", "run.truth_participants=2000", "--quiet"]

SMALLER = ["--trials", "20", "--set", "run.truth_participants=1000", "--quiet"]
FEW_DRAWS = ["--set", "assurance.draws=20", "--set", "assurance.trials=10", "--set", "assurance.truth_participants=1000"]
FEW_POINTS = ["--set", "sensitivity.points=16", "--set", "sensitivity.trials=20", "--set",
              "sensitivity.truth_participants=1000"]

# Golden numbers keep six digits: enough to see any change of a design, a stream or an analysis, and fewer than another
# machine's mathematics library moves. What is nearer to 0 than this is rounding error.
DIGITS = 6
NOTHING = 1e-9


def answer_of(*arguments):
    result = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120, check=False)
    if result.returncode != 0:
        raise AssertionError(f"{arguments} ended with {result.returncode}: {result.stderr}")
    return result.stdout


def run(scenario, *arguments):
    few = FEW_DRAWS if "[assurance]" in scenario.read_text(encoding="utf-8") else []
    return answer_of("run", scenario, *few, *arguments)


def sweep(scenario, *arguments):
    few = FEW_POINTS if "[sensitivity]" in scenario.read_text(encoding="utf-8") else []
    return answer_of("sweep", scenario, *SMALLER, *few, *arguments)


def size(scenario, *arguments):
    return answer_of("size", scenario, "--precision", "20", "--verify", "200", "--quiet", *arguments)


def golden_file(scenario, what=""):
    return GOLDEN / f"{scenario.parent.name}_{scenario.stem}{what}.csv"


def golden_text(scenario):
    return golden_file(scenario).with_suffix(".txt")


def without_times(text):
    """A table for people without the line of how long it took."""
    kept, timed = re.subn(r"^(\S+ trials? in )?[0-9.]+ s(: \S+ a second)?\.$", "", text, flags=re.MULTILINE)
    assert timed == 1, text
    return kept


def number(cell):
    try:
        return float(cell)
    except ValueError:
        return None


def rounded(cell):
    value = number(cell)
    if value is None or cell.isdigit():
        return cell
    return "0" if abs(value) < NOTHING else f"{value:.{DIGITS}g}"


def table(text):
    return list(csv.reader(io.StringIO(text)))


def as_golden(text):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([rounded(cell) for cell in row] for row in table(text))
    return out.getvalue()


def same(a, b):
    """The same word, or the same number but for the last golden digit."""
    if a == b:
        return True
    x, y = number(a), number(b)
    if x is None or y is None:
        return False
    return math.isclose(x, y, rel_tol=2 * 10.0 ** (1 - DIGITS), abs_tol=NOTHING)


def differences(golden, now):
    """What differs between two tables, a line a cell."""
    if [row[0] for row in golden] != [row[0] for row in now] or golden[0] != now[0]:
        yield "other rows or columns"
        return
    for old_row, new_row in zip(golden[1:], now[1:]):
        for name, old, new in zip(golden[0], old_row, new_row):
            if not same(old, new):
                yield f"{old_row[0]}: {name} was {old}, is {new}"


class Golden(unittest.TestCase):
    def check(self, file, answer):
        now = as_golden(answer)
        if UPDATE:
            file.write_text(now, encoding="utf-8")
            return
        self.assertTrue(file.exists(), f"no {file.name}: run this script with --update")
        golden = file.read_text(encoding="utf-8")
        found = "\n".join(differences(table(golden), table(now)))
        self.assertEqual(found, "", "where that is as it should be, run this script with --update")

    def test_every_scenario_gives_what_it_gave(self):
        self.assertTrue(SCENARIOS)
        for scenario in SCENARIOS:
            with self.subTest(scenario=scenario.name):
                self.check(golden_file(scenario), run(scenario, *SMALL, "--format", "csv"))

    def test_tables_for_people_read_as_they_did(self):
        for scenario in SHOWN:
            with self.subTest(scenario=scenario.name):
                file, now = golden_text(scenario), without_times(run(scenario, *SMALL))
                if UPDATE:
                    file.write_text(now, encoding="utf-8")
                    continue
                self.assertEqual(now, file.read_text(encoding="utf-8"),
                                 "where that is as it should be, run this script with --update")

    def test_every_sweep_gives_what_it_gave(self):
        self.assertTrue(SWEPT)
        for scenario in SWEPT:
            with self.subTest(scenario=scenario.name):
                self.check(golden_file(scenario, "_cells"), sweep(scenario, "--format", "csv"))

    def test_every_search_finds_what_it_found(self):
        self.assertTrue(SIZED)
        for scenario in SIZED:
            with self.subTest(scenario=scenario.name):
                self.check(golden_file(scenario, "_size"), size(scenario, "--format", "csv"))

    def test_no_golden_table_is_left_over(self):
        expected = {golden_file(scenario).name for scenario in SCENARIOS}
        expected |= {golden_file(scenario, "_cells").name for scenario in SWEPT}
        expected |= {golden_file(scenario, "_size").name for scenario in SIZED}
        expected |= {golden_text(scenario).name for scenario in SHOWN}
        for file in GOLDEN.iterdir():
            if UPDATE and file.name not in expected:
                file.unlink()
                continue
            self.assertIn(file.name, expected)

    def test_a_changed_number_is_noticed(self):
        text = as_golden(run(SOURCE / "scenarios/validation/two_normal_arms.toml", *SMALL, "--format", "csv"))
        changed = as_golden(
            run(SOURCE / "scenarios/validation/two_normal_arms.toml", *SMALL, "--format", "csv", "--seed", "77"))
        self.assertNotEqual(list(differences(table(text), table(changed))), [])
        self.assertEqual(list(differences(table(text), table(text))), [])


class SameBits(unittest.TestCase):
    def test_any_number_of_threads_prints_the_same(self):
        for scenario in SCENARIOS:
            with self.subTest(scenario=scenario.name):
                one, two, eight = (run(scenario, *SMALL, "--format", "csv", "--threads", n) for n in "128")
                self.assertEqual(one, two)
                self.assertEqual(one, eight)

    def test_a_search_finds_the_same_on_any_number_of_threads(self):
        for scenario in SIZED:
            with self.subTest(scenario=scenario.name):
                one, two, eight = (size(scenario, "--threads", n) for n in "128")
                self.assertEqual(one, two)
                self.assertEqual(one, eight)

    def test_json_differs_in_nothing_but_the_time_it_took(self):
        scenario = SOURCE / "scenarios/opioid_treated_pain/four_arms.toml"
        answers = []
        for threads in "128":
            answer = json.loads(run(scenario, *SMALL, "--format", "json", "--threads", threads))
            for timed in ("seconds", "trials_per_second"):
                answer.pop(timed)
            answers.append(answer)
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0], answers[2])

    def test_the_table_differs_in_nothing_but_the_time_it_took(self):
        scenario = SOURCE / "scenarios/opioid_treated_pain/more_2022.toml"
        answers = []
        for threads in "12":
            answers.append(without_times(run(scenario, *SMALL, "--threads", threads)))
        self.assertEqual(answers[0], answers[1])

    @unittest.skipUnless(shutil.which("h5diff"), "h5diff is not installed")
    def test_h5diff_of_two_runs_says_nothing(self):
        for name in ("opioid_treated_pain/four_arms.toml", "validation/null.toml"):
            with self.subTest(scenario=name), tempfile.TemporaryDirectory() as folder:
                for threads in "12":
                    run(SOURCE / "scenarios" / name, *SMALL, "--threads", threads, "-o", f"{folder}/{threads}.h5")
                result = subprocess.run(["h5diff", "--exclude-path", "/history", f"{folder}/1.h5", f"{folder}/2.h5"],
                                        capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual((result.returncode, result.stdout), (0, ""))

    @unittest.skipUnless(shutil.which("h5diff"), "h5diff is not installed")
    def test_h5diff_of_another_seed_says_so(self):
        with tempfile.TemporaryDirectory() as folder:
            for seed in "12":
                run(SOURCE / "scenarios/validation/null.toml", *SMALL, "--seed", seed, "-o", f"{folder}/{seed}.h5")
            result = subprocess.run(["h5diff", "--exclude-path", "/history", f"{folder}/1.h5", f"{folder}/2.h5"],
                                    capture_output=True, text=True, timeout=60, check=False)
            self.assertNotEqual(result.stdout, "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
