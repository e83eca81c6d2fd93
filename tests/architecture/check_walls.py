#!/usr/bin/env python3
"""Holds a source tree against the walls of walls.toml; prints one line a breach and ends with 1 if there is any.

    check_walls.py [ROOT]
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = {".hpp", ".cpp", ".h", ".cc", ".cxx", ".hxx", ".ipp", ".inc"}
POSIX = re.compile(r"^(unistd|fcntl|signal|termios|poll|pthread)\.h$|^sys/")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
ROOM_LINE = re.compile(r"\bequipoise_room\(\s*(\S+?)(?=[\s)])([^)]*)\)")
CMAKE_WORDS = {"NAME", "DEPENDS", "PACKAGES", "PUBLIC_LIBRARIES", "PRIVATE_LIBRARIES"}


def load_walls():
    return tomllib.loads((HERE / "walls.toml").read_text(encoding="utf-8"))


def sources_below(root, folder):
    return sorted(p for p in (root / folder).rglob("*") if p.suffix in SOURCES and p.is_file())


def inside(path, folder):
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def without_comments(text, keep_strings=False):
    """The text with comments (and what is quoted) blanked out; lines stay where they are."""
    token = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)

    def blank(match):
        found = match.group(0)
        if found.startswith("/") or not keep_strings:
            return re.sub(r"[^\n]", " ", found)
        return found

    return token.sub(blank, text)


def room_of(walls, path):
    for name, room in walls["rooms"].items():
        if inside(path, room["folder"]):
            return name
    return None


def check_top_level(root, walls):
    allowed = set(walls["top_level"]["allowed"])
    present = {p.name for p in root.iterdir() if not p.name.startswith(".")}
    if (root / ".git").exists():
        # What git does not keep (build folders, a user's own scenarios and results) is not part of the tree.
        listing = subprocess.run(["git", "-c", "safe.directory=*", "ls-files"], cwd=root, capture_output=True, text=True, check=False)
        if listing.returncode == 0:
            kept = {line.strip('"').split("/")[0] for line in listing.stdout.splitlines()}
            present &= kept
    else:
        present -= {"build", "out"}
    for name in sorted(present - allowed):
        yield f"{name}: the top level holds only {', '.join(walls['top_level']['allowed'])}"


def check_rooms_known(root, walls):
    documents = walls["engine"]["documents"]
    for folder in sorted(p for p in (root / "engine").iterdir() if p.is_dir()):
        if folder.name not in documents and room_of(walls, f"engine/{folder.name}") is None:
            yield f"engine/{folder.name}: a room that walls.toml does not know"
        if folder.name in documents:
            for path in sources_below(root, f"engine/{folder.name}"):
                yield f"{path.relative_to(root)}: source code among documents"
    for path in sorted((root / "engine").glob("*")):
        if path.suffix in SOURCES:
            yield f"engine/{path.name}: source code outside of a room"


def check_includes(root, walls):
    for room_name, room in walls["rooms"].items():
        for path in sources_below(root, room["folder"]):
            relative = path.relative_to(root).as_posix()
            text = without_comments(path.read_text(encoding="utf-8"), keep_strings=True)
            for match in INCLUDE.finditer(text):
                place = f"{relative}:{line_of(text, match.start(0))}"
                quoted, angled = match.groups()
                if quoted:
                    problem = quoted_problem(root, walls, room_name, quoted)
                else:
                    problem = angled_problem(walls, relative, angled)
                if problem:
                    yield f"{place}: {problem}"


def quoted_problem(root, walls, room_name, address):
    room = walls["rooms"][room_name]
    target = room_of(walls, address)
    if target is None or ".." in Path(address).parts:
        return f'"{address}" is no address from the root of the tree (an external library is included in <>)'
    if not (root / address).is_file():
        return f'"{address}" does not exist'
    if target == room_name or target in room["may_include"]:
        return None
    if any(address == opened or (opened.endswith("/") and address.startswith(opened)) for opened in room.get("files", [])):
        return None
    return f'{room_name} must not include {target} ("{address}")'


def angled_problem(walls, path, header):
    if "/" not in header and "." not in header:
        return None  # of the C++ standard library
    if POSIX.match(header):
        return None
    for library, rule in walls["libraries"].items():
        if any(header.startswith(beginning) for beginning in rule["headers"]):
            if any(inside(path, folder) for folder in rule["folders"]):
                return None
            return f"<{header}>: {library} belongs to {', '.join(rule['folders'])} alone"
    return f"<{header}>: a library that walls.toml does not know"


def check_cmake_arrows(root, walls):
    """What CMake links agrees with what may be included."""
    for folder in ("engine", "models"):
        path = root / folder / "CMakeLists.txt"
        if not path.is_file():
            continue
        text = re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8"))
        for match in ROOM_LINE.finditer(text):
            words = match.group(2).split()
            name, depends, keyword = match.group(1), [], None
            for word in words:
                if word in CMAKE_WORDS:
                    keyword = word
                elif keyword == "NAME":
                    name = word
                elif keyword == "DEPENDS":
                    depends.append(word)
            place = f"{folder}/CMakeLists.txt:{line_of(text, match.start())}"
            if name not in walls["rooms"]:
                yield f"{place}: a room that walls.toml does not know: {name}"
                continue
            allowed = walls["rooms"][name]["may_include"] + walls["links"].get(name, [])
            for other in depends:
                if other not in allowed:
                    yield f"{place}: {name} must not link {other}"


def check_headers(root, walls):
    for room in walls["rooms"].values():
        for path in sources_below(root, room["folder"]):
            if path.suffix == ".hpp" and "#pragma once" not in path.read_text(encoding="utf-8"):
                yield f"{path.relative_to(root)}: a header without #pragma once"


def check_randomness(root, walls):
    forbidden = re.compile("|".join(walls["randomness"]["forbidden"]))
    for folder in walls["randomness"]["folders"]:
        for path in sources_below(root, folder):
            text = without_comments(path.read_text(encoding="utf-8"))
            for match in forbidden.finditer(text):
                yield f"{path.relative_to(root)}:{line_of(text, match.start())}: {match.group(0)} (answers come from addressed streams alone)"


NOT_A_VARIABLE = re.compile(
    r"^(?:\[\[.*?\]\]\s*)*(?:using|typedef|template|class|struct|enum|union|friend|static_assert|concept|extern\s+template|namespace|"
    r"public|private|protected|EQUIPOISE_|$)")
CONSTANT = re.compile(r"\b(?:const|constexpr)\b")
LOCAL_STATIC = re.compile(r"(?<![\w])static\s+(?!const\b|constexpr\b|inline\s+const)[\w:<>,\s*&]*?\s[*&]*\w+\s*(?:\[[^\]]*\]\s*)?(?:=|;|\{)")


def check_globals(root, walls):
    for folder in walls["globals"]["folders"]:
        for path in sources_below(root, folder):
            text = without_comments(path.read_text(encoding="utf-8"))
            text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.MULTILINE)
            found = {line_of(text, position) for position in namespace_variables(text)}
            found |= {line_of(text, m.start()) for m in LOCAL_STATIC.finditer(text) if not CONSTANT.search(m.group(0))}
            for line in sorted(found):
                yield f"{path.relative_to(root)}:{line}: a variable that outlives its function and is not constant"


def namespace_variables(text):
    """Positions of the declarations at namespace scope that look like variables and are not constant."""
    start = 0
    position = 0
    while position < len(text):
        character = text[position]
        if character == "}":  # of a namespace: bodies are skipped whole
            start = position + 1
        elif character == ";":
            if is_variable(text[start:position]):
                yield start + leading_blanks(text[start:position])
            start = position + 1
        elif character == "{":
            head = text[start:position]
            if re.match(r"\s*(?:inline\s+)?(?:namespace\b|extern\s+\" *\")", head) or re.match(r"\s*extern\s*$", head):
                start = position + 1
            else:
                end = matching_brace(text, position)
                if "=" not in head and "(" not in head and is_variable(head):
                    yield start + leading_blanks(head)
                    head = ""
                position = end
                after = text[end + 1:end + 2000].lstrip()
                if not declaration_goes_on(head, after):
                    start = end + 1
        position += 1


def declaration_goes_on(head, after):
    """Whether the text after a braced part still belongs to the declaration: `= {...};`, `requires {...} void f();`."""
    return after.startswith((";", ",", "(", "[")) or "=" in head.split("(")[0]


def leading_blanks(text):
    return len(text) - len(text.lstrip())


def matching_brace(text, position):
    depth = 0
    for index in range(position, len(text)):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return len(text)


def is_variable(statement):
    statement = " ".join(statement.split())
    if NOT_A_VARIABLE.match(statement) or CONSTANT.search(statement):
        return False
    declarator = re.split(r"=|\{", statement)[0]
    if "(" in declarator or "operator" in declarator:
        return False
    return re.match(r"^[\w:<>,\s*&\[\]]+[\s*&>]\w+\s*(?:\[[^\]]*\]\s*)*$", declarator) is not None


CHECKS = (check_top_level, check_rooms_known, check_includes, check_cmake_arrows, check_headers, check_randomness, check_globals)


def breaches(root):
    walls = load_walls()
    return [line for check in CHECKS for line in check(Path(root), walls)]


def main(arguments):
    root = Path(arguments[0]).resolve() if arguments else HERE.parents[1]
    found = breaches(root)
    for line in found:
        print(line)
    if not found:
        print("the walls stand")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
