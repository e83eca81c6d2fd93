"""What `equipoise analyze` takes for a number, a group or a table, and what it says of the rest: nothing is dropped, made
into something else or left unused without a word."""

import os
import time
import unittest

from program import InAFolder, equipoise

PEOPLE = ["--participant", "id", "--arm", "arm", "--compare", "b,a", "--value", "y"]
ANCOVA = ["--method", "ancova", *PEOPLE]


class Words(InAFolder):
    def write(self, text):
        file = self.folder / "data.csv"
        file.write_bytes(text.encode())
        return file

    def answer(self, text, *arguments):
        result = equipoise("analyze", self.write(text), *arguments, "--format", "csv")
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.splitlines()[1], result.stderr

    def refused(self, text, *arguments):
        result = equipoise("analyze", self.write(text), *arguments)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        return result.stderr

    @staticmethod
    def table(cells, column="x"):
        """A row a participant: a's and b's in turn, the cells their covariate."""
        rows = [f"{i},{'ab'[i % 2]},{cell},{(i * 7) % 11 + i % 2}.5\n" for i, cell in enumerate(cells)]
        return f"id,arm,{column},y\n" + "".join(rows)


class Numbers(Words):
    plain = ["5", "-0.5", "1000", "5", "2", "3", "4", "7", "8", "1"]

    def test_one_number_has_many_spellings(self):
        other = ["+5", "-.5", "1e3", "5.", " 2 ", "3.0", "4E0", '"7"', "08", "1"]
        first, told = self.answer(self.table(self.plain), *ANCOVA, "--adjust", "x")
        self.assertEqual((first, told), self.answer(self.table(other), *ANCOVA, "--adjust", "x"))
        self.assertEqual(told, "")
        self.assertNotEqual(first, self.answer(self.table(["6", *self.plain[1:]]), *ANCOVA, "--adjust", "x")[0])

    def test_words_for_missing_and_who_is_left_out(self):
        for word in ("", "NA", "na", "N/A", "#N/A", "NaN", "NULL", "."):
            with self.subTest(word=word):
                _, told = self.answer(self.table([word, *self.plain[1:]]), *ANCOVA, "--adjust", "x")
                self.assertEqual(told, "equipoise: 1 of 10 participants lack 'x' and are left out\n")
        help_text = equipoise("analyze", "--help").stdout
        self.assertIn("NA, N/A, #N/A, NaN, NULL, .", help_text)

    def test_what_is_no_number_beside_numbers(self):
        for cell in ("-", "1,5", "5%", "0x10", "low", "inf", "-Infinity", "1e999", "+-5", "<5", "1 000", "\u22125"):
            with self.subTest(cell=cell):
                text = self.table(["1", "2", f'"{cell}"', *self.plain[3:]])
                told = self.refused(text, *ANCOVA, "--adjust", "x")
                finite = "finite " if "inf" in cell.lower() or cell == "1e999" else ""
                self.assertIn(f"data.csv:4:3: '{cell}' is no {finite}number (x) (9 cells of the column are numbers)", told)
                self.assertIn("--factor x", told)
                value = self.refused(self.table(["1", "2", f'"{cell}"', *self.plain[3:]], "y0").replace("y0,y", "y,z"), *ANCOVA)
                self.assertIn(f"data.csv:4:3: '{cell}' is no {finite}number (y)", value)

    def test_a_column_of_what_looks_like_numbers_is_no_factor(self):
        told = self.refused(self.table([f'"{i},5"' for i in range(10)]), *ANCOVA, "--adjust", "x")
        self.assertIn("'0,5' is no number (x) (it looks like one)", told)
        self.assertEqual(len(told.splitlines()), 5)  # more are of one cause
        ages = self.table(["18-34", "35-49"] * 3 + ["50+"] * 4)
        self.assertEqual(self.answer(ages, *ANCOVA, "--adjust", "x")[1], "")

    def test_categories_that_are_numbers(self):
        coded = self.table(["1", "2", "3a", "1", "2", "1", "3a", "2", "2", "1"])
        self.assertIn("'3a' is no number", self.refused(coded, *ANCOVA, "--adjust", "x"))
        words = coded.replace(",1,", ",p,").replace(",2,", ",q,").replace(",3a,", ",r,")
        self.assertEqual(self.answer(coded, *ANCOVA, "--adjust", "x", "--factor", "x"), self.answer(words, *ANCOVA, "--adjust", "x"))
        # Spellings of one number are one level.
        self.assertEqual(self.answer(self.table(["1", "2"] * 4 + ["3", "1"]), *ANCOVA, "--adjust", "x", "--factor", "x"),
                         self.answer(self.table(["1", "2"] * 3 + ["01", "2.0", "3", "1"]), *ANCOVA, "--adjust", "x", "--factor", "x"))
        self.assertIn("a factor that nothing adjusts for", self.refused(coded, *ANCOVA, "--factor", "x"))

    def test_a_logarithm_of_nothing(self):
        told = self.refused("id,arm,y\n1,a,2\n2,a,-1\n3,b,4\n4,b,1\n", *ANCOVA, "--transform", "log1p")
        self.assertIn("data.csv:3:3: '-1' has no such transform (y) (log1p is of values above -1)", told)


