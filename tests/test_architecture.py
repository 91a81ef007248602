"""The house stands as drawn: wings apart, files and functions short, twins together, nothing that names a machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from at_hand import absent

from trustpanel import errors, paths

ROOT = paths.PACKAGE.parent
MODULES = sorted(paths.PACKAGE.rglob("*.py"))
DATA_WING, INFERENCE_WING = {"sources", "tables", "store"}, {"models", "report"}
FOUNDATION = {"codebook", "errors", "parallel", "paths"}


def imports(file: Path) -> set[str]:
    """The rooms of trustpanel that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: a name is imported by its whole path"
            names = [f"{node.module}.{a.name}" for a in node.names]
        # `import trustpanel` is the roof itself
        found |= {f"{n}.the_roof".split(".")[1] for n in names if n.split(".")[0] == "trustpanel"}
    return found


def libraries(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def room(file: Path) -> str:
    return file.relative_to(paths.PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(paths.PACKAGE)))
def test_wings_never_import_each_other_nor_the_roof(file: Path):
    mine, used = room(file), imports(file)
    if mine in DATA_WING:
        assert used <= DATA_WING | FOUNDATION
    elif mine in INFERENCE_WING:
        assert used <= INFERENCE_WING | FOUNDATION
        assert "duckdb" not in libraries(file)
    elif mine in FOUNDATION:
        assert used <= FOUNDATION
        assert not libraries(file) & {"duckdb", "pandas"}


@pytest.mark.parametrize(
    "file",
    [f for f in paths.PACKAGE.rglob("*") if f.suffix in {".py", ".sql", ".toml"} and f.is_file()],
    ids=lambda f: str(f.relative_to(paths.PACKAGE)),
)
def test_files_stay_under_300_lines(file: Path):
    assert len(file.read_text(encoding="utf-8").splitlines()) < 300


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(paths.PACKAGE)))
def test_functions_stay_under_50_lines_without_docstring(file: Path):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = node.end_lineno - body[0].lineno + 1 if body else 0
            assert length < 50, f"{node.name}: {length}"


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(paths.PACKAGE)))
def test_public_names_have_docstrings_and_no_kwargs(file: Path):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "a module says in one line what is true of it"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert node.args.kwarg is None, node.name


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(paths.PACKAGE)))
def test_names_are_the_fields_and_nothing_of_ours_is_inherited(file: Path):
    vague = re.compile(r"manager|handler|processor|helper|utils|data2", re.IGNORECASE)
    assert not vague.search(file.name)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            assert not vague.search(node.name), node.name
        if isinstance(node, ast.ClassDef) and file.name != "errors.py":
            assert {ast.unparse(b) for b in node.bases} <= {"Enum", "Protocol", "NamedTuple", "TypedDict"}, node.name
            made = [ast.unparse(d) for d in node.decorator_list]
            assert all("frozen=True" in d for d in made if d.startswith("dataclass")), f"{node.name} can be changed"


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(paths.PACKAGE)))
def test_chance_comes_from_a_seeded_generator_alone(file: Path):
    assert "random" not in libraries(file)
    text = file.read_text(encoding="utf-8")
    assert set(re.findall(r"\bnp\.random\.(\w+)", text)) <= {"default_rng", "Generator", "SeedSequence"}
    assert "default_rng()" not in text, "without a seed the result cannot be made again"


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(paths.PACKAGE)))
def test_every_refusal_says_what_to_do_next(file: Path):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            kind = getattr(errors, node.func.id if isinstance(node.func, ast.Name) else node.func.attr, None)
            if isinstance(kind, type) and issubclass(kind, errors.TrustpanelError):
                assert kind.NEXT_STEP or "next_step" in {k.arg for k in node.keywords}, f"line {node.lineno}"


def test_no_table_has_a_lone_twin():
    stems = {s: {f.stem for f in paths.TABLES.rglob(f"*.{s}")} for s in ("sql", "toml")}
    based = {f.stem for f in paths.TABLES.rglob("*.toml") if re.search(r"^base = ", f.read_text("utf-8"), re.M)}
    assert stems["sql"] == stems["toml"] - based


def test_sql_is_one_bare_select_in_lower_case_without_an_order_of_its_own():
    for file in paths.TABLES.rglob("*.sql"):
        text = file.read_text(encoding="utf-8")
        assert re.match(r"\s*(--[^\n]*\n\s*)*(with|select)\b", text), file.name
        code = re.sub(r"--[^\n]*|'[^']*'", "", text)
        assert ";" not in code, file.name
        assert not re.search(r"{{|{%", code), file.name
        assert code == code.lower(), file.name
        # a table's rows are ordered by its key when it is made
        assert not re.search(r"^order by", code, re.M), file.name


def test_the_tree_names_no_machine_and_no_package_index():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        absent("not a git checkout")
    pattern = re.compile(
        r"(^|[^A-Za-z0-9_.-])/(work|root|home)/[a-z]|index[-]url|/sim[p]le/|py[p]i\.org|pythonhos[t]ed"
    )
    for name in listed.stdout.splitlines():
        file = ROOT / name
        if file.suffix in {".parquet", ".png"} or not file.is_file():
            continue
        hits = [
            line for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if pattern.search(line)
        ]
        assert not hits, f"{name}: {hits[:1]}"


def test_import_is_light():
    code = "import sys, trustpanel; print([m for m in ('numpy', 'pandas', 'duckdb', 'matplotlib', 'pyarrow', 'scipy', 'statsmodels') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
