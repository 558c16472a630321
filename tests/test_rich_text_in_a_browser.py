"""What an attacker stores through the form, as a reader's browser takes it."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from preau.kernel.richtext import allowed
from preau.kernel.richtext.formulas import _TAGS as DRAWN
from preau.kernel.richtext.tests.test_attacks import PAYLOADS
from tests.test_in_a_browser import chromium, signed_in, site

__all__ = ["chromium", "site"]

pytestmark = pytest.mark.browser

# What a browser reads differently the second time, or only in a page.
MUTATING = [
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=ran()&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=ran()>",
    "<svg></p><style><a id='</style><img src=1 onerror=ran()>'>",
    "<noscript><p title='</noscript><img src=x onerror=ran()>'>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=ran()></style></annotation-xml>",
    "<select><template shadowrootmode=open><img src=x onerror=ran()></template></select>",
    "<div><template shadowrootmode=open><script>ran()</script></template></div>",
    "<span data-tex='\\text{&amp;lt;img src=x onerror=ran()&amp;gt;}'></span>",
    "<span data-tex='\\text{&lt;mglyph&gt;&lt;style&gt;&lt;img src=x onerror=ran()&gt;}'></span>",
    "<div data-tex='\\href{javascript:ran()}{x} \\style{background:url(javascript:ran())}{y}'></div>",
    f"<figure data-file='{'0' * 8}-{'0000-' * 3}{'0' * 12}' data-alt='\"&gt;&lt;img src=x onerror=ran()&gt;'>",
    "<a href='java&#9;script:ran()'>x</a><a href='&#1;javascript&colon;ran()'>x</a>",
    "<a href='/&#9;/ailleurs.example'>x</a><a href='data:text/html,<script>ran()</script>'>x</a>",
    "<img srcset='x 1x, y 2x' onerror=ran()>",
    "<plaintext><img src=x onerror=ran()>",
]

# What the page's text holds that the list does not name, and links out of its schemes.
SMUGGLED = """([tags, drawn]) => [...document.querySelectorAll('.rich *')].filter(element => {
  const math = element.namespaceURI.endsWith('MathML');
  const known = math ? drawn.includes(element.localName)
    : element.namespaceURI.endsWith('xhtml') && tags.includes(element.localName);
  const names = [...element.attributes].map(attribute => attribute.name);
  return !known || names.some(name => /^(on|style|id|name|src|srcset|target|action)/.test(name))
    || (element.href && !['http:', 'https:', 'mailto:', 'tel:'].includes(element.protocol))
    || ((element.getAttribute('href') || '').startsWith('/') && element.host !== location.host);
}).map(element => element.outerHTML.slice(0, 300))"""

SEND = """([name, text]) => {
  const form = document.querySelector('form#announcement');
  form.elements.title.value = 'Attaque';
  form.elements[name].value = text;
  if (name === 'body_html') form.elements.body.remove();
  form.elements.readership.forEach(box => { box.checked = true });
  HTMLFormElement.prototype.submit.call(form);
}"""


@pytest.mark.parametrize("door", ["body_html", "body"])
def test_what_is_stored_against_a_reader_does_nothing_to_them(chromium: Any, site: Any, door: str) -> None:
    payloads = [*MUTATING, *PAYLOADS]
    texts = ["Début " + " ".join(payloads)]
    for at in range(0, len(payloads), 30):
        some = payloads[at : at + 30]
        texts.append(
            "Début\n\n" + "\n\n".join(f"<p>{each}" if door == "body_html" else each for each in some)
        )
    stored = []
    with signed_in(chromium, site, "principale") as page:
        for text in texts:
            page.goto("/news/new/")
            with page.expect_navigation():
                page.evaluate(SEND, [door, text])
            stored.append(urlsplit(page.url).path)
            assert stored[-1] != "/news/new/", page.locator("main").inner_text()
    tags = sorted(allowed.TAGS | {"div"})
    with signed_in(chromium, site, "eleve") as page:
        ran: list[str] = []
        page.on("console", lambda said: ran.append(said.text) if "Content Security" in said.text else None)
        page.expose_function("ran", lambda: ran.append("ran"))
        for path in stored:
            page.goto(path)
            assert page.locator(".rich").count(), path
            for _again in range(2):  # once more through its reader: what a copy of the text would be
                assert page.evaluate(SMUGGLED, [tags, sorted(DRAWN)]) == []
                page.evaluate(
                    "document.querySelectorAll('.rich').forEach(e => { e.innerHTML = e.innerHTML })"
                )
        assert not ran
