"""Somebody at a real server, with what their browser keeps. For tests that need no page drawn."""

import base64
import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

import requests


class Visitor:
    def __init__(self, address: str) -> None:
        self.address, self.session = address, requests.Session()
        self.session.trust_env = False

    def ask(self, method: str, path: str, **given: Any) -> requests.Response:
        given.setdefault("timeout", 30)
        return self.session.request(method, urljoin(self.address, path), **given)

    def get(self, path: str, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", path, headers={"Accept-Encoding": "identity", **named})

    def fields(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's forms, of which the last of a name counts."""
        page = self.get(path).text
        found = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', page)
        return {name: unescape(value) for name, value in found}

    def post(self, path: str, **fields: Any) -> requests.Response:
        headers = {"Referer": urljoin(self.address, path)}
        return self.ask("POST", path, data=fields, headers=headers)

    def sign_in(self, login: str, password: str) -> None:
        token = self.fields("/login/").get("csrfmiddlewaretoken", "")
        answer = self.post("/login/", csrfmiddlewaretoken=token, login=login, password=password)
        assert answer.url == urljoin(self.address, "/"), answer.url

    def upload(
        self, form: dict[str, str], kind: str, owner: str, name: str, content: bytes, piece: int = 2_000_000
    ) -> requests.Response:
        """The last answer: of the piece that ended it, or that was refused."""
        headers = {
            "X-CSRFToken": form["csrfmiddlewaretoken"],
            "X-Preau-Scope": form["_scope"],
            "Tus-Resumable": "1.0.0",
            "Referer": self.address,
        }
        told = {"filename": name, "kind": kind, "owner": owner}
        metadata = ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in told.items())
        begun = {**headers, "Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        answer = self.ask("POST", "/uploads/", headers=begun)
        if answer.status_code != 201:
            return answer
        headers["Content-Type"] = "application/offset+octet-stream"
        location = answer.headers["Location"]
        for at in range(0, len(content), piece):
            offset = {**headers, "Upload-Offset": str(at)}
            answer = self.ask("PATCH", location, data=content[at : at + piece], headers=offset)
            answer.headers["Location"] = location
            if answer.status_code != 204:
                return answer
        return answer
