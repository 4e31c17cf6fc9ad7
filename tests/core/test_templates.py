"""What every template and every file beside it promises: safe, small, fresh and honest."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Mail programs read no stylesheet, so letters alone carry their style inside.
PAGES = [path for path in TEMPLATES if "email" not in path.parts]
FORBIDDEN = {
    "an inline style": r"\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=",
    "an inline stylesheet": r"<style\b",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "another host": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
    "a comment that reaches the reader": r"<!--",
}


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_template_holds_nothing_that_a_strict_policy_forbids(path):
    words = path.read_text()

    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, words)] == []


@pytest.mark.parametrize("planted", ['<p style="x">', "<a onclick='x'>", "<script>x</script>"])
def test_forbidden_things_are_seen_when_they_are_there(planted):
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, planted)] != []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_template_can_be_read(path):
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates" / "components").glob("*.html")), ids=named
)
def test_component_names_its_parameters_on_its_first_line(path):
    assert re.match(r"\{# .+ #\}\n", path.read_text())


@pytest.mark.parametrize("kind", ["icon", "tile"])
def test_every_drawing_named_in_a_template_exists(kind):
    there = {path.stem for path in (STATIC / f"{kind}s").glob("*.svg")}
    pattern = re.compile(rf'{{% {kind} "([\w-]+)"')
    named_in = {name for path in TEMPLATES for name in pattern.findall(path.read_text())}
    if kind == "tile":
        strips = re.compile(r'tiles="([\w ]+)"')
        named_in |= {
            name for path in TEMPLATES for strip in strips.findall(path.read_text())
            for name in strip.split()
        }  # fmt: skip

    assert len(named_in) > 10
    assert named_in - there == set()


@pytest.mark.parametrize("command", ["join_css", "join_sprites"])
def test_what_pages_load_is_joined_from_its_sources(command):
    call_command(command, "--check")


def test_join_css_notices_a_source_that_changed(tmp_path, settings):
    css = tmp_path / "static" / "css"
    css.mkdir(parents=True)
    for name in ("tokens", "base", "layout"):
        (css / f"{name}.css").write_text(f"/* {name} */")
    settings.BASE_DIR = tmp_path
    call_command("join_css")
    (css / "base.css").write_text("/* another */")

    with pytest.raises(CommandError, match="out of date"):
        call_command("join_css", "--check")


@pytest.mark.parametrize(
    ("path", "most"), [("css/portal.css", 14 * 1024), ("js/portal.js", 3 * 1024)]
)
def test_what_pages_load_is_small(path, most):
    assert len(gzip.compress((STATIC / path).read_bytes())) <= most


def test_all_scripts_together_are_small():
    """The page's, the register's and the worker's, in a basement's signal."""
    scripts = ("js/portal.js", "js/register.js", "js/sw.js")

    assert sum(len(gzip.compress((STATIC / path).read_bytes())) for path in scripts) <= 8 * 1024


def test_first_load_fits_a_poor_connection():
    """Everything the home page asks for, the second cut of each face left out."""
    whole = [STATIC / "fonts" / "bricolage.woff2", STATIC / "fonts" / "atkinson-next.woff2"]
    squeezed = ["css/portal.css", "js/portal.js", "icons.svg", "tiles.svg", "favicon.svg"]
    size = sum(path.stat().st_size for path in whole)
    size += sum(len(gzip.compress((STATIC / path).read_bytes())) for path in squeezed)

    assert size <= 120 * 1024


def test_the_script_makes_no_call_and_evaluates_nothing():
    for path in (STATIC / "js").glob("*.js"):
        words = path.read_text()
        found = re.findall(r"\beval\(|new Function|innerHTML|https?://|\.style\b", words)
        assert found == [], path.name


def test_colours_are_tokens():
    sources = [*STATIC.glob("css/components/*.css"), *STATIC.glob("css/pages/*.css")]
    sources += [STATIC / "css" / "base.css", STATIC / "css" / "layout.css"]
    stray = {path.name: re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text()) for path in sources}

    assert {name: found for name, found in stray.items() if found} == {}


def test_layers_are_declared_once_and_used_by_every_source():
    joined = (STATIC / "css" / "portal.css").read_text()
    assert joined.count("@layer tokens, base, layout, components, pages;") == 1
    for folder in ("components", "pages"):
        for path in (STATIC / "css" / folder).glob("*.css"):
            assert f"@layer {folder} {{" in path.read_text(), path.name


def test_vendored_files_are_the_ones_their_makers_published():
    lock = json.loads((STATIC / "vendor.lock.json").read_text())
    changed = [
        name
        for name, known in lock.items()
        if hashlib.sha256((STATIC / name).read_bytes()).hexdigest() != known
    ]

    assert len(lock) > 80
    assert changed == []


def test_vendored_folders_hold_nothing_unlocked():
    lock = json.loads((STATIC / "vendor.lock.json").read_text())
    there = {
        str(path.relative_to(STATIC))
        for folder in ("fonts", "icons")
        for path in (STATIC / folder).iterdir()
    }

    assert there == set(lock)
