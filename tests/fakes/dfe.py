"""A DfE Sign-in of our own, on this machine: discovery, authorise, token, userinfo and keys.

It signs in whoever `visitor` says, asks nothing, and checks what a real one would check: the
client and its secret, the address to come back to, one use of each code, and its proof (PKCE).
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "music-portal", "a shared secret"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KID = "key-1"


def organisation(urn, name="Oakfield Primary"):
    """As the directory describes an establishment."""
    return {
        "id": "23F20E54-79EA-4146-8E39-18197576F023",
        "name": name,
        "category": {"id": "001", "name": "Establishment"},
        "urn": str(urn) if urn else None,
        "uid": None,
        "ukprn": "10046668",
        "status": {"id": 1, "name": "Open"},
    }


class Issuer:
    """`with Issuer() as issuer:` answers at issuer.url until the end of the block."""

    def __init__(self):
        self.visitor = {}
        self.codes = {}
        self.asked = []
        self.signing_key, self.algorithm = KEY, "RS256"
        self.changes = {}  # what the id_token says otherwise
        self.told_sub = None  # whom userinfo is about, where it is somebody else
        outer = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self, b"")

            def do_POST(self):
                outer.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        # Asked often whether it is over: each end of it would wait half a second otherwise.
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def arrives(self, urn, *, sub="ABC-123", email="ida@oakfield.example", **more):
        """Who is signed in at the directory, and where they work."""
        self.visitor = {
            "sub": sub,
            "email": email,
            "given_name": "Ida",
            "family_name": "Moss",
            "organisation": organisation(urn),
            **more,
        }

    def answer(self, connection, body):
        address = urlsplit(connection.path)
        self.asked.append(address.path)
        page = {
            "/.well-known/openid-configuration": self.discovery,
            "/jwks": self.keys,
            "/token": self.token,
            "/me": self.userinfo,
        }[address.path]
        status, said = page(dict(parse_qsl(body.decode())), connection.headers)
        content = json.dumps(said).encode()
        connection.send_response(status)
        connection.send_header("Content-Type", "application/json")
        connection.send_header("Content-Length", str(len(content)))
        connection.end_headers()
        connection.wfile.write(content)

    def discovery(self, *_):
        return 200, {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/me",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self, *_):
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return 200, {"keys": [{**key, "kid": KID, "alg": "RS256", "use": "sig"}]}

    def authorise(self, location):
        """Where a browser that is sent here is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert location.startswith(f"{self.url}/auth?")
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "email", "profile", "organisation"}
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, form, _):
        asked = self.codes.pop(form.get("code"), None)
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_right = (
            asked is not None
            and form["client_id"] == CLIENT
            and form["client_secret"] == SECRET
            and form["redirect_uri"] == asked["redirect_uri"]
            and base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == asked["code_challenge"]
        )
        if not is_right:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "sub": self.visitor["sub"], "iat": now}
        told |= {"exp": now + 300, **self.changes}
        id_token = jwt.encode(told, self.signing_key, self.algorithm, headers={"kid": KID})
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": id_token}

    def userinfo(self, _, headers):
        assert headers["Authorization"] == "Bearer opaque"
        return 200, {**self.visitor, "sub": self.told_sub or self.visitor["sub"]}
