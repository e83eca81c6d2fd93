#!/usr/bin/env python3
"""Opens the results files of made-up studies of many cells with the readers that people use.

    test_cells.py WRITE_MADE_UP_CELLS README
"""

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
FOLDER = tempfile.TemporaryDirectory()
TRIALS = [5000, 4000, 3000]
FIRST = [0, 1_000_000, 0]


def write(what):
    file = Path(FOLDER.name, f"{what}.h5")
    subprocess.run([WRITER, file, what], check=True)
    return file


SWEEP, SENSITIVITY, INTERRUPTED = map(write, ("sweep", "sensitivity", "interrupted"))


class Sweep(unittest.TestCase):
    def setUp(self):
        self.file = h5py.File(SWEEP, "r")
        self.addCleanup(self.file.close)

    def test_cells_name_what_differs(self):
        cells = self.file["cells"]
        np.testing.assert_array_equal(self.file["cell"], [0, 1, 2])
        np.testing.assert_array_equal(cells["groups.icc"], [0, 0.05, 0.1])
        self.assertEqual([word.decode() for word in cells["arm.A%2FB.therapy"][:]], ["cbt", "more", "naïve"])
        self.assertEqual(cells["arm.A%2FB.therapy"].attrs["key"], "arm.A/B.therapy")
        np.testing.assert_array_equal(cells["trials"], TRIALS)
        np.testing.assert_array_equal(cells["first_replicate"], FIRST)

    def test_every_table_has_a_row_a_cell(self):
        characteristics = self.file["characteristics"]
        np.testing.assert_allclose(characteristics["power"], [[0.9, 0.65], [0.89, 0.64], [0.88, 0.63]], rtol=1e-12)
        np.testing.assert_array_equal(characteristics["status_count"][:, 0, 0], np.array(TRIALS) - 1)
        np.testing.assert_array_equal(self.file["truth/value"], [[-1, -2]] * 3)
        self.assertEqual(self.file["arms/mean"].shape, (3, 2, 2, 3))
        np.testing.assert_array_equal(self.file["arms/mean"][2, 1, 1], [110, 111, 112])
        np.testing.assert_array_equal(self.file["analyses/fallback_used"], [[1, 2]] * 3)

    def test_differences_are_to_the_reference(self):
        difference = self.file["characteristics/power_difference"]
        np.testing.assert_allclose(difference, [[0, 0], [-0.01, -0.02], [-0.02, -0.04]], atol=1e-15)
        self.assertEqual(difference.attrs["reference_cell"], 0)
        np.testing.assert_array_equal(self.file["characteristics/power_difference_mcse"], [[0.002, 0.003]] * 3)
        np.testing.assert_array_equal(self.file["characteristics/rejection_rate_difference_mcse"], [[0.004, 0.005]] * 3)

    def test_replicates_of_each_cell_stand_in_its_rows(self):
        self.assertEqual((self.file.attrs["trials"], self.file.attrs["complete"]), (5000, 1))
        np.testing.assert_array_equal(self.file["replicate"], np.arange(5000))
        replicates, analyses = self.file["replicates"], self.file["analysis_replicates"]
        self.assertEqual(replicates["estimate"].chunks[0], 1)
        for cell, (trials, first) in enumerate(zip(TRIALS, FIRST)):
            replicate = first + np.arange(trials)
            usable = replicate % 50 >= 5
            estimate = replicates["estimate"][cell]
            np.testing.assert_array_equal(estimate[:trials, 1][usable], replicate[usable] + 0.125)
            self.assertTrue(np.isnan(estimate[trials:]).all())
            np.testing.assert_array_equal(replicates["rejected"][cell, :trials, 0], usable & (replicate % 10 == 0)
                                          | (replicate % 50 == 0))
            np.testing.assert_array_equal(analyses["estimate"][cell, :trials, 2][usable], replicate[usable] + 0.125)

    def test_xarray_finds_power_by_what_differs(self):
        with xr.open_dataset(SWEEP, group="cells") as cells, xr.open_dataset(SWEEP, group="characteristics") as found:
            power = found.power.assign_coords(icc=("cell", cells["groups.icc"].values))
            self.assertEqual(power.dims, ("cell", "hypothesis"))
            self.assertAlmostEqual(power.where(power.icc == 0.1, drop=True).sel(hypothesis="hypothesis 2").item(), 0.63)

    def test_netcdf_reads_the_cells(self):
        with netCDF4.Dataset(SWEEP) as file:
            self.assertEqual(file["cells"]["groups.icc"].dimensions, ("cell",))
            self.assertEqual(len(file.dimensions["cell"]), 3)

    def test_the_readme_names_every_dataset(self):
        text = README.read_text(encoding="utf-8")
        for group in ("cells", "characteristics"):
            for name in self.file[group]:
                if not name.startswith("arm."):
                    self.assertIn(f"`{name.removesuffix('_mcse')}`", text)


class Interrupted(unittest.TestCase):
    def test_the_cells_that_are_done_stand(self):
        with h5py.File(INTERRUPTED, "r") as file:
            self.assertEqual((file.attrs["trials"], file.attrs["complete"]), (5000, 0))
            np.testing.assert_array_equal(file["cells/trials"], [5000, 0, 0])
            np.testing.assert_array_equal(file["characteristics/power"][0], [0.9, 0.65])
            self.assertTrue(np.isnan(file["characteristics/power"][1:]).all())
            self.assertTrue(np.isnan(file["characteristics/power_difference"][1:]).all())


class Sensitivity(unittest.TestCase):
    def test_indices_by_hypothesis_and_factor(self):
        with xr.open_dataset(SENSITIVITY, group="sensitivity") as found:
            self.assertEqual(found.first_order.dims, ("hypothesis", "factor"))
            chosen = found.sel(hypothesis="hypothesis 2", factor="dropout.retention")
            self.assertEqual((chosen.first_order.item(), chosen.total.item()), (0.25, 0.375))
            self.assertEqual((chosen.total_low.item(), chosen.total_high.item()), (0.3125, 0.4375))
            self.assertEqual(chosen.distribution.item(), "{ beta = [8, 2] }")
            self.assertEqual((chosen.low.item(), chosen["median"].item(), chosen.high.item()), (0.57, 0.82, 0.96))
            self.assertEqual((chosen.power_low.item(), chosen.power_high_mcse.item()), (0.9, 0.005))
            self.assertEqual(chosen.power_difference.item(), -0.2)
            self.assertEqual(found.mean_power.values.tolist(), [0.75, 0.75])
            self.assertEqual(found.sd_of_power.values.tolist(), [0.125, 0.125])
            self.assertEqual(found.power_at_medians.values.tolist(), [0.8, 0.8])

    def test_there_are_no_replicates(self):
        with h5py.File(SENSITIVITY, "r") as file:
            self.assertNotIn("replicates", file)
            self.assertNotIn("analysis_replicates", file)
            self.assertNotIn("power_difference", file["characteristics"])
            self.assertEqual(file["analyses/power"].shape, (3, 4))

    def test_the_readme_names_every_dataset(self):
        text = README.read_text(encoding="utf-8")
        with h5py.File(SENSITIVITY, "r") as file:
            for name in file["sensitivity"]:
                self.assertIn(f"`{name.removesuffix('_mcse')}`", text)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
