"""The door for a web server."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")

application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # every page is there before the first visitor asks
# What is loaded now stays until the end: looking through it again and again, to see whether it
# could go, made one page in ten half as slow again.
gc.collect()
gc.freeze()