class Factors(Words):
    def trial(self):
        rows = [(i, "ab"[i % 2], v, "uuuvvw"[i % 6], "fm"[i * i % 7 > 3], "pqrs"[(i * 5 + i // 9) % 4], (i * 13) % 17 + v * (i % 3) + (i % 5) / 4)
                for i in range(60) for v in (1, 2)]
        return "id,arm,visit,stage,sex,site,y\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)

    def test_the_order_of_factors_does_not_matter(self):
        visits = ["--visit", "visit"]
        orders = ("stage,sex,site", "site,stage,sex", "sex,site,stage")
        for method, arguments in (("mmrm", ["--df", "kenward_roger", "--mean", "b", "--at", "2"]), ("gee", ["--mean", "a", "--at", "average"]),
                                  ("rank_sum", ["--at", "2"]), ("ancova", ["--at", "2"]), ("mixed", ["--random", "intercept_slope", "--df", "satterthwaite", "--mean", "b", "--at", "1"])):
            with self.subTest(method=method):
                lines = [self.answer(self.trial(), "--method", method, *PEOPLE, *visits, *arguments, "--adjust", order)[0] for order in orders]
                numbers = [[float(cell) for cell in line.split(",")[1:9] if cell != "NA"] for line in lines]
                for other in numbers[1:]:
                    for first, second in zip(numbers[0], other):
                        self.assertAlmostEqual(first, second, delta=1e-9 * max(1.0, abs(first)))
                if method == "rank_sum":
                    self.assertEqual(len(set(lines)), 1)

    def test_levels_that_nobody_analysed_is_at(self):
        rows = self.trial() + "90,a,1,z,f,p,NA\n91,b,2,u,z,p,NA\n92,b,2,u,f,z,\n"
        for method, arguments in (("ancova", []), ("mmrm", ["--df", "residual"]), ("gee", []), ("mixed", ["--cluster", "group", "--df", "residual"])):
            groups = [line + (",group" if k == 0 else f",g{k // 8}" if ",b," in line else ",") for k, line in enumerate(rows.splitlines())]
            without = "\n".join(line for line in groups if line.split(",")[0] not in ("90", "91", "92"))
            for order in ("stage,sex,site", "site,sex,stage"):
                with self.subTest(method=method, order=order):
                    words = ["--method", method, *PEOPLE, "--visit", "visit", "--at", "2", "--adjust", order, *arguments]
                    table = "\n".join(groups) + "\n"
                    if method == "mixed":  # of one visit
                        keep = lambda text: "\n".join(line for line in text.splitlines() if line.split(",")[2] != "1") + "\n"
                        table, without = keep(table), keep(without)
                    for first, second in zip(self.answer(table, *words)[0].split(","), self.answer(without + "\n", *words)[0].split(",")):
                        if first != second:
                            self.assertAlmostEqual(float(first), float(second), delta=1e-9)

    def test_strata_of_any_number(self):
        # 300 x 300 combinations, of which those that occur are alike in any order.
        rows = [(i, "ab"[i % 2], f"p{i // 2 % 300}", f"q{(i // 2 * 7) % 300}", (i * 31) % 97 + 5 * (i % 2)) for i in range(1200)]
        text = "id,arm,s,t,y\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
        words = ["--method", "rank_sum", *PEOPLE, "--adjust"]
        both = {self.answer(text, *words, order)[0] for order in ("s,t", "t,s")}
        self.assertEqual(len(both), 1)
        joined = "\n".join(line + "," + "".join(line.split(",")[2:4]) for line in text.splitlines()) + "\n"
        self.assertEqual(self.answer(joined, *words, "st")[0], both.pop())

    def test_strata_are_categories(self):
        told = self.refused(self.table(Numbers.plain), "--method", "rank_sum", *PEOPLE, "--adjust", "x")
        self.assertIn("'x' is a number (strata are categories); add --factor x", told)

    def test_what_takes_no_covariate_and_a_covariate_twice(self):
        text = self.table(Numbers.plain)
        self.assertIn("--adjust says nothing to 'mean_difference'", self.refused(text, "--method", "mean_difference", *PEOPLE, "--adjust", "x"))
        self.assertIn("'x' is adjusted for twice", self.refused(text, *ANCOVA, "--adjust", "x,x"))


class Groups(Words):
    def grouped(self, of_a):
        rows = [(i, "ab"[i % 2], of_a(i) if i % 2 == 0 else f"g{i // 12}", (i * 7) % 11 + i % 2 + 0.5 * (i // 12 % 3)) for i in range(72)]
        return "id,arm,group,y\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)

    def test_groups_that_nothing_looks_at(self):
        text = self.grouped(lambda i: "")
        for arguments in (["ancova"], ["mean_difference"], ["rank_sum"], ["proportions"], ["logistic"], ["mmrm", "--df", "residual"], ["gee"],
                          ["mixed", "--random", "intercept_slope", "--df", "residual"]):
            with self.subTest(arguments=arguments):
                told = self.refused(text, "--method", *arguments, *PEOPLE, "--cluster", "group")
                self.assertIn(f"--cluster says nothing to '{arguments[0]}'", told)
                self.assertIn("--random therapy_group", told)

    def test_groups_that_are_looked_for(self):
        text = self.grouped(lambda i: "")
        for arguments in (["mixed", "--df", "satterthwaite"], ["gee", "--clusters", "therapy_groups"]):
            told = self.refused(text, "--method", *arguments, *PEOPLE)
            self.assertIn("looks for therapy groups and no column has them", told)
            self.assertIn("--cluster", told)
            self.assertEqual(self.answer(text, "--method", *arguments, *PEOPLE, "--cluster", "group")[1], "")

    def test_a_column_without_groups(self):
        text = "id,arm,group,y\n" + "".join(f"{i},{'ab'[i % 2]},,{(i * 7) % 11}\n" for i in range(20))
        for method in (["mixed", "--df", "satterthwaite"], ["gee", "--clusters", "therapy_groups"]):
            self.assertIn("nobody is in a therapy group", self.refused(text, "--method", *method, *PEOPLE, "--cluster", "group"))

    def test_controls_with_a_group_each(self):
        mixed = ["--method", "mixed", "--df", "satterthwaite", *PEOPLE, "--cluster", "group"]
        told = self.refused(self.grouped(lambda i: f"single{i}"), *mixed)
        self.assertIn("every therapy group of arm 'a' has one person", told)
        self.assertIn("leave the group empty", told)
        self.answer(self.grouped(lambda i: f"single{i}"), *mixed, "--groups-of-one")
        _, told = self.answer(self.grouped(lambda i: f"single{i}" if i > 6 else "pair"), *mixed)
        self.assertIn("of 33 therapy groups of arm 'a' have one person", told)
        # To gee somebody in no group is a cluster of one.
        gee = ["--method", "gee", "--clusters", "therapy_groups", *PEOPLE, "--cluster", "group"]
        single = self.answer(self.grouped(lambda i: f"single{i}"), *gee)[0].split(",")[1:9]
        alone = self.answer(self.grouped(lambda i: ""), *gee)[0].split(",")[1:9]
        for first, second in zip(single, alone):
            self.assertAlmostEqual(float(first), float(second), delta=1e-9)

    def test_a_group_in_two_arms(self):
        text = self.grouped(lambda i: f"g{i // 12}")
        told = self.refused(text, "--method", "mixed", "--df", "satterthwaite", *PEOPLE, "--cluster", "group")
        self.assertIn("has people of two arms", told)
        _, told = self.answer(text, "--method", "gee", "--clusters", "therapy_groups", *PEOPLE, "--cluster", "group")
        self.assertIn("count as one cluster each", told)

    def test_what_check_refuses(self):
        text = self.grouped(lambda i: "")
        for words, *arguments in (
                ("nothing here rests on the information", "mmrm", "--df", "residual", "--information", "expected"),
                ("have one residual variance", "mixed", "--random", "intercept_slope", "--df", "residual", "--residual", "common"),
                ("members of a therapy group have no order", "gee", "--clusters", "therapy_groups", "--cluster", "group", "--correlation", "ar1")):
            self.assertIn(words, self.refused(text, "--method", *arguments, *PEOPLE))


class Tables(Words):
    def test_a_device_and_what_has_no_end(self):
        for device in ("/dev/zero", "/dev/null"):
            began = time.monotonic()
            result = equipoise("analyze", device, *ANCOVA)
            self.assertEqual(result.returncode, 2)
            self.assertIn("it is a device", result.stderr)
            self.assertLess(time.monotonic() - began, 10)
        large = self.folder / "large.csv"
        with open(large, "wb") as file:
            os.truncate(file.fileno(), 1 << 40)  # a hole: nothing is written
        self.assertIn("the file has more than", equipoise("analyze", large, *ANCOVA).stderr)

    def test_a_zero_byte(self):
        self.assertIn("data.csv:3:1: the line has a zero byte", self.refused("id,arm,y\n1,a,2\n2,\0,3\n", *ANCOVA))

    def test_a_cell_after_its_quote_and_other_separators(self):
        self.assertIn("data.csv:2:1: a cell goes on after its closing quote", self.refused('id,arm,y\n1,a,"1"5\n2,b,3\n', *ANCOVA))
        told = self.refused("id;arm;y\n1;a;2,5\n", *ANCOVA)
        self.assertIn("separate cells by commas", told)

    def test_many_columns(self):
        # Names compared with each other would take minutes.
        text = ",".join(f"c{i}" for i in range(100_000)) + ",id,arm,y\n" + "".join("1," * 100_000 + f"{i},{'ab'[i % 2]},{i * i}\n" for i in range(5))
        began = time.monotonic()
        self.answer(text, "--method", "mean_difference", *PEOPLE)
        self.assertLess(time.monotonic() - began, 60)

    def test_many_levels_and_people(self):
        text = self.table([f"level{i}" for i in range(40_000)])
        began = time.monotonic()
        self.answer(text, "--method", "rank_sum", *PEOPLE)
        self.assertIn("too_few", self.answer(text, *ANCOVA, "--adjust", "x")[1])
        self.assertLess(time.monotonic() - began, 60)

    def test_visits_that_are_words_in_a_model_of_their_order(self):
        rows = [(i, "ab"[i % 2], v, (i * 7) % 11 + k) for i in range(20) for k, v in enumerate(("month 6", "month 3", "month 12"))]
        text = "id,arm,visit,y\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
        words = ["--method", "mmrm", "--df", "residual", *PEOPLE, "--visit", "visit", "--at", "month 12"]
        _, told = self.answer(text, *words, "--covariance", "ar1")
        self.assertIn("the visits are taken in the order in which they first appear: month 6, month 3, month 12", told)
        self.assertNotIn("first appear", self.answer(text, *words)[1])


class Labels(Words):
    def test_spellings_of_a_number_are_one_visit(self):
        text = "id,arm,visit,y\n" + "".join(f"{i},{'ab'[i % 2]},{v},{(i * 7) % 11}\n" for i in range(20) for v in (("3", "6") if i % 2 else ("3.0", "6")))
        words = ["--method", "mean_difference", *PEOPLE, "--visit", "visit", "--at"]
        self.assertEqual(self.answer(text, *words, "3"), self.answer(text, *words, "3.0"))

    def test_labels_that_look_alike(self):
        text = "id,arm,y\n" + "".join(f"{i},{('a' if i % 4 else 'A ') if i % 2 == 0 else 'b'},{(i * 7) % 11}\n" for i in range(20))
        _, told = self.answer(text, "--method", "mean_difference", *PEOPLE)
        self.assertIn("'A' and 'a' of 'arm' differ by capitals or spaces alone and are two labels", told)

    def test_a_column_has_one_part(self):
        text = self.table(Numbers.plain)
        words = ["--method", "ancova", "--participant", "id", "--arm", "arm", "--compare", "b,a"]
        self.assertIn("'id' is named twice (--value, --participant)", self.refused(text, *words, "--value", "id"))
        self.assertIn("'y' is named twice (--value, --adjust)", self.refused(text, *words, "--value", "y", "--adjust", "y"))
        self.assertIn("'arm' is named twice (--arm, --adjust)", self.refused(text, *words, "--value", "y", "--adjust", "x,arm"))


class NoSpread(Words):
    def test_an_error_beyond_numbers_is_none(self):
        text = "id,arm,y\n" + "".join(f"{i},{'ab'[i % 2]},{(i * 7) % 11}e300\n" for i in range(20))
        line, _ = self.answer(text, "--method", "mean_difference", *PEOPLE)
        self.assertIn(",singular,", line)

    def test_an_error_of_nothing_is_no_evidence(self):
        for name, y in (("constant", lambda i: 5), ("by arm", lambda i: 5 + 2 * (i % 2)), ("rounding", lambda i: 0.1 + 0.2 if i % 4 < 2 else 0.3)):
            text = "id,arm,group,y\n" + "".join(f"{i},{'ab'[i % 2]},{f'g{i // 8}' if i % 2 else ''},{y(i)!r}\n" for i in range(48))
            for arguments in (["mean_difference"], ["ancova"], ["mmrm", "--df", "residual"], ["gee", "--link", "identity"],
                              ["mixed", "--df", "kenward_roger", "--cluster", "group"]):
                with self.subTest(name=name, arguments=arguments):
                    line, told = self.answer(text, "--method", *arguments, *PEOPLE)
                    self.assertEqual(line.split(",")[1:6], ["NA"] * 5, line)
                    self.assertNotIn(",ok,", line)
                    self.assertIn("there is no estimate", told)


if __name__ == "__main__":
    unittest.main(argv=[__file__])
