"""Pictures of the demonstration's pages: every profile, phone and desk, light and dark, in `screens/`.

`--docs` writes the pictures of the README instead. Fails when a page answers wrong or its console complains.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.load import HOST
from bench.serving import PROJECT, accounts, served

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
SIZES = {"phone": (390, 844), "desk": (1280, 800), "small-desk": (1080, 640)}
TAKEN = ("phone", "desk")
SCHEMES = ("light", "dark")
KEPT = 150_000  # bytes: the heaviest a picture of the README may be


@dataclass(frozen=True)
class Shot:
    """A page as somebody sees it. `follow` is the text of a link to open from `path`."""

    who: str
    page: str
    login: str
    path: str
    follow: str = ""
    status: int = 200

    @property
    def name(self) -> str:
        return f"{self.who}-{self.page}"


HOMES = (
    ("head", "principale"),
    ("cpe", "cpe"),
    ("aed", "aed"),
    ("teacher", "professeur"),
    ("teacher-parent", "professeure.parent"),
    ("substitute", "remplacant"),
    ("digital-lead", "referent"),
    ("librarian", "documentaliste"),
    ("counsellor", "psyen"),
    ("nurse", "infirmiere"),
    ("office", "secretariat"),
    ("technical", "agent"),
    ("pupil", "eleve"),
    ("parent", "parent"),
    ("parent-of-two-schools", "parent2"),
    ("carer", "grand-mere"),
    ("partner", "partenaire"),
    ("guest", "invite"),
    ("authority", "collectivite"),
)

# Of the demonstration, which numbers people and classes the same each time.
LINA = "a8cdd3c2-3451-5b38-85d5-5a512c04965d"
HER_CLASS = "6188eef6-3f45-5426-9303-94a141985829"

SHOTS = (
    Shot("visitor", "login", "", "/login/"),
    Shot("visitor", "instance", "", "/"),
    Shot("visitor", "school", "", "/", follow="Madeleine-Brès"),
    Shot("visitor", "personal-data", "", "/legal/personal-data/"),
    Shot("visitor", "status", "", "/status/"),
    Shot("visitor", "legal", "", "/legal/"),
    Shot("visitor", "help", "", "/help/"),
    Shot("visitor", "offline", "", "/offline/"),
    Shot("visitor", "404", "", "/no-such-page/", status=404),
    *(Shot(who, "home", login, "/") for who, login in HOMES),
    Shot("head", "classes", "principale", "/groups/?all=1"),
    Shot("head", "class", "principale", "/groups/?all=1", follow="4e A"),
    Shot("head", "groups", "principale", "/groups/?all=groups"),
    Shot("head", "group-new", "principale", "/groups/new/"),
    Shot("head", "functions", "principale", "/functions/"),
    Shot("head", "rules", "principale", "/rules/"),
    Shot("head", "why", "principale", "/rules/why/"),
    Shot("head", "directory", "principale", "/people/"),
    Shot("head", "person", "principale", "/people/?q=anouk+kowalczyk", follow="KOWALCZYK-FERRAND Anouk"),
    Shot("head", "years", "principale", "/years/"),
    Shot("head", "announcements", "principale", "/news/"),
    Shot("head", "announcement", "principale", "/news/", follow="Portes ouvertes"),
    Shot("head", "announcement-new", "principale", "/news/new/"),
    Shot("teacher", "classes", "professeur", "/groups/"),
    Shot("teacher", "class", "professeur", "/groups/", follow="4e A"),
    Shot("teacher", "directory", "professeur", "/people/"),
    Shot("teacher", "search", "professeur", "/people/?q=lucas+martin"),
    Shot("teacher", "nobody", "professeur", "/people/?q=xyzzy"),
    Shot("teacher", "person", "professeur", "/people/?q=lina+haddouche", follow="HADDOUCHE Lina"),
    Shot("teacher", "long-name", "professeur", "/people/?q=marie-emmanuelle", follow="ALBUQUERQUE"),
    Shot("teacher", "404", "professeur", "/no-such-page/", status=404),
    Shot("teacher", "403", "professeur", "/years/", status=403),
    Shot("cpe", "person", "cpe", "/people/?q=enzo+vasseur", follow="VASSEUR Enzo"),
    Shot("pupil", "formula", "eleve", "/news/", follow="énigme"),
    Shot("pupil", "class", "eleve", "/groups/", follow="4e A"),
    Shot("pupil", "half-class", "eleve", "/groups/", follow="semaines A et B"),
    Shot("pupil", "directory", "eleve", "/people/"),
    Shot("pupil", "person", "eleve", "/people/?q=lina+haddouche", follow="HADDOUCHE Lina"),
    Shot("substitute", "class", "remplacant", "/groups/", follow="6e B"),
    Shot("parent", "directory", "parent", "/people/"),
    Shot("parent", "person", "parent", "/people/?q=lina+haddouche", follow="HADDOUCHE Lina"),
    Shot("partner", "directory", "partenaire", "/people/"),
    Shot("teacher", "notices", "professeur", "/notices/"),
    Shot("teacher", "being-told", "professeur", "/notices/preferences/"),
    Shot("head", "hours", "principale", "/notices/school/"),
    Shot("teacher", "found", "professeur", "/search/?q=ma"),
    Shot("teacher", "to-find", "professeur", "/search/"),
    Shot("pupil", "nothing-found", "eleve", "/search/?q=xyzzy"),
    Shot("pupil", "no-notices", "eleve", "/notices/"),
    Shot("pupil", "announcements", "eleve", "/news/"),
    Shot("parent-of-two-schools", "announcements", "parent2", "/news/"),
    Shot("parent-of-two-schools", "being-told", "parent2", "/notices/preferences/"),
    Shot("cpe", "announcements-past", "cpe", "/news/?past=1"),
    Shot("office", "person", "secretariat", "/people/?q=lina+haddouche", follow="HADDOUCHE Lina"),
    Shot("office", "person-edit", "secretariat", f"/people/{LINA}/edit/"),
    Shot("office", "guardian-new", "secretariat", f"/people/{LINA}/guardians/new/"),
    Shot("office", "guardianship", "secretariat", f"/people/{LINA}/edit/", follow="Mère"),
    Shot("office", "class-kept", "secretariat", f"/groups/{HER_CLASS}/manage/"),
    Shot("office", "class-join", "secretariat", f"/groups/{HER_CLASS}/members/new/"),
    Shot("office", "people-new", "secretariat", "/people/new/"),
    Shot("office", "pupil-new", "secretariat", "/people/new/pupil/"),
    Shot("office", "member-new", "secretariat", "/people/new/member/"),
    Shot("head", "administration", "principale", "/console/"),
    Shot("head", "journal", "principale", "/console/journal/?family=accounts"),
    Shot("head", "readings", "principale", "/console/readings/"),
    Shot("head", "card", "principale", "/console/card/"),
    Shot("head", "closing", "principale", "/console/closing/"),
    Shot("head", "charter", "principale", "/console/charter/"),
    Shot("head", "help", "principale", "/help/"),
    Shot("head", "look", "principale", "/console/look/"),
    Shot("head", "shared-computer", "principale", "/console/device/"),
    *(
        Shot("head", f"gallery-{part}", "principale", f"/gallery/?part={part}")
        for part in ("forms", "words", "lists", "above", "frame", "charts")
    ),
    Shot("head", "files", "principale", "/imports/"),
    Shot("office", "import", "secretariat", "/imports/", follow="2 septembre"),
    Shot("teacher", "comfort", "professeur", "/comfort/"),
    Shot("teacher", "arrange", "professeur", "/home/"),
    Shot("teacher", "help", "professeur", "/help/directory.group/"),
    Shot("head", "failed-tasks", "principale", "/console/work/"),
    Shot("digital-lead", "administration", "referent", "/console/"),
    Shot("authority", "schools", "collectivite", "/schools/"),
    Shot("visitor", "session-ended", "", "/login/?next=/notices/"),
)

# The pictures of the README: (shot, size, scheme).
DOCS = (
    ("teacher-home", "small-desk", "light"),
    ("teacher-class", "small-desk", "light"),
    ("parent-home", "phone", "light"),
    ("pupil-home", "phone", "dark"),
)


@contextmanager
def opened() -> Iterator[tuple[str, dict[str, str]]]:
    """The demonstration on a free port, in a folder that goes away: its address, and the passwords."""
    with served(None) as server:
        passwords = accounts(server)
        yield f"http://{HOST}:{server.port}", passwords


class Photographer:
    """One browser. A person logs in once; their pages are then taken in each size and scheme."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        passwords: dict[str, str],
        folder: Path,
        *,
        leaves_first_steps: bool = False,
    ) -> None:
        self.browser = browser
        self.address = address
        self.passwords = passwords
        self.folder = folder
        self.leaves_first_steps = leaves_first_steps
        self.wrong: list[str] = []

    def take(self, login: str, shots: list[Shot], sizes: list[str], schemes: list[str], full: bool) -> int:
        kept = self._log_in(login) if login else None
        taken = 0
        for size in sizes:
            width, height = SIZES[size]
            context = self.browser.new_context(
                base_url=self.address,
                storage_state=kept,
                viewport={"width": width, "height": height},
                device_scale_factor=2 if size == "phone" else 1,
                has_touch=size == "phone",
                locale="fr-FR",
                reduced_motion="reduce",
            )
            page = self._watched(context)
            for shot in shots:
                self._open(page, shot)
                for scheme in schemes:
                    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                    page.screenshot(path=self.folder / f"{shot.name}-{size}-{scheme}.png", full_page=full)
                    taken += 1
                self._measure(page, f"{shot.name}-{size}")
            context.close()
        return taken

    def _log_in(self, login: str) -> "Path":
        context = self.browser.new_context(base_url=self.address)
        page = context.new_page()
        page.goto("/login/")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", self.passwords[login])
        page.click("main button[type=submit], form[action*=login] button[type=submit]")
        page.wait_for_url(f"{self.address}/")
        never = page.get_by_role("button", name="Ne plus montrer")
        if self.leaves_first_steps and never.count():
            with page.expect_navigation():
                never.click()
        kept = self.folder / f".{login}.json"
        context.storage_state(path=kept)
        context.close()
        return kept

    def _watched(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on(
            "console", lambda message: self._complain(page, message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self._complain(page, str(error)))
        return page

    def _complain(self, page: Page, what: str) -> None:
        # The browser itself calls the answers we ask for errors.
        if "status of 404" not in what and "status of 403" not in what:
            self.wrong.append(f"{page.url.removeprefix(self.address)}: {what}")

    def _open(self, page: Page, shot: Shot) -> None:
        answer = page.goto(shot.path)
        status = answer.status if answer else 0
        if shot.follow:
            with page.expect_navigation() as opened:
                page.locator("main a", has_text=shot.follow).first.click()
            status = opened.value.status if opened.value else 0
        if status != shot.status:
            self.wrong.append(f"{shot.name}: answered {status} instead of {shot.status}")

    def _measure(self, page: Page, name: str) -> None:
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if width > 0:
            self.wrong.append(f"{name}: scrolls sideways by {width} px")
        if any(sign in page.inner_text("body") for sign in ("{#", "{%", "{{")):
            self.wrong.append(f"{name}: shows the template itself")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only pictures whose name begins so: teacher, head-class")
    parser.add_argument("--full", action="store_true", help="the whole length of each page")
    parser.add_argument("--docs", action="store_true", help="write the pictures of the README")
    return parser.parse_args()


def main() -> int:
    given = _arguments()
    folder = PROJECT / ("docs/pictures" if given.docs else "screens")
    folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or which("chromium") or which("chromium-browser")
    if chromium is None:
        print("No Chromium: put one on the PATH or name it in CHROMIUM.", file=sys.stderr)
        return 1
    with opened() as (address, passwords), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        # The README shows an ordinary day.
        photographer = Photographer(browser, address, passwords, folder, leaves_first_steps=given.docs)
        taken = 0
        try:
            if given.docs:
                by_name = {shot.name: shot for shot in SHOTS}
                for name, size, scheme in DOCS:
                    shot = by_name[name]
                    taken += photographer.take(shot.login, [shot], [size], [scheme], full=False)
            else:
                shots = [shot for shot in SHOTS if shot.name.startswith(given.only)]
                for login in dict.fromkeys(shot.login for shot in shots):
                    own = [shot for shot in shots if shot.login == login]
                    taken += photographer.take(login, own, list(TAKEN), list(SCHEMES), given.full)
        finally:
            for kept in folder.glob(".*.json"):
                kept.unlink()
            browser.close()
    if given.docs:
        photographer.wrong += [
            f"{picture.name} weighs more than {KEPT // 1000} kB"
            for picture in folder.glob("*.png")
            if picture.stat().st_size > KEPT
        ]
    print(f"{taken} pictures in {folder.relative_to(PROJECT)}/")
    for line in dict.fromkeys(photographer.wrong):
        print(f"  {line}", file=sys.stderr)
    return 1 if photographer.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
