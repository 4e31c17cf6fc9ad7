"""The browser tests' own guards work."""


def test_the_portal_answers_a_browser(page):
    answer = page.goto("/healthz")

    assert answer.status == 200
    assert page.problems == []


def test_a_call_to_another_host_is_noticed(page):
    page.goto("/healthz")

    page.evaluate("fetch('http://elsewhere.example/').catch(() => null)")

    assert page.problems == ["called http://elsewhere.example/"]
    page.problems.clear()


def test_axe_sees_a_picture_nobody_described(page, violations):
    page.set_content("<!doctype html><html lang=en><title>A</title><main><h1>A</h1><img src=''>")

    assert [rule for rule, _ in violations(page)] == ["image-alt"]
