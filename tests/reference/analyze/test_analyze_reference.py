"""`equipoise analyze` beside R: each case is a data set, arguments and what an R script beside this file answers."""

import csv
import json
import subprocess
import sys
import unittest
from pathlib import Path

PROGRAM = sys.argv.pop(1)
FOLDER = Path(__file__).parent

# Relative, but for the estimate and the limits, which are in standard errors, and the log-likelihood, as it is. Where R
# searches a maximum the scripts polish it, so that what is left is R's numerical derivatives (df); where R solves equations
# there is nothing but rounding.
SEARCHED = {"estimate": 1e-6, "se": 1e-6, "df": 1e-4, "loglik": 1e-6, "statistic": 1e-6, "p": 1e-6, "lower": 1e-6, "upper": 1e-6}
DIFFERENTIATED = {**SEARCHED, "estimate": 1e-8, "se": 1e-8, "df": 1e-6}
SOLVED = {**SEARCHED, "estimate": 1e-8, "se": 1e-8, "df": 1e-12, "statistic": 1e-8, "p": 1e-7, "lower": 1e-8, "upper": 1e-8}

# How closely the answers to each script's cases must agree, and how many cases there are at least.
FILES = {
    "cases.csv": (SEARCHED, 49),  # of reference.R; the others have their script's name
    "kenward_roger.csv": (DIFFERENTIATED, 5),
    "models_over_visits.csv": (SEARCHED, 150),
    "therapy_groups.csv": (DIFFERENTIATED, 60),
    "gee_corrections.csv": (SOLVED, 70),
    "yes_or_no.csv": (SOLVED, 40),
    "ranks.csv": (SOLVED, 12),
    "failures.csv": (SOLVED, 30),
    "factors.csv": (SEARCHED, 79),
}
KEYS = {"estimate": "estimate", "se": "se", "df": "df", "loglik": "log_likelihood", "statistic": "statistic", "p": "p_value"}


def cases_of(name):
    with open(FOLDER / name, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def analyze(case):
    arguments = [PROGRAM, "analyze", FOLDER / case["data"], *case["arguments"].split(), "--format", "json"]
    result = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise AssertionError(f"{arguments}: {result.stderr}")
    answer = json.loads(result.stdout)
    found = {what: answer[key] for what, key in KEYS.items()}
    found["lower"], found["upper"] = answer["interval"]
    found["status"] = answer["status"]
    found["coefficients"] = answer["coefficients"]
    return found


def distances(case, answer, limits):
    """How far the answer is from R's, in units of what is allowed."""
    found = {}
    for what, limit in limits.items():
        if case.get(what, "NA").strip() == "NA":
            continue
        expected = float(case[what])
        if answer[what] is None:
            found[what] = float("inf")
        elif what == "loglik":
            found[what] = abs(answer[what] - expected) / limit
        elif what in ("estimate", "lower", "upper"):
            found[what] = abs(answer[what] - expected) / float(case["se"]) / limit
        else:
            found[what] = abs(answer[what] - expected) / max(abs(expected), 1e-300) / limit
    return found


def coefficient_distances(case, answer):
    """How far a coefficient is from R's, in units of what SEARCHED allows."""
    found = next(of for of in answer["coefficients"] if of["term"] == case["term"])
    expected = {name: float(case[name]) for name in ("estimate", "se", "df")}
    size = {"estimate": expected["se"], "se": expected["se"], "df": expected["df"]}
    return {name: abs(found[name] - expected[name]) / size[name] / SEARCHED[name] for name in expected}


class Reference(unittest.TestCase):
    def test_every_case_agrees(self):
        for name, (limits, least) in FILES.items():
            cases = cases_of(name)
            self.assertGreaterEqual(len(cases), least, name)
            for case in cases:
                with self.subTest(file=name, data=case["data"], arguments=case["arguments"]):
                    answer = analyze(case)
                    self.assertEqual(answer["status"], case.get("status", "ok"))
                    for what, distance in distances(case, answer, limits).items():
                        self.assertLess(distance, 1.0, f"{what}: {answer[what]}, R {case[what]}")

    def test_another_value_would_be_noticed(self):
        for name, (limits, _) in FILES.items():
            case = next((case for case in cases_of(name) if case["se"].strip() != "NA"), None)
            if case is None:  # statuses alone
                continue
            answer = analyze(case)
            answer["se"] *= 1.0 + 2.0 * limits["se"]
            self.assertGreater(distances(case, answer, limits)["se"], 1.0)

    def test_every_coefficient_agrees(self):
        cases = cases_of("coefficients.csv")
        self.assertGreaterEqual(len(cases), 45)
        answers = {}
        for case in cases:
            key = case["data"], case["arguments"]
            answers[key] = answers.get(key) or analyze(case)
            with self.subTest(**case):
                for what, distance in coefficient_distances(case, answers[key]).items():
                    self.assertLess(distance, 1.0, what)
        worse = dict(case, se=float(case["se"]) * (1.0 + 2.0 * SEARCHED["se"]))
        self.assertGreater(coefficient_distances(worse, answers[key])["se"], 1.0)


if __name__ == "__main__":
    unittest.main()
