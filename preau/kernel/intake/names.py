"""File names as they may be kept, shown and sent: a name is never a path."""

import re
import unicodedata

LONGEST_NAME = 255  # bytes: what every file system takes when the file is saved at home

# What Windows takes for a device, whatever the ending.
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
# What a computer runs or follows when it is opened. A lesson in Python keeps its name.
_ACTS = re.compile(
    r"\.(?:appref-ms|application|apk|bat|chm|cmd|com|command|cpl|desktop|dll|dmg|exe|gadget|hta|html?|inf"
    r"|iqy|jar|jse?|lnk|mht(?:ml)?|ms[ciptu]|msh\w*|pif|ps[12]\w*|reg|scf|scpt|scr|sct"
    r"|shb|shs|shtml|slk|svgz?|swf|terminal|url|vbe?|vbs|vhdx?|webloc|website|wsc|ws[fh]?|xht(?:ml)?|xslt?|xbap"
    r"|xll|search-ms|settingcontent-ms|library-ms)$",
    re.IGNORECASE,
)
_REFUSED = dict.fromkeys(map(ord, '<>:"|?*\\/'), "_")


def file_name(sent: str, *, otherwise: str = "fichier") -> str:
    """The last part of whatever was sent, without what could act: folders, control and direction
    characters, device names. Its ending survives a cut."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", sent))[-1]
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    name = " ".join(kept.translate(_REFUSED).split()).strip(". ")
    if not name.strip("_"):
        name = otherwise
    if _DEVICES.match(name):
        name = f"_{name}"
    return _cut(name)


def inert_name(name: str, ending: str) -> str:
    """A name that does nothing when the file is opened at home: a text called « devoir.bat » is a program
    there, and « devoir.html » a page with scripts of its own."""
    return file_name(f"{name}.{ending}") if _ACTS.search(name) else name


def _cut(name: str) -> str:
    if len(name.encode()) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 16:
        stem, dot, ending = name, "", ""
    room = LONGEST_NAME - len(f"{dot}{ending}".encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + ending
