#!/usr/bin/env python3
"""The negative controls of check_walls.py: small houses with one fault each, which it must find and name."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import check_walls  # noqa: E402

# A house without a fault.
SOUND = {
    "CMakeLists.txt": "",
    "README.md": "",
    "engine/CMakeLists.txt": "equipoise_room(base PUBLIC_LIBRARIES fmt::fmt)\nequipoise_room(random DEPENDS base)\n"
                             "equipoise_room(run DEPENDS base PRIVATE_LIBRARIES TBB::tbb)\n",
    "engine/base/problem.hpp": "#pragma once\n#include <string>\n#include <fmt/format.h>\n",
    "engine/random/stream.hpp": '#pragma once\n#include "engine/base/problem.hpp"\n',
    "engine/random/stream.cpp": '#include "engine/random/stream.hpp"\n#include <Random123/philox.h>\n',
    "engine/cohort/people.hpp": '#pragma once\n#include "engine/random/stream.hpp"\n',
    "engine/analysis/estimate.hpp": '#pragma once\n#include "engine/base/problem.hpp"\n',
    "engine/run/run.hpp": "#pragma once\n",
    "engine/run/run.cpp": '#include "engine/run/run.hpp"\n#include <tbb/parallel_pipeline.h>\n',
    "engine/scenario/schema/key.hpp": "#pragma once\n",
    "engine/scenario/condition_loader.hpp": "#pragma once\n",
    "engine/scenario/study.hpp": "#pragma once\n",
    "engine/decisions/0001-the-house.md": "",
    "models/CMakeLists.txt": "equipoise_room(. NAME models DEPENDS scenario)\n",
    "models/latent.cpp": '#include "engine/cohort/people.hpp"\n#include "engine/scenario/schema/key.hpp"\n'
                         '#include "engine/scenario/condition_loader.hpp"\n',
    "tools/cli/main.cpp": '#include "engine/scenario/study.hpp"\n#include "engine/run/run.hpp"\n#include <CLI/CLI.hpp>\n',
}

LAWFUL_DECLARATIONS = """
#include <array>
namespace equipoise {
namespace {
constexpr int most = 3;
const std::array<int, 2> pair{{1, 2}};
struct Entry { int count = 0; static constexpr int size = 2; static Entry make(int count); };
}  // namespace
using Count = int;
class Later;
enum class Kind { a, b };
template <class T>
struct Holder { T held; };
inline constexpr std::array<int, 2> table{{3, 4}};
[[nodiscard]] int f(int x = 3);
bool operator==(const Later& a, const Later& b);
int f(int x) {
  static const int once = 2;
  static constexpr int always[] = {1, 2};
  int local = 4;
  local += '{';
  return x + once + always[0] + local + "int stray; static int x = 3;"[0];
}
template <class T> requires requires(T t) { t.size(); } int g(const T& t) { return int(t.size()); }
}  // namespace equipoise
"""


def breaches_in(house):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in house.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return check_walls.breaches(root)


class CheckWalls(unittest.TestCase):
    def assert_fault(self, name, text, *parts):
        """The sound house with one file changed has exactly one breach, which names the file and the parts."""
        found = breaches_in({**SOUND, name: text})
        self.assertEqual(len(found), 1, found)
        for part in (name, *parts):
            self.assertIn(part, found[0])

    def test_a_sound_house_stands(self):
        self.assertEqual(breaches_in(SOUND), [])

    def test_lawful_declarations_are_no_globals(self):
        self.assertEqual(breaches_in({**SOUND, "engine/base/lawful.cpp": LAWFUL_DECLARATIONS}), [])

    def test_analysis_cannot_peek_at_the_cohort(self):
        self.assert_fault("engine/analysis/peek.cpp", '#include "engine/cohort/people.hpp"\n', ":1:", "analysis must not include cohort")

    def test_cohort_cannot_see_the_analysis(self):
        self.assert_fault("engine/cohort/peek.cpp", '\n\n  #  include   "engine/analysis/estimate.hpp"\n', ":3:", "cohort must not include analysis")

    def test_arrows_point_one_way(self):
        self.assert_fault("engine/base/up.cpp", '#include "engine/random/stream.hpp"\n', "base must not include random")

    def test_the_engine_never_names_models(self):
        self.assertIn("run must not include models", breaches_in(
            {**SOUND, "models/latent.hpp": "#pragma once\n", "engine/run/peek.cpp": '#include "models/latent.hpp"\n'})[0])

    def test_the_engine_never_names_the_command(self):
        self.assertIn("run must not include cli", breaches_in(
            {**SOUND, "tools/cli/table.hpp": "#pragma once\n", "engine/run/peek.cpp": '#include "tools/cli/table.hpp"\n'})[0])

    def test_models_see_of_scenario_only_what_is_open(self):
        self.assert_fault("models/peek.cpp", '#include "engine/scenario/study.hpp"\n', "models must not include scenario")

    def test_an_include_is_an_address_from_the_root(self):
        self.assert_fault("engine/random/near.cpp", '#include "stream.hpp"\n', "no address")
        self.assert_fault("engine/random/near.cpp", '#include "engine/random/../base/problem.hpp"\n', "no address")
        self.assert_fault("engine/random/near.cpp", '#include "engine/random/gone.hpp"\n', "does not exist")

    def test_an_external_library_has_one_room(self):
        for header, library, place in (("tbb/blocked_range.h", "oneTBB", "engine/random/x.cpp"),
                                       ("hdf5.h", "HDF5", "engine/run/x.cpp"),
                                       ("toml++/toml.h", "toml++", "engine/scenario/x.cpp"),
                                       ("Random123/philox.h", "Random123", "engine/cohort/x.cpp"),
                                       ("boost/random/normal_distribution.hpp", "Boost.Random", "models/x.cpp"),
                                       ("boost/math/distributions.hpp", "Boost.Math", "engine/analysis/x.cpp"),
                                       ("nlohmann/json.hpp", "nlohmann-json", "engine/run/x.cpp"),
                                       ("CLI/CLI.hpp", "CLI11", "engine/scenario/x.cpp")):
            self.assert_fault(place, f"#include <{header}>\n", f"{library} belongs to")

    def test_an_unknown_library_is_refused(self):
        self.assert_fault("engine/base/x.cpp", "#include <absl/strings/str_cat.h>\n", "does not know")

    def test_comments_do_not_count(self):
        self.assertEqual(breaches_in({**SOUND, "engine/analysis/x.cpp": '// #include "engine/cohort/people.hpp"\n/*\n#include <hdf5.h>\n*/\n'}), [])

    def test_cmake_links_along_the_arrows(self):
        self.assert_fault("engine/CMakeLists.txt", "\nequipoise_room(analysis DEPENDS design\n  cohort PRIVATE_LIBRARIES x)\n", ":2:", "analysis must not link cohort")
        self.assert_fault("models/CMakeLists.txt", "equipoise_room(. NAME models DEPENDS store)\n", "models must not link store")

    def test_the_top_level_is_fixed(self):
        self.assert_fault("notes.txt", "", "the top level holds only")

    def test_git_knows_what_belongs_to_the_top_level(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {**SOUND, ".gitignore": "/build/\n*.h5\n", "build/x": "", "a.h5": "", "src/x.cpp": "",
                               "my_trial.toml": ""}.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            try:
                made = subprocess.run(["git", "init", "-q"], cwd=root, check=False).returncode == 0
                subprocess.run(["git", "add", "src"], cwd=root, check=False)
            except FileNotFoundError:
                made = False
            if not made:
                self.skipTest("no git here")
            found = check_walls.breaches(root)
        self.assertEqual(len(found), 1, found)
        self.assertIn("src", found[0])

    def test_an_unknown_room_is_refused(self):
        self.assertIn("engine/extras", breaches_in({**SOUND, "engine/extras/x.hpp": "#pragma once\n"})[0])

    def test_documents_hold_no_code(self):
        self.assert_fault("engine/decisions/x.cpp", "", "source code among documents")

    def test_a_header_guards_itself(self):
        self.assert_fault("engine/base/x.hpp", "struct X {};\n", "#pragma once")

    def test_no_other_randomness(self):
        for line in ("std::random_device device;", "const int x = rand();", "const auto now = std::time(nullptr);",
                     "std::mt19937_64 engine(1);", "thread_local const int x = 2;"):
            self.assert_fault("engine/random/x.cpp", f"\nvoid f() {{ {line} }}\n", ":2:", "addressed streams")

    def test_no_mutable_globals(self):
        for line in ("int counter = 0;", "static int counter = 0;", "std::vector<double> cache;", "int counter{3};",
                     "inline std::atomic<bool> stop{false};", "std::array<int, 3> table{{1, 2, 3}};", "extern int shared;",
                     "double* scratch;", "Kind kinds[3];"):
            self.assert_fault("engine/base/x.cpp", f"namespace equipoise {{\nvoid f() {{}}\n{line}\n}}\n", ":3:", "outlives")
        for line in ("static int calls = 0;", "static std::vector<double> cache;", "static Cache& cache{make()};"):
            self.assert_fault("engine/base/x.cpp", f"namespace equipoise {{\nint f() {{\n  {line}\n  return 0; }}\n}}\n", ":3:", "outlives")


if __name__ == "__main__":
    unittest.main()
