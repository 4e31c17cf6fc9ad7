"""The README names every setting, and none that is not read."""

import re

from tests.house_style import CHECKOUT, files

READ = re.compile(r"""(?:env\.\w+\(|environ(?:\.get\(|\[))\s*["']([A-Z_]+)["']""")
COMPOSE = re.compile(r"\$\{([A-Z_]+)")


def test_the_readme_names_every_setting():
    readme = (CHECKOUT / "README.md").read_text()
    table = readme.split("## Settings")[1].split("## To deploy")[0]
    sources = [*files(CHECKOUT / "hms_portal", "*.py"), CHECKOUT / "tests/browser/chromium.py"]
    asked = {name for source in sources for name in READ.findall(source.read_text())}
    asked |= set(COMPOSE.findall((CHECKOUT / "docker-compose.yml").read_text()))
    # Django's, pytest's and Playwright's own names are not ours to explain.
    asked -= {"DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER"}

    named = set(re.findall(r"`([A-Z][A-Z_]+)`", "".join(re.findall(r"^\| (.*?) \|", table, re.M))))

    assert named == asked
