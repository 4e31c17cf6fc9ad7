"""What docs/house-style.md asks and no tool checks. Each function lists the breaches in a tree."""

import ast
import re
import tomllib
from pathlib import Path

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
APPS = [
    "hms_portal",
    "core",
    "centres",
    "people",
    "billing",
    "safeguarding",
    "bookings",
    "loans",
    "lessons",
    "ensembles",
    "events",
    "reports",
]
CHECKOUT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
APPS = PROJECT["tool"]["importlinter"]["root_packages"]
# Modules that may only translate, decide or read.
NEVER_WRITE = {"views", "forms", "queries", "rules", "tasks", "admin", "urls", "receivers"}
WRITES = {
    "save",
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "update",
    "bulk_update",
    "delete",
    "acreate",
    "asave",
    "adelete",
    "aupdate",
}
# Nobody's rows: these words' `update`, `delete` and `create` write no table.
NOT_ROWS = {"cache", "context", "request", "session", "messages"}
BANNED = {"utils", "helpers", "manager", "service", "handler", "data", "info", "process"}
MEANT = {
    # The portal's subject is a county's music service: that one is not a layer of code.
    ("hms_portal/context.py", "service"),
    ("core/mail.py", "_service"),
    # Django's own words, where Django asks for them.
    ("people/models/persons.py", "UserManager"),
    ("core/forms.py", "data"),
    # The command of the mail protocol.
    ("core/smtp.py", "data"),
}

# What Django calls some of its hooks: we may only fill them.
DJANGO = {"cleaned_data", "get_changeform_initial_data", "get_context_data", "get_initial_data"}

INLINE = {
    "style=": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "<style>": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "HTML comment": re.compile(r"<!--"),
}
MACHINE_PATH = re.compile(r"(?<![\w.~}])/(?:root|home|Users|work|workspace|mnt)/[\w.]")
ADDRESS = re.compile(r"(?<![\d.])(?!127\.0\.0\.1|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)")
TEXT = {".py", ".html", ".txt", ".css", ".js", ".md", ".toml", ".yml", ".sh", ".csv", ".json"}
SKIPPED = {".git", ".venv", ".tools", "var", "staticfiles", "node_modules", "__pycache__"}


def files(root, *patterns):
    """Files below, without what is made rather than written."""
    return sorted(
        path
        for pattern in patterns
        for path in root.rglob(pattern)
        if path.is_file() and not SKIPPED & set(path.relative_to(root).parts)
    )


def modules(root, *, migrations=False):
    """Our modules with their syntax trees."""
    for path in files(root, "*.py"):
        if migrations or "migrations" not in path.parts:
            yield path.relative_to(root), ast.parse(path.read_text())


def long_files(root):
    return [
        f"{path.relative_to(root)} has {lines} lines"
        for path in files(root, "*.py", "*.html", "*.css", "*.js")
        if "migrations" not in path.parts and path.name != "portal.css"
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    ]


def long_functions(root):
    return [
        f"{name}:{node.lineno} {node.name} has {lines} lines"
        for name, tree in modules(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := node.end_lineno - node.lineno + 1) > LONGEST_FUNCTION
    ]


def missing_purposes(root):
    return [
        f"{name} does not say what it is for"
        for name, tree in modules(root)
        if tree.body and not ast.get_docstring(tree)
        if name.name != "apps.py"  # Django's own shape; the package's first line says it
    ]


def writes_outside_actions(root):
    return [
        f"{name}:{node.lineno} writes with .{node.func.attr}()"
        for name, tree in modules(root)
        if name.parts[0] in APPS and _never_writes(name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in WRITES and not _is_not_rows(node.func.value)
    ]


def _never_writes(name):
    layer = name.parts[1].removesuffix(".py") if len(name.parts) > 1 else ""
    if name.parts[0] == "core":  # the base classes of the doors, which call actions for the apps
        return False
    is_command = layer == "management" and name.parts[0] != "hms_portal"
    return layer in NEVER_WRITE or is_command


def _is_not_rows(node):
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    names |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return bool(names & NOT_ROWS)


def addresses_not_named_after_views(root):
    return [
        f"{name}:{node.lineno} names {view} “{called}”"
        for name, tree in modules(root)
        if name.name == "urls.py" or "urls" in name.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"path", "re_path"}
        if (view := _view_name(node)) and (called := _keyword(node, "name")) != view
    ]


def _view_name(call):
    view = call.args[1] if len(call.args) > 1 else None
    if isinstance(view, ast.Attribute):
        return view.attr if view.attr != "urls" else None
    return view.id if isinstance(view, ast.Name) else None


def _keyword(call, name):
    (value,) = [word.value for word in call.keywords if word.arg == name] or [None]
    return value.value if isinstance(value, ast.Constant) else None


def banned_names(root):
    found = [
        (str(name), path_word)
        for name, _ in modules(root, migrations=True)
        for path_word in name.with_suffix("").parts
    ]
    found += [
        (str(name), defined)
        for name, tree in modules(root)
        if name.parts[0] != "tests"  # which must speak of the words others use
        for node in ast.walk(tree)
        for defined in _defines(node)
    ]
    return sorted(
        {f"{name} defines {word}" for name, word in found if _is_banned(word)}
        - {f"{name} defines {word}" for name, word in MEANT}
    )


def _defines(node):
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return [node.attr]
    return []


def _is_banned(name):
    """True when the last word of the name is one: that is the noun it claims to be."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return bool(words) and words[-1].lower() in BANNED and name not in DJANGO


def inline_in_templates(root):
    return [
        f"{path.relative_to(root)} has {what}"
        for path in files(root / "templates", "*.html")
        if "email" not in path.parts  # readers of email know no style sheets
        for what, pattern in INLINE.items()
        if pattern.search(path.read_text())
    ]


def traces_of_a_machine(root):
    return [
        f"{path.relative_to(root)} names {found[0]}"
        for path in files(root, "*")
        if path.suffix in TEXT or path.name in {"Makefile", "Dockerfile", "run"}
        for pattern in (MACHINE_PATH, ADDRESS)
        if (found := pattern.search(path.read_text(errors="replace")))
    ]


def guards_ignored_outside_tests(root):
    return [
        f"{name}:{node.lineno} ignores a trigger"
        for name, tree in modules(root)
        if name.parts[0] != "tests"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "ignore"
        if getattr(node.value, "id", "") == "pgtrigger"
    ]


CHECKS = [
    long_files,
    long_functions,
    missing_purposes,
    writes_outside_actions,
    addresses_not_named_after_views,
    banned_names,
    inline_in_templates,
    traces_of_a_machine,
    guards_ignored_outside_tests,
]
