"""What a server has loaded before its first visitor."""

import subprocess
import sys

SAID = """
import gc, sys
import hms_portal.wsgi
print(gc.get_freeze_count(), "lessons.views.order_check" in sys.modules)
"""


def test_every_page_is_loaded_and_is_never_looked_through_as_though_it_could_go():
    said = subprocess.run([sys.executable, "-c", SAID], capture_output=True, text=True, check=True)

    frozen, has_pages = said.stdout.split()
    assert int(frozen) > 100_000
    assert has_pages == "True"
