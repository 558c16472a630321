"""What was typed, pasted or sent, and what is kept of it."""

import time

import pytest
from hypothesis import given, settings

from preau.kernel.richtext import allowed
from preau.kernel.richtext.clean import TooLong, clean, sanitised
from preau.kernel.richtext.document import write
from preau.kernel.richtext.reading import blocks_of
from preau.kernel.richtext.tests.strategies import MARKUP


@settings(max_examples=400, deadline=None)
@given(MARKUP)
def test_what_is_kept_does_not_change_when_it_is_cleaned_again(html: str) -> None:
    once = clean(html)
    assert clean(once.html) == once


@settings(max_examples=200, deadline=None)
@given(MARKUP)
def test_the_sanitiser_finds_nothing_to_take_from_what_we_write(html: str) -> None:
    written = write(blocks_of(html))
    assert sanitised(written) == written


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("deux mots", "<p>deux mots</p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p></p><p>&nbsp;</p><p>x</p>", "<p>x</p>"),
        ("un<br><br>deux<br>trois", "<p>un</p><p>deux<br>trois</p>"),
        ("<b>x <i>y</b> z</i>", "<p><strong>x <em>y</em></strong> z</p>"),
        ("<h1>A</h1><h2>B</h2><h6>C</h6>", "<h2>A</h2><h3>B</h3><h4>C</h4>"),
        ("<h2>A</h2>", "<h2>A</h2>"),
        ('<p align="right">x</p>', '<p class="align-end">x</p>'),
        ('<div style="text-align:center"><p>x</p></div>', '<p class="align-center">x</p>'),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li><p>a</p></li><li><p>b</p><ul><li><p>c</p></li></ul></li></ul>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>"),
        ("<ol start=3><li>c</ol>", '<ol start="3"><li><p>c</p></li></ol>'),
        ("<pre>\n a\n  b</pre>", "<pre><code> a\n  b</code></pre>"),
        ("<code><b>x</b></code>", "<p><code>x</code></p>"),
        ("<table><tr><td>seule</table>", "<p>seule</p>"),
        (
            "<table><thead><tr><th>A<th colspan=2>B</thead><tr><td>1<td>2<td></table>",
            '<table><tbody><tr><th><p>A</p></th><th colspan="2"><p>B</p></th></tr>'
            "<tr><td><p>1</p></td><td><p>2</p></td><td><p></p></td></tr></tbody></table>",
        ),
        ("<mark>x</mark>", '<p><mark class="tint-yellow">x</mark></p>'),
        ('<a href="www.exemple.fr">x</a>', '<p><a href="https://www.exemple.fr">x</a></p>'),
        ('<a href="/groups/"><u>x</u></a>', '<p><a href="/groups/">x</a></p>'),
        ('<span data-tex="a&lt;b">…</span>', '<p><span data-tex="a&lt;b"></span></p>'),
        (
            '<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation></semantics></math>',
            '<p><span data-tex="x^2"></span></p>',
        ),
        (
            '<figure data-file="6F9619FF-8b86-4d01-b42d-00cf4fc964ff"></figure>',
            "",
        ),
        (
            '<figure data-alt="Plan" data-file="6f9619ff-8b86-4d01-b42d-00cf4fc964ff" onload=x></figure>',
            '<figure data-file="6f9619ff-8b86-4d01-b42d-00cf4fc964ff" data-alt="Plan"></figure>',
        ),
        ('<img src="https://pisteur.exemple/p.gif" alt="x">vu', "<p>vu</p>"),
        ('<p style="display:none">caché</p><p>vu</p>', "<p>vu</p>"),
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
        ("a\x00b\ud800c\u202ed", "<p>abcd</p>"),
    ],
)  # fmt: skip
def test_html_is_written_in_one_way(pasted: str, kept: str) -> None:
    assert clean(pasted).html == kept


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm; font-family:"Calibri"} --></style></head>
<body lang=FR style='tab-interval:35.4pt'><!--StartFragment-->
<p class=MsoTitle>Sortie au musée</p>
<p class=MsoNormal style='margin-bottom:8.0pt'><b><span style='font-size:14.0pt;font-family:"Arial",sans-serif;color:black'>Jeudi 3 décembre<o:p></o:p></span></b></p>
<p class=MsoNormal><span style='color:#C00000'>Apporter</span> un <span style='background:yellow;mso-highlight:yellow'>pique-nique</span><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>Cahier<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><!--[if !supportLists]--><span style='mso-list:Ignore'>o<span>&nbsp;</span></span><!--[endif]-->bleu</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Trousse</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>3.<span>&nbsp;</span></span>Départ</p>
<table class=MsoTableGrid border=1><tr><td width=200 style='width:150pt'><p class=MsoNormal>8 h<o:p></o:p></p></td><td><p class=MsoNormal>Car</p></td></tr></table>
<!--EndFragment--></body></html>"""


def test_a_page_of_word_keeps_its_sense_and_loses_its_dress() -> None:
    assert clean(WORD).html == (
        "<h2>Sortie au musée</h2>"
        "<p><strong>Jeudi 3 décembre</strong></p>"
        '<p><span class="ink-red">Apporter</span> un <mark class="tint-yellow">pique-nique</mark>&nbsp;</p>'
        "<ul><li><p>Cahier</p><ul><li><p>bleu</p></li></ul></li><li><p>Trousse</p></li></ul>"
        '<ol start="3"><li><p>Départ</p></li></ol>'
        "<table><tbody><tr><td><p>8 h</p></td><td><p>Car</p></td></tr></tbody></table>"
    )


def test_google_docs_wrapper_is_not_bold() -> None:
    pasted = (
        '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr">'
        '<span style="font-size:11pt;color:#000000;font-weight:400;">Bonjour </span>'
        '<span style="font-weight:700;font-style:italic">à tous</span></p>'
        '<ul><li dir="ltr" aria-level="1"><p role="presentation"><span>un</span></p></li></ul></b>'
    )
    assert clean(pasted).html == (
        "<p>Bonjour <strong><em>à tous</em></strong></p><ul><li><p>un</p></li></ul>"
    )


def test_libre_office_fonts_go_and_its_red_stays_a_name() -> None:
    pasted = '<p><font face="Liberation Serif"><font size="4" style="font-size:14pt"><font color="#ff0000">Attention</font> <font color="#000000">texte</font></font></font></p>'
    assert clean(pasted).html == '<p><span class="ink-red">Attention</span> texte</p>'


def test_plain_text_reads_like_a_letter() -> None:
    text = clean(
        '<h2>Sortie</h2><p>Voir <a href="https://exemple.fr">le site</a>,<br>ou <a href="https://exemple.fr">https://exemple.fr</a>.</p>'
        "<ul><li>a<ol><li>b</ol><li>c</ul><blockquote>Dit-il</blockquote><table><tr><th>A<th>B<tr><td>1<td>2</table>"
        '<p>Soit <span data-tex="x^2"></span>.</p><hr><figure data-file="6f9619ff-8b86-4d01-b42d-00cf4fc964ff" data-alt="Plan"></figure>'
    ).text
    assert text == (
        "Sortie\n\nVoir le site (https://exemple.fr),\nou https://exemple.fr.\n\n"
        "- a\n  1. b\n- c\n\n> Dit-il\n\nA | B\n1 | 2\n\nSoit x^2.\n\n—\n\n[Plan]"
    )  # fmt: skip


def test_a_text_longer_than_a_page_is_refused_in_a_sentence() -> None:
    with pytest.raises(TooLong, match="trop long"):
        clean("<p>mot</p>" * 25_000)
    with pytest.raises(TooLong):
        clean("x" * (allowed.LONGEST_PASTE + 1))


def test_a_long_paste_whose_dress_goes_is_kept() -> None:
    dressed = "<p class=MsoNormal style='" + "mso-fareast-language:FR;" * 500 + "'>mot</p>"
    assert clean(dressed * 100).text.count("mot") == 100


HOSTILE = {
    "nested": "<div>" * 100_000 + "x",
    "quotes": "<blockquote>" * 50_000 + "x",
    "lists": "<ul><li>" * 29_000 + "x",
    "tables": "<table><tr><td>" * 19_000 + "x",
    "tags left open": "<a " * 600_000,
    "values left open": '<a x="' * 300_000,
    "comments left open": "<!--" * 400_000,
    "sections left open": "<![CDATA[" * 200_000,
    "ends": "</p>" * 400_000,
    "signs": "<" * 1_900_000,
    "fonts left open": "".join(f"<font size={i}>" for i in range(30_000)) + "<p>x" * 29_000,
    "one word in pieces": "<i></i>a" * 29_000,
    "breaks": "<br> " * 59_000,
    "spaces": "<p " + " " * 1_900_000,
    "references": "&#x;&" * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_text_made_to_take_long_takes_no_time(name: str) -> None:
    begun = time.process_time()
    try:
        html = clean(HOSTILE[name]).html
    except TooLong:
        html = ""
    assert time.process_time() - begun < 5
    assert clean(html).html == html
