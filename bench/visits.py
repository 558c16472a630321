"""Who visits which page: logging in, finding the addresses, weighing what a browser fetches."""

import http.client
import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urldefrag, urlencode, urljoin

from bench.load import HOST, Answer, Connection, WrongAnswer, checked

PASSWORD = "tilleul"  # of the demonstration's accounts: fictional, public
BARE = "bare view"

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_NAMED = re.compile(r'<(?:link|use|script)\b[^>]*?\b(?:href|src)="(/static/[^"]+)"')
_IMPORTED = re.compile(r"""["'](\./[\w.-]+\.js)["']""")
_FACE = re.compile(r"@font-face\s*{([^}]*)}")
_FILE = re.compile(r'url\("?([^")]+)"?\)')
_RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", re.IGNORECASE)


@dataclass(frozen=True)
class Who:
    login: str
    name: str  # as every page of theirs shows it


TEACHER = Who("professeur", "Claire Morvan")
PARENT = Who("parent", "Samira Haddouche")


@dataclass(frozen=True)
class Page:
    name: str
    login: str  # empty: nobody is signed in
    path: str
    shows: tuple[str, ...]  # who reads, and what only this page says
    under_load: bool = True


@dataclass(frozen=True)
class Weight:
    """Bytes of the bodies as they travel."""

    cold: int  # the page, and what a browser that has never been here fetches for it
    warm: int  # the page alone


def log_in(port: int, who: Who) -> str:
    """The Cookie header of a new session. Raises `WrongAnswer`."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", "/login/")
    page = connection.getresponse()
    token = _TOKEN.search(page.read().decode())
    if token is None:
        raise WrongAnswer("the login page has no form")
    cookies = SimpleCookie(page.headers["Set-Cookie"])
    form = urlencode({"login": who.login, "password": PASSWORD, "csrfmiddlewaretoken": token[1]})
    sent = {"Cookie": _header(cookies), "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login/", form, sent)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise WrongAnswer(f"logging in as {who.login} answered {answer.status}")
    for cookie in answer.headers.get_all("Set-Cookie", []):
        cookies.load(cookie)
    connection.close()
    return _header(cookies)


def _header(cookies: SimpleCookie) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())


def pages(port: int, teacher: str, parent: str) -> list[Page]:
    """What is measured. `teacher` and `parent` are the cookies of one session of each."""
    division = _link(port, teacher, "/groups/", rf'href="(/groups/{_UUID}/)"[^>]*>4e A<')
    pupil = _link(port, teacher, "/people/?q=lina+haddouche", rf'href="(/people/{_UUID}/)"')
    child = _link(port, parent, "/people/?q=lina+haddouche", rf'href="(/people/{_UUID}/)"')

    def of_teacher(name: str, path: str, *shows: str) -> Page:
        return Page(f"{name}, teacher", TEACHER.login, path, (TEACHER.name, *shows))

    def of_parent(name: str, path: str, *shows: str, under_load: bool = True) -> Page:
        return Page(f"{name}, parent", PARENT.login, path, (PARENT.name, *shows), under_load)

    return [
        Page(BARE, "", "/health/live", ("live",)),
        of_teacher("home", "/", "Bonjour Claire", "4e A"),
        of_parent("home", "/", "Bonjour Samira", "Lina Haddouche"),
        of_teacher("class", division, "4e A", "HADDOUCHE Lina"),
        of_teacher("person", pupil, "Lina Haddouche", PARENT.name),
        of_teacher("directory", "/people/", "people__name"),
        of_parent("person", child, "Lina Haddouche", under_load=False),
        of_parent("directory", "/people/", "people__name", under_load=False),
    ]


def fetch(port: int, path: str, cookie: str, shows: tuple[str, ...] = ()) -> Answer:
    connection = Connection(port)
    try:
        return checked(connection.get(path, cookie), path, list(shows))
    finally:
        connection.close()


def _link(port: int, cookie: str, path: str, pattern: str) -> str:
    found = re.search(pattern, fetch(port, path, cookie).text)
    if found is None:
        raise WrongAnswer(f"{path} has no link like {pattern}")
    return found[1]


def weigh(port: int, page: Page, cookie: str) -> Weight:
    """Style sheet, scripts, pictures and the faces of the font whose letters the page shows."""
    answer = fetch(port, page.path, cookie, page.shows)
    files = {urldefrag(path)[0] for path in _NAMED.findall(answer.text)}
    for sheet in [path for path in files if path.endswith(".css")]:
        css = fetch(port, sheet, "").text
        for face in _FACE.findall(css):
            if (url := _FILE.search(face)) and _covers(face, answer.text):
                files.add(urljoin(sheet, url[1]))
    scripts = [path for path in files if path.endswith(".js")]
    while scripts:
        script = scripts.pop()
        imported = {urljoin(script, name) for name in _IMPORTED.findall(fetch(port, script, "").text)} - files
        files |= imported
        scripts += imported
    return Weight(
        cold=len(answer.body) + sum(len(fetch(port, path, "").body) for path in files),
        warm=len(answer.body),
    )


def _covers(face: str, text: str) -> bool:
    _, _, declared = face.partition("unicode-range:")
    ranges = [(int(first, 16), int(last or first, 16)) for first, last in _RANGE.findall(declared)]
    letters = {ord(letter) for letter in text}
    return not ranges or any(first <= letter <= last for letter in letters for first, last in ranges)
