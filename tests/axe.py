"""What axe finds wrong on the page a browser shows."""

from typing import Any

import pytest

CONTRAST = ("color-contrast",)


def violations(page: Any, rules: tuple[str, ...] = ()) -> list[Any]:
    """By all of its rules, or by these. Each: `id`, and `nodes` with their `html`.

    The script is brought to a page once, and only what is wrong comes back: the list of all that is right
    weighs more than the page.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe.axe_script)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    found: list[Any] = page.evaluate(
        "options => axe.run(options).then(results => results.violations)", options
    )
    return found
