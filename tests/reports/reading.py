"""How the tests of a staff home come in, and read what it says."""

import csv
import io
import re

HOME = "reports:staff_home"


def enter(client, user):
    client.force_login(user, backend="people.access.SignedIn")
    return client


def text(response):
    """What a reader reads, in one line."""
    words = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", words).replace("&amp;", "&").split())


def main(response):
    return re.search(r"<main.*?</main>", response.content.decode(), re.S)[0]


def sheet(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
