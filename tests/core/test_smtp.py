"""Our SMTP backend, before a server that drops the line where it hurts."""

import socket
import threading

import pytest
from django.core.mail import EmailMessage, get_connection


class DroppingServer:
    """Speaks just enough SMTP, and hangs up at a word of our choice."""

    def __init__(self, *, hang_up_at):
        self.hang_up_at = hang_up_at
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.heard = []
        self.thread = threading.Thread(target=self.answer, daemon=True)
        self.thread.start()

    def answer(self):
        line, _ = self.door.accept()
        with line, line.makefile("rwb") as talk:
            self.say(talk, "220 ready")
            in_text = False
            for raw in talk:
                words = raw.decode().strip()
                if in_text and words != ".":
                    continue
                verb = "TEXT" if in_text else words.split()[0].upper()
                self.heard.append(verb)
                if verb == self.hang_up_at:
                    return
                in_text = verb == "DATA"
                self.say(talk, "354 go on" if in_text else "250 ok")
                if verb == "QUIT":
                    return

    def say(self, talk, words):
        talk.write(f"{words}\r\n".encode())
        talk.flush()

    def close(self):
        self.door.close()
        self.thread.join(5)


@pytest.fixture
def backend(settings):
    servers = []

    def connect(hang_up_at):
        servers.append(DroppingServer(hang_up_at=hang_up_at))
        line = get_connection(
            "core.smtp.TellingBackend",
            host="127.0.0.1",
            port=servers[-1].port,
            username="",
            use_tls=False,
            timeout=5,
        )
        line.open()
        return line

    yield connect
    for server in servers:
        server.close()


def send(line):
    letter = EmailMessage("Hello", "Text", "us@music.example", ["you@home.example"])
    return line.send_messages([letter])


@pytest.mark.parametrize(
    ("hang_up_at", "may_have_gone"),
    [
        pytest.param("MAIL", False, id="before anything was said"),
        pytest.param("RCPT", False, id="before the text"),
        pytest.param("TEXT", True, id="after the text, before the answer"),
    ],
)
def test_it_knows_whether_a_letter_may_have_gone(backend, hang_up_at, may_have_gone):
    line = backend(hang_up_at)

    with pytest.raises(OSError, match="closed"):
        send(line)

    assert line.may_have_gone is may_have_gone
    line.close()


def test_after_an_answer_there_is_no_doubt(backend):
    line = backend(None)

    assert send(line) == 1
    assert line.may_have_gone is False
    line.close()
