"""Reads a page as a browser would, to hold its forms to what they promise."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Page(HTMLParser):
    """Every element of a page as its tag and attributes, and the words of its title."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self.open: list[str] = []
        self.unclosed: list[str] = []
        self.feed(words)

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> repeats an attribute: {names}"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unclosed.append(f"</{tag}> where {self.open[-1:]} is open")

    def handle_data(self, words):
        if self.open[-2:] == ["head", "title"]:  # a drawing has a title too
            self.title += words

    def all(self, tag="", **attributes):
        return [
            found
            for name, found in self.elements
            if tag in {"", name} and all(found.get(key) == want for key, want in attributes.items())
        ]

    @property
    def ids(self):
        return [found["id"] for _, found in self.elements if found.get("id")]

    def with_class(self, name):
        return [found for _, found in self.elements if name in (found.get("class") or "").split()]

    def complaints(self):
        """What is wrong with any page: doubled ids, pointers to nothing, unclosed elements."""
        ids = self.ids
        wrong = [f"id {one} twice" for one in sorted({one for one in ids if ids.count(one) > 1})]
        for tag, found in self.elements:
            for name in ("aria-describedby", "aria-labelledby", "for"):
                for target in (found.get(name) or "").split():
                    if target not in ids:
                        wrong.append(f"{tag}[{name}] points at {target}, which is not there")
            href = found.get("href") or ""
            if tag == "a" and href.startswith("#") and href[1:] not in ids:
                wrong.append(f"a[href] leads to {href}, which is not there")
        return wrong + self.unclosed
