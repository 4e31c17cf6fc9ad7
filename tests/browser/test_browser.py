"""The browser tests' own guards work."""

import pytest
from playwright.sync_api import Error


def test_the_portal_answers_a_browser(page):
    answer = page.goto("/healthz")

    assert answer.status == 200
    assert page.problems == []


def test_a_page_that_reaches_for_another_host_is_noticed(page):
    page.goto("/healthz")

    page.evaluate("fetch('http://elsewhere.example/').catch(() => null)")

    assert page.problems[0].startswith("complained: Connecting to 'http://elsewhere.example/'")
    page.problems.clear()


def test_a_call_to_another_host_is_stopped(page):
    with pytest.raises(Error, match="ERR_FAILED"):
        page.goto("http://elsewhere.example/")

    assert page.problems == ["called http://elsewhere.example/"]
    page.problems.clear()


def test_axe_sees_a_picture_nobody_described(page, violations):
    page.set_content("<!doctype html><html lang=en><title>A</title><main><h1>A</h1><img src=''>")

    assert [rule for rule, _ in violations(page)] == ["image-alt"]
