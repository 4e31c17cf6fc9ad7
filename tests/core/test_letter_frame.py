"""The frame of every email, as HTML and as plain text."""

import re

from django.template.loader import render_to_string

from tests.core.pages import Page

LINK = "https://music.example/places/1/"
WORDS = {
    "subject": "A place for Anya & Zoë in Guitar club",
    "paragraphs": [
        "Dear Priya,",
        "There is a place.\nIt is yours.",
        LINK,
        "Saying no is fine too.",
    ],
    "link": LINK,
    "link_label": "Say yes or no",
    "deadline": "6pm on Friday 16 October",
    "reason_footer": "We sent this because you asked for a place.",
    "service_name": "Hertfordshire Music Service",
    "service_phone": "01632 960900",
    "service_email": "hello@music.example",
}


def made(kind, **changes):
    return render_to_string(f"core/email/frame.{kind}", WORDS | changes)


def test_letter_puts_its_button_where_the_link_stands():
    words = made("html")

    page = Page(words)
    assert page.complaints() == []
    assert [one["href"] for one in page.all("a")] == [
        LINK, "tel:01632960900", "mailto:hello@music.example"
    ]  # fmt: skip
    assert words.index("It is yours") < words.index("Say yes or no") < words.index("Saying no")


def test_letter_needs_no_picture_and_no_other_host():
    words = made("html")

    assert re.findall(r"<(?:img|link|script|style)\b|url\(", words) == []
    assert set(re.findall(r"https?://[^\"\s<]+", words)) == {LINK}


def test_letter_escapes_what_people_typed():
    assert "<b>Anya" not in made("html", paragraphs=["<b>Anya"])


def test_letter_without_a_link_or_a_deadline_has_no_button_and_no_box():
    words = made("html", link="", deadline="", paragraphs=["Goodbye."])

    assert "Say yes or no" not in words
    assert "Please answer by" not in words


def test_plain_letter_says_the_same():
    words = made("txt")

    assert words.startswith("Dear Priya,\n\nThere is a place.\nIt is yours.\n\n" + LINK)
    assert "Please answer by 6pm on Friday 16 October." in words
    assert "Hertfordshire Music Service\n01632 960900\nhello@music.example" in words
    assert max(len(line) for line in words.splitlines()) <= 72
