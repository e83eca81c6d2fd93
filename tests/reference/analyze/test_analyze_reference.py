"""`equipoise analyze` beside R: cases.csv as reference.R wrote it from R's packages, and kenward_roger.csv from the
second derivation of kenward_roger.R (its output: kenward_roger.txt)."""

import csv
import json
import subprocess
import sys
import unittest
from pathlib import Path

PROGRAM = sys.argv.pop(1)
FOLDER = Path(__file__).parent

# R's optimizers stop up to 1e-6 standard errors short of the maximum that the program finds; where R solves equations
# (glm, geeglm) or the optimum is tight, agreement is far better.
ESTIMATE = 1e-5  # of a standard error
SE = 1e-5        # relative
DF = 1e-4        # relative
LOG_LIKELIHOOD = 1e-5


def analyze(case):
    arguments = [PROGRAM, "analyze", FOLDER / case["data"], *case["arguments"].split(), "--format", "json"]
    result = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise AssertionError(f"{arguments}: {result.stderr}")
    return json.loads(result.stdout)


def distances(case, answer):
    """How far the answer is from R's, in units of what is allowed; the largest last."""
    expected = {key: float(case[key]) for key in ("estimate", "se", "df", "loglik") if case[key].strip() != "NA"}
    found = {"se": abs(answer["se"] / expected["se"] - 1) / SE}
    if "estimate" in expected:
        found["estimate"] = abs(answer["estimate"] - expected["estimate"]) / expected["se"] / ESTIMATE
    if "df" in expected:
        found["df"] = abs(answer["df"] / expected["df"] - 1) / DF
    if "loglik" in expected:
        found["loglik"] = abs(answer["log_likelihood"] - expected["loglik"]) / LOG_LIKELIHOOD
    return found


class Reference(unittest.TestCase):
    def test_every_case_agrees(self):
        cases = []
        for name in ("cases.csv", "kenward_roger.csv"):
            with open(FOLDER / name, encoding="utf-8") as file:
                cases += list(csv.DictReader(file))
        self.assertGreater(len(cases), 50)
        for case in cases:
            with self.subTest(data=case["data"], arguments=case["arguments"]):
                answer = analyze(case)
                self.assertIn(answer["status"], ("ok", "boundary"))
                for what, distance in distances(case, answer).items():
                    self.assertLess(distance, 1.0, f"{what}: {answer[what if what != 'loglik' else 'log_likelihood']}, R {case[what]}")

    def test_another_value_would_be_noticed(self):
        with open(FOLDER / "cases.csv", encoding="utf-8") as file:
            case = next(csv.DictReader(file))
        answer = analyze(case)
        answer["se"] *= 1.0001
        self.assertGreater(max(distances(case, answer).values()), 1.0)


if __name__ == "__main__":
    unittest.main()
