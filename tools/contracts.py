"""What import-linter's own contracts cannot say. `.importlinter` uses these types."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules

Names = Any  # a set of names: import-linter's types tell of the field, not of its value
Expressions = Any


class Told(Contract):
    """A contract whose findings are sentences, one a line."""

    def findings(self, graph: ImportGraph) -> Iterator[str]:
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found = sorted(set(self.findings(graph)))
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["found"]:
            output.print_error(f"- {line}", bold=False)
        output.new_line()


class Faces(Told):
    """A package below `container` is entered from outside only through its faces.

    - faces: rooms that anyone above may import.
    - for_tests: faces open only to the rooms named in `tests`.
    - config_faces: what a package beside the container may import.
    """

    type_name = "faces"

    container = fields.StringField()
    faces: Names = fields.SetField(subfield=fields.StringField())
    for_tests: Names = fields.SetField(subfield=fields.StringField())
    tests: Names = fields.SetField(subfield=fields.StringField())
    config_faces: Names = fields.SetField(subfield=fields.StringField(), required=False)

    def findings(self, graph: ImportGraph) -> Iterator[str]:
        for imported in graph.find_descendants(str(self.container)):
            owner, room = self._place(imported)
            for importer in graph.find_modules_that_directly_import(imported):
                other, from_room = self._place(importer)
                if not other and "tests" in importer.split("."):
                    from_room = "tests"
                if other == owner or room in self._open_to(other, from_room):
                    continue
                for line in _lines(graph, importer, imported):
                    yield f"{importer}{line} enters {imported} past its faces"

    def _open_to(self, other: str, from_room: str) -> set[str]:
        open_to = set(self.faces)
        if from_room in self.tests:
            open_to |= self.for_tests
        elif not other:
            open_to |= self.config_faces or set()
        return open_to

    def _place(self, name: str) -> tuple[str, str]:
        inside = name.removeprefix(f"{self.container}.")
        if inside == name:
            return "", ""
        owner, _, rest = inside.partition(".")
        return owner, rest.partition(".")[0]


class EveryFileIsSeen(Told):
    """A Python file whose folder is no package is not in the import graph: no contract would hold it."""

    type_name = "every_file_is_seen"

    root = fields.StringField()
    refused_names: Names = fields.SetField(subfield=fields.StringField())

    def findings(self, graph: ImportGraph) -> Iterator[str]:
        folder = _folder_of(str(self.root))
        for file in folder.rglob("*.py"):
            parts = file.relative_to(folder.parent).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if name not in graph.modules:
                yield f"{'/'.join(parts)}.py is in no package: add __init__.py to its folder"
            if parts[-1] in self.refused_names:
                yield f"{name} has a name that says nothing: name it for what it does"


class OnlyIn(Told):
    """Packages that only `allowed` may import; each is written as the import statement names it."""

    type_name = "only_in"

    packages: Names = fields.SetField(subfield=fields.StringField())
    allowed: Expressions = fields.ListField(subfield=fields.ModuleExpressionField())

    def findings(self, graph: ImportGraph) -> Iterator[str]:
        allowed = {m.name for m in module_expressions_to_modules(graph, self.allowed, as_packages=True)}
        for package in self.packages & graph.modules:
            for importer in graph.find_modules_that_directly_import(package) - allowed:
                for line in _lines(graph, importer, package):
                    yield f"{importer}{line} imports {package}"


class NotWhileModelsLoad(Told):
    """What is imported while models load must not import anything that needs the models loaded.

    Follows imports that run at import time only; an import inside a function is late enough.
    """

    type_name = "not_while_models_load"

    models: Expressions = fields.ListField(subfield=fields.ModuleExpressionField())
    refused: Names = fields.SetField(subfield=fields.StringField())

    def findings(self, graph: ImportGraph) -> Iterator[str]:
        start = module_expressions_to_modules(graph, self.models, as_packages=True)
        own = {name.partition(".")[0] for name in (module.name for module in start)}
        loaded: set[str] = set()
        waiting = [module.name for module in start if module.name in graph.modules]
        while waiting:
            name = waiting.pop()
            if name in loaded or name.partition(".")[0] not in own:
                continue
            loaded.add(name)
            # Importing a.b.c runs a and a.b too.
            if parent := name.rpartition(".")[0]:
                waiting.append(parent)
            waiting += [
                other
                for other in graph.find_modules_directly_imported_by(name)
                if _at_once(graph, name, other)
            ]
        for name in loaded:
            for imported, line in _imported_at_once(name):
                if any(imported == refused or imported.startswith(f"{refused}.") for refused in self.refused):
                    yield f"{name} (l. {line}) imports {imported}, and models import {name}"


def _lines(graph: ImportGraph, importer: str, imported: str) -> list[str]:
    details = graph.get_import_details(importer=importer, imported=imported)
    return [f" (l. {detail['line_number']})" for detail in details] or [""]


def _at_once(graph: ImportGraph, importer: str, imported: str) -> bool:
    details = graph.get_import_details(importer=importer, imported=imported)
    return any(not detail["is_lazy"] for detail in details)


def _folder_of(package: str) -> Path:
    top, *rest = package.split(".")
    # Only the top package is asked for: finding a module inside a package would run the package.
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"{top} is no package on the path")
    return Path(next(iter(spec.submodule_search_locations)), *rest)


def _imported_at_once(name: str) -> Iterator[tuple[str, int]]:
    """Every dotted name that importing the module `name` imports, with its line.

    The import graph knows other people's packages only by their first name.
    """
    path = _folder_of(name)
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _for_types_only(node):
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        waiting += ast.iter_child_nodes(node)


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
