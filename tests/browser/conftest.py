"""A real browser before a real server: pages that call nobody else and complain of nothing."""

import os
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.browser.chromium import HOW_TO, bring_browser

FLAGS = [
    "--no-sandbox",  # a container's root has none
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Every rule, but only what it finds wrong: the half megabyte of what is right takes seconds a page.
# Its preloading writes <style> elements, which our policy refuses and the console reports.
ASK_AXE = """
    axe.run({preload: false, resultTypes: ["violations"]}).then(({violations}) =>
        violations.map(({id, nodes}) => ({id, nodes: nodes.map(({html}) => ({html}))})))
"""
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    path = bring_browser()
    if path is None:
        pytest.skip(HOW_TO)
    # Playwright keeps an event loop in this thread, where Django would refuse its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path or None, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def make_page(browser, live_server):
    """Open pages: make_page(DESK, javascript=False). A call elsewhere or a complaint fails."""
    contexts, problems = [], []
    ours = urlsplit(live_server.url).netloc

    def make(viewport=None, *, javascript=True, **options):
        # What a worker fetches of its own outlives a test: only the tests of one allow it.
        options.setdefault("service_workers", "block")
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport or PHONE,
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(15_000)

        def answer(route):
            if urlsplit(route.request.url).netloc == ours:
                route.continue_()
            else:
                problems.append(f"called {route.request.url}")
                route.abort()

        context.route("**/*", answer)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"broke: {error}"))
        page.on("console", lambda line: problems.extend(_complaint(line)))
        page.problems = problems
        return page

    yield make
    for context in contexts:
        context.close()
    assert problems == []


def _complaint(line):
    """What the browser holds against the page; a refused address (404, 403) is not its fault."""
    # Nor is a worker that cannot be asked for while the test has taken the network away.
    harmless = ("Failed to load resource", "occurred when fetching the script")
    wrong = line.type == "error" and not any(words in line.text for words in harmless)
    return [f"complained: {line.text}"] if wrong else []


@pytest.fixture
def page(make_page):
    """A page on a phone, as most families have it."""
    return make_page()


@pytest.fixture
def desk(make_page):
    """A page on a desk's screen."""
    return make_page(DESK)


@pytest.fixture
def violations():
    """Ask axe what is wrong with a page: violations(page) == []."""

    axe = Axe()

    def ask(page):
        page.wait_for_load_state()  # the whole page, not what has come of it
        page.evaluate(axe.axe_script)
        found = page.evaluate(ASK_AXE)
        return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]

    return ask
