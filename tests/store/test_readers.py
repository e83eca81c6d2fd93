#!/usr/bin/env python3
"""Opens the results file of a made-up run with the readers that people use, and checks what they see.

    test_readers.py WRITE_MADE_UP_RESULTS README
"""

import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import netCDF4
import numpy as np
import xarray as xr

WRITER, README = sys.argv[1], Path(sys.argv[2])
TRIALS = 10_000
HYPOTHESES = ["hypothesis 1", "hypothesis 2"]
STATUSES = ["ok", "boundary", "not_converged", "singular", "separated", "too_few"]
FOLDER = tempfile.TemporaryDirectory()


def write(name, *arguments):
    file = Path(FOLDER.name, name)
    subprocess.run([WRITER, file, *arguments], check=True)
    return file


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, cwd=FOLDER.name, check=False)


def snippets(language):
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def standard_error(replicate, hypothesis):
    root = 1000 * np.sqrt(2 * replicate + hypothesis + 0.5)
    return np.sqrt(1 + root - np.floor(root))


FILE = write("results.h5")


class H5py(unittest.TestCase):
    def setUp(self):
        self.file = h5py.File(FILE, "r")
        self.addCleanup(self.file.close)

    def test_root_attributes_come_first_and_say_what_ran(self):
        attributes = self.file.attrs
        self.assertEqual(attributes["format"], "equipoise-results")
        self.assertEqual(attributes["format_version"], 1)
        self.assertEqual(attributes["seed"], 20251108)
        self.assertEqual((attributes["trials"], attributes["planned_trials"], attributes["complete"]), (TRIALS, 10_000, 1))
        self.assertEqual(attributes["title"], "A made-up run")
        for name in ("software_version", "git_hash", "condition", "scenario_file"):
            self.assertTrue(attributes[name], name)
        self.assertEqual(self.file["scenario/text"][()].decode(), 'title = "A made-up run"\n# naïve, ≤ 2 lines\n')
        self.assertEqual(self.file["scenario/parameters"][()].decode(), "[mean]\nvalue = 1\n")

    def test_history_holds_the_command(self):
        (entry,) = self.file["history"].values()
        self.assertEqual(entry.attrs["command_line"], "equipoise run made_up.toml")
        self.assertRegex(entry.attrs["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_replicates(self):
        replicate = self.file["replicate"][:]
        self.assertEqual(replicate.dtype, np.uint64)
        np.testing.assert_array_equal(replicate, np.arange(TRIALS))
        group = self.file["replicates"]
        r = np.arange(TRIALS, dtype=float)
        status = np.where(replicate % 50 < 5, replicate % 50, 0)
        usable = status < 2
        for h in range(2):
            np.testing.assert_array_equal(group["estimate"][0, :, h], np.where(usable, r + h / 8, np.nan))
            np.testing.assert_array_equal(group["se"][0, :, h], np.where(usable, standard_error(r, h), np.nan))
            np.testing.assert_array_equal(group["df"][0, :, h], np.where(usable, [117.0, np.inf][h], np.nan))
            np.testing.assert_array_equal(group["p"][0, :, h], np.where(usable, 1 / (r + 1), np.nan))
            np.testing.assert_array_equal(group["p_adjusted"][0, :, h], np.where(usable, 2 / (r + 2), 1.0))
            np.testing.assert_array_equal(group["rejected"][0, :, h], replicate % 10 == 0)
            np.testing.assert_array_equal(group["rejected_for_harm"][0, :, h], replicate % 20 == 10)
            np.testing.assert_array_equal(group["rejected_alone"][0, :, h], replicate % 5 == 0)
            np.testing.assert_array_equal(group["status"][0, :, h], status)
        np.testing.assert_array_equal(group["status"].attrs["flag_values"], range(6))
        self.assertEqual(group["status"].attrs["flag_meanings"].split(), STATUSES)

    def test_replicates_of_the_analyses(self):
        self.assertEqual([a.decode() for a in self.file["analysis"][:]],
                         [f"{h} / {a}" for h in HYPOTHESES for a in ("unstructured", "plain")])
        np.testing.assert_array_equal(self.file["analyses/of_hypothesis"], [0, 0, 1, 1])
        self.assertEqual([a.decode() for a in self.file["analyses/name"][:2]], ["unstructured", "plain"])
        group, protocol = self.file["analysis_replicates"], self.file["replicates"]
        replicate = self.file["replicate"][:]
        failed = protocol["status"][0] >= 2
        for h in range(2):
            np.testing.assert_array_equal(group["estimate"][0, :, 2 * h], protocol["estimate"][0, :, h])
            np.testing.assert_array_equal(
                group["estimate"][0, :, 2 * h + 1], np.where(failed[:, h], 1000, -protocol["estimate"][0, :, h])
            )
            for name in ("se", "df", "p"):
                np.testing.assert_array_equal(group[name][0, :, 2 * h], protocol[name][0, :, h])
            np.testing.assert_array_equal(group["status"][0, :, 2 * h + 1], protocol["status"][0, :, h])
            np.testing.assert_array_equal(group["fallback_used"][0, :, 2 * h + 1], failed[:, h])
            np.testing.assert_array_equal(group["rejected_by_own_fit"][0, :, 2 * h + 1], replicate % 5 == 0)
            np.testing.assert_array_equal(group["rejected"][0, :, 2 * h + 1], (replicate % 5 == 0) | failed[:, h])

    def test_characteristics_of_the_analyses(self):
        group = self.file["analyses"]
        np.testing.assert_allclose(group["power_no_rejection"][0], [0.9, 0.775, 0.65, 0.525], rtol=1e-12)
        np.testing.assert_allclose(group["power_left_out"][0] - group["power_no_rejection"][0], 1 / 64, rtol=1e-12)
        np.testing.assert_allclose(group["power_fallback"][0] - group["power_no_rejection"][0], 2 / 64, rtol=1e-12)
        np.testing.assert_array_equal(group["power_difference"][0], [0, -0.125, 0, -0.125])
        np.testing.assert_array_equal(group["power_difference_mcse"][0], [0, 0.001, 0, 0.001])
        np.testing.assert_array_equal(group["status_count"][0, 1], [TRIALS - 2, 0, 2, 0, 0, 0])
        np.testing.assert_array_equal(group["unanswered"][0], [1, 1, 1, 1])
        np.testing.assert_array_equal(group["fallback_of"], [1, 3])
        np.testing.assert_array_equal(group["fallback_used"][0], [1, 2])
        self.assertEqual(self.file["fallback"][1].decode(), "hypothesis 2 / plain / compound symmetry")

    def test_replicates_are_chunked_shuffled_and_compressed(self):
        for name in ("estimate", "status"):
            dataset = self.file["replicates"][name]
            self.assertLess(dataset.id.get_storage_size(), 0.75 * dataset.size * dataset.dtype.itemsize)
            self.assertEqual((dataset.chunks, dataset.shuffle, dataset.compression), ((1, 4096, 2), True, "gzip"))

    def test_noise_is_stored_as_it_is_after_the_first_chunk(self):
        def stored(name):
            chunks = [self.file["replicates"][name].id.get_chunk_info(i) for i in range(3)]
            return [chunk.filter_mask for chunk in chunks]

        self.assertEqual(stored("se"), [0, 3, 0])  # the last chunk is not full
        self.assertEqual(stored("status"), [0, 0, 0])

    def test_every_dataset_is_explained_and_has_its_mcse(self):
        def check(path, item):
            if isinstance(item, h5py.Dataset):
                self.assertTrue(item.attrs["long_name"], path)

        self.file.visititems(check)
        for name in ("power", "power_alone", "mean_estimate", "bias", "empirical_se", "model_se", "coverage", "any", "all",
                     "familywise_error"):
            self.assertEqual(self.file[f"characteristics/{name}"].shape, self.file[f"characteristics/{name}_mcse"].shape)

    def test_the_readme_names_every_dataset(self):
        text = README.read_text(encoding="utf-8")
        names = set()
        self.file.visititems(lambda path, item: names.add(path.split("/")[-1]) if isinstance(item, h5py.Dataset) else None)
        for name in sorted(n.removesuffix("_mcse") for n in names):
            self.assertIn(f"`{name}`", text)


class Xarray(unittest.TestCase):
    def open(self, group=None, **options):
        dataset = xr.open_dataset(FILE, group=group, **options)
        self.addCleanup(dataset.close)
        return dataset

    def test_root_has_the_coordinates_and_attributes(self):
        root = self.open()
        self.assertEqual(dict(root.sizes), {"cell": 1, "replicate": TRIALS, "hypothesis": 2, "arm": 2, "endpoint": 2,
                                            "visit": 3, "fit_status": 6, "analysis": 4, "fallback": 2})
        self.assertEqual(root.attrs["format"], "equipoise-results")
        self.assertEqual(list(root.visit.values), [0.0, 3.0, 12.0])
        self.assertEqual(list(root.arm.values), ["CBT", "Übliche Versorgung"])

    def test_characteristics_are_selected_by_name(self):
        characteristics = self.open("characteristics")
        self.assertEqual(characteristics.power.dims, ("cell", "hypothesis"))
        self.assertEqual(list(characteristics.hypothesis.values), HYPOTHESES)
        self.assertEqual(characteristics.power.sel(hypothesis="hypothesis 2").item(), 0.65)
        self.assertEqual(characteristics.power_mcse.sel(hypothesis="hypothesis 2").item(), 0.003)
        self.assertEqual(characteristics["any"].item(), 0.97)
        self.assertEqual(characteristics["familywise_error"].item(), 0.03)
        self.assertEqual(characteristics.status_count.sel(hypothesis="hypothesis 1", fit_status="ok").item(), TRIALS - 1)
        self.assertEqual(characteristics.power.attrs["units"], "1")

    def test_truth_arms_and_design(self):
        truth = self.open("truth")
        self.assertEqual(truth.value.sel(hypothesis="hypothesis 2").item(), -2.0)
        self.assertEqual(list(truth.null_is_true.values[0]), [0, 1])
        arms = self.open("arms")
        self.assertEqual(arms["mean"].dims, ("cell", "arm", "endpoint", "visit"))
        chosen = arms["mean"].sel(arm="Übliche Versorgung", endpoint="opioid_misuse", visit=12)
        self.assertEqual(chosen.item(), 112.0)
        self.assertEqual(arms.sessions_mean.sel(arm="CBT").item(), 6.5)
        design = self.open("design")
        self.assertEqual(design.comparator.sel(hypothesis="hypothesis 1").item(), "Übliche Versorgung")
        self.assertEqual(design.tested_month.values.tolist(), [12.0, 12.0])
        self.assertEqual(design.attrs["participants"], 120)

    def test_replicates_have_named_dimensions(self):
        replicates = self.open("replicates")
        self.assertEqual(replicates.estimate.dims, ("cell", "replicate", "hypothesis"))
        self.assertEqual(replicates.estimate.sel(hypothesis="hypothesis 2", replicate=9999).item(), 9999.125)
        self.assertEqual(replicates.rejected.mean("replicate").sel(hypothesis="hypothesis 1").item(), 0.1)


class Netcdf4(unittest.TestCase):
    def test_dimensions_variables_and_flags(self):
        with netCDF4.Dataset(FILE) as file:
            self.assertEqual(len(file.dimensions["replicate"]), TRIALS)
            self.assertTrue(file.dimensions["replicate"].isunlimited())
            status = file["replicates"]["status"]
            self.assertEqual(status.dimensions, ("cell", "replicate", "hypothesis"))
            self.assertEqual(status.flag_meanings.split(), STATUSES)
            self.assertEqual(list(file["hypothesis"][:]), HYPOTHESES)
            self.assertEqual(file["characteristics"]["power"][0].tolist(), [0.9, 0.65])


class Tools(unittest.TestCase):
    @unittest.skipUnless(shutil.which("h5dump"), "h5dump is not installed")
    def test_h5dump(self):
        dumped = run("h5dump", "-d", "/characteristics/power", FILE)
        self.assertEqual(dumped.returncode, 0, dumped.stderr)
        self.assertIn("(0,0): 0.9, 0.65", dumped.stdout)
        self.assertEqual(run("h5dump", FILE).returncode, 0)

    @unittest.skipUnless(shutil.which("h5diff"), "h5diff is not installed")
    def test_h5diff_of_the_same_results_says_nothing(self):
        a = write("a.h5", str(TRIALS), "equipoise run S --threads 1 -o a.h5")
        b = write("b.h5", str(TRIALS), "equipoise run S --threads 2 -o b.h5")
        self.assertEqual(run("h5diff", a, b).stdout, "")
        (command,) = snippets("sh")
        same = run(*command.split())
        self.assertEqual((same.returncode, same.stdout), (0, ""))

    @unittest.skipUnless(shutil.which("h5diff"), "h5diff is not installed")
    def test_h5diff_of_other_results_says_so(self):
        a = write("a.h5", str(TRIALS))
        b = write("b.h5", str(TRIALS - 1))
        self.assertNotEqual(run("h5diff", a, b).stdout, "")


class FullDisk(unittest.TestCase):
    def test_one_sentence_and_a_partial_file_that_opens(self):
        """A limit on the size of files stands for the disk; the limit of 800 kB is reached after some chunks."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, 800_000))

        file = Path(FOLDER.name, "full.h5")
        ended = subprocess.run([WRITER, file, "100000"], capture_output=True, text=True, preexec_fn=limit, check=False)
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"\Acannot [^\n]*: File too large\n\Z")
        self.assertFalse(file.exists())
        with h5py.File(f"{file}.partial", "r") as partial:
            trials = int(partial.attrs["trials"])
            self.assertGreater(trials, 0)
            np.testing.assert_array_equal(partial["replicate"][:trials], np.arange(trials))
            self.assertEqual(partial["replicates/estimate"][0, trials - 1, 1], trials - 1 + 1 / 8)


class Readme(unittest.TestCase):
    def test_python(self):
        lines, _ = snippets("python")  # of a run; of a calibration
        self.assertEqual(len(lines.splitlines()), 2)
        printed = run(sys.executable, "-c", lines)
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertRegex(printed.stdout, r"hypothesis 2 +0\.65")

    def test_r(self):
        (lines,) = snippets("r")
        self.assertEqual(len(lines.splitlines()), 2)
        if shutil.which("Rscript") is None:
            self.skipTest("R is not installed")
        if run("Rscript", "-e", "quit(status = !requireNamespace('hdf5r', quietly = TRUE))").returncode != 0:
            self.skipTest("R's package hdf5r is not installed (Debian: r-cran-hdf5r)")
        printed = run("Rscript", "-e", lines)
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertRegex(printed.stdout, r"hypothesis 2 +0\.65")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
