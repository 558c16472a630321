"""Texts of the kind people and attackers send, for hypothesis."""

from hypothesis import strategies as st

WORDS = st.text("abé <>&\"'\u00a0*$`\\#-1.|[]()_~\n\t😀", max_size=12)
_TAGS = [
    "p",
    "div",
    "h1",
    "h2",
    "h5",
    "b",
    "i",
    "em",
    "strong",
    "u",
    "s",
    "sub",
    "sup",
    "code",
    "a",
    "span",
    "mark",
    "font",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "hr",
    "br",
    "table",
    "tbody",
    "tr",
    "td",
    "th",
    "figure",
    "img",
    "svg",
    "math",
    "script",
    "style",
    "center",
    "o:p",
]
_ATTRIBUTES = st.sampled_from(
    [
        "",
        ' class="align-center"',
        ' class="ink-red"',
        ' class="tint-blue x"',
        ' style="font-weight:700;color:#c00"',
        ' style="text-align:right"',
        ' style="mso-list:l0 level2 lfo1"',
        ' style="mso-list:Ignore"',
        ' style="font-weight:normal"',
        ' href="https://exemple.fr/?a=1&b=2"',
        ' href="javascript:alert(1)"',
        ' data-tex="\\frac{1}{2}"',
        ' data-file="6f9619ff-8b86-4d01-b42d-00cf4fc964ff" data-alt="Un &quot;plan&quot;"',
        ' start="4"',
        ' colspan="2" rowspan=3',
        " onclick=alert(1)",
    ]
)
_OPEN = st.builds("<{}{}>".format, st.sampled_from(_TAGS), _ATTRIBUTES)
_CLOSE = st.builds("</{}>".format, st.sampled_from(_TAGS))
MARKUP = st.lists(st.one_of(_OPEN, _CLOSE, WORDS), max_size=40).map("".join)
