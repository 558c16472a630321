"""From what was uploaded to what can be read: archives opened, files told apart by what is in them – their
names say nothing, people rename them – and put in the order in which they are to be read.

    with opened([("siecle.zip", file)]) as found:
        for source in found.sources:
            for row in source.rows(): ...
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO

from django.utils.translation import gettext as _

from preau.kernel.intake import gzips, types, xml
from preau.kernel.intake.names import file_name
from preau.kernel.intake.zips import Archive, Content
from preau.kernel.intake.zips import Bounds as ArchiveBounds
from preau.kernel.rules import RuleBroken
from preau.modules.directory.imports import encodings, tables, values
from preau.modules.directory.imports.columns import TableMapping
from preau.modules.directory.imports.encodings import Recoded, Text
from preau.modules.directory.imports.formats import FORMATS, Kind, refused_root
from preau.modules.directory.imports.problems import FileRefused, Problem, Severity
from preau.modules.directory.imports.said import Header, Row

# An archive is read several times (told apart, checked, read), and what is unpacked is counted each time.
ARCHIVE = ArchiveBounds(members=200, largest=encodings.LARGEST, total=4 * encodings.LARGEST, nested=True)
INNER = replace(ARCHIVE, nested=False)
XML = xml.Bounds(size=2 * encodings.LARGEST, elements=20_000_000)

_IN_MEMORY = 4_000_000

Opener = Callable[[], AbstractContextManager[xml.Readable]]


@dataclass(frozen=True)
class LeftAside:
    """A file that is not read, and why in a sentence."""

    name: str
    reason: str


@dataclass(frozen=True)
class Source:
    """A file that can be read. `name`: with the archive and folders it lies in, to be shown."""

    kind: Kind
    name: str
    header: Header
    size: int
    problems: tuple[Problem, ...]
    mapping: TableMapping | None
    _read: Callable[["Source"], Iterator[Row]] = field(repr=False)

    def rows(self) -> Iterator[Row]:
        """From the beginning each time; one reading of an upload at a time. Raises `FileRefused`."""
        try:
            yield from self._read(self)
        except FileRefused:
            raise
        except RuleBroken as broken:
            raise FileRefused(broken.message) from broken

    def with_mapping(self, mapping: TableMapping) -> "Source":
        """The same table, its columns corrected by hand."""
        return replace(self, mapping=mapping, kind=Kind(f"table_{mapping.kind}"))


@dataclass(frozen=True)
class Opened:
    sources: tuple[Source, ...]
    left_aside: tuple[LeftAside, ...]


@dataclass(frozen=True)
class _Given:
    name: str
    open: Opener


@contextmanager
def opened(uploads: Iterable[tuple[str, BinaryIO]]) -> Iterator[Opened]:
    """`uploads`: names and files that can be read again from their beginning. One that cannot be used is
    left aside with its reason, whatever is wrong with it; the others are read all the same."""
    with ExitStack() as stack:
        sources: list[Source] = []
        aside: list[LeftAside] = []
        for name, file in uploads:
            for given in _unpacked(file_name(name), file, stack, aside):
                try:
                    sources.append(_recognised(given))
                except RuleBroken as refused:
                    aside.append(LeftAside(given.name, str(refused.message)))
        kept = _without_doubles(sources, aside)
        yield Opened(tuple(sorted(kept, key=lambda source: source.kind.order)), tuple(aside))


def _unpacked(name: str, file: BinaryIO, stack: ExitStack, aside: list[LeftAside]) -> Iterator[_Given]:
    if types.media_type(file) == types.GZIP:
        # By the browser, so that less is sent: whoever chose the file has not seen the « .gz ».
        name = name[:-3] if name.lower().endswith(".gz") else name
        try:
            file = _kept(partial(gzips.Unpacked, file, ARCHIVE), stack)
        except RuleBroken as refused:
            aside.append(LeftAside(name, str(refused.message)))
            return
    if types.media_type(file) != types.ZIP:
        yield _Given(name, lambda: _from_the_beginning(file))
        return
    try:
        archive = stack.enter_context(Archive(file, ARCHIVE))
    except RuleBroken as refused:
        aside.append(LeftAside(name, str(refused.message)))
        return
    if not archive.listed:
        aside.append(LeftAside(name, _("Cette archive est vide. Refaites-la et renvoyez-la.")))
    for shown, open_member in _members(name, archive):
        try:
            yield from _unpacked_member(shown, open_member, stack)
        except RuleBroken as refused:
            aside.append(LeftAside(shown, str(refused.message)))


def _unpacked_member(name: str, open_member: Opener, stack: ExitStack) -> Iterator[_Given]:
    with open_member() as content:
        is_archive = content.read(4).startswith(b"PK")
    if not is_archive:
        yield _Given(name, open_member)
        return
    inner = _kept(open_member, stack)
    if types.media_type(inner) != types.ZIP:
        yield _Given(name, lambda: _from_the_beginning(inner))
        return
    # SIECLE makes an archive for each file, people put them together: one level, no more.
    for deeper, open_deeper in _members(name, stack.enter_context(Archive(inner, INNER))):
        yield _Given(deeper, open_deeper)


def _members(name: str, archive: Archive) -> Iterator[tuple[str, Opener]]:
    for member in archive.listed:
        if not member.is_of_the_system:
            yield f"{name} › {member.path}", lambda member=member: Content(archive, member)  # type: ignore[misc]


def _from_the_beginning(file: BinaryIO) -> AbstractContextManager[xml.Readable]:
    file.seek(0)
    return nullcontext(file)


def _kept(open_member: Opener, stack: ExitStack) -> BinaryIO:
    kept = stack.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115
    with open_member() as content:
        shutil.copyfileobj(content, kept)
    return kept  # type: ignore[return-value]


def _recognised(given: _Given) -> Source:
    with given.open() as file:
        head = file.read(types.HEAD)
    _refuse_other_types(head)
    with given.open() as file:
        text = encodings.survey(file)
    with given.open() as file:
        begins = Recoded(file, text).read(types.HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    source = _document(given, text) if begins.startswith(b"<") else _table(given, text)
    return replace(source, problems=(*_about_encoding(text), *_about_header(source)))


def _document(given: _Given, text: Text) -> Source:
    with given.open() as file:
        root = xml.root_of(Recoded(file, text), XML, encodings.UTF_8).tag
    found = FORMATS.get(root)
    if found is None:
        raise FileRefused(refused_root(root))
    # To the end: what is broken anywhere is found out before a row is given out.
    with given.open() as file:
        header = found.header(list(xml.draw(Recoded(file, text), found.header_paths, XML, encodings.UTF_8)))

    def read(source: Source) -> Iterator[Row]:
        with given.open() as file:
            yield from found.rows(xml.draw(Recoded(file, text), found.paths, XML, encodings.UTF_8), header)

    return Source(found.kind, given.name, header, text.size, (), None, read)


def _table(given: _Given, text: Text) -> Source:
    with given.open() as file:
        delimiter = tables.delimiter_of(file, text)
    if not delimiter:
        raise FileRefused(
            _(
                "Ce fichier n’est ni un export de SIECLE ou de STS-web, ni un tableau : la première ligne"
                " d’un tableau porte les noms de ses colonnes, séparés par des points-virgules."
            )
        )
    with given.open() as file:
        table = tables.recognised(file, text, delimiter)
    mapping = TableMapping.guessed(table.headers)

    def read(source: Source) -> Iterator[Row]:
        with given.open() as file:
            yield from tables.rows(file, table, source.mapping or mapping)

    header = Header("table")
    return Source(Kind(f"table_{mapping.kind}"), given.name, header, text.size, (), mapping, read)


_SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PICTURE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
_OTHER_ARCHIVE = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def _refuse_other_types(head: bytes) -> None:
    if head.startswith(_SPREADSHEET):
        raise FileRefused(
            _(
                "Ce fichier est un classeur ou un document. Ouvrez-le dans le tableur, choisissez"
                " « Enregistrer sous », le format CSV, et renvoyez ce nouveau fichier."
            )
        )
    if head.startswith(_OTHER_ARCHIVE) or head[257:262] == b"ustar":
        raise FileRefused(
            _("Préau n’ouvre que les archives ZIP. Ouvrez celle-ci et envoyez les fichiers qu’elle contient.")
        )
    if head.startswith(b"%PDF"):
        raise FileRefused(
            _("Ce fichier est un PDF : personne ne peut en relire les lignes. Envoyez l’export lui-même.")
        )
    if head.startswith(_PICTURE) and b"\0" in head:
        raise FileRefused(_("Ce fichier est une image. Envoyez l’export lui-même (XML, ZIP ou CSV)."))
    # A lost zero in a document costs one name, see `encodings`.
    if b"\0" in head and not head.startswith((*_UTF_16, b"<", b"\xef\xbb\xbf<")):
        raise FileRefused(
            _("Ce fichier n’est pas un texte. Envoyez un export de SIECLE, de STS-web, ou un CSV.")
        )


def _about_encoding(text: Text) -> Iterator[Problem]:
    if text.misdeclared:
        cause = _(
            "Ce fichier annonce l’encodage « %(declared)s » et en emploie un autre : il a sans doute été"
            " ouvert puis enregistré. Vérifiez les accents ci-dessous ; en cas de doute, refaites l’export."
        ) % {"declared": text.declared}
        yield Problem(Severity.REMARK, 0, "", cause, "encoding")


def _about_header(source: Source) -> Iterator[Problem]:
    header = source.header
    if header.source == "table":
        if unknown := source.mapping.unknown if source.mapping else ():
            cause = _("Colonnes qui ne seront pas lues : %(columns)s.") % {"columns": ", ".join(unknown)}
            yield Problem(Severity.REMARK, 1, "", cause, "columns")
        return
    if not header.uai:
        cause = _("Ce fichier ne dit pas de quel établissement il vient : vérifiez que c’est le bon.")
        yield Problem(Severity.DOUBT, 0, "", cause, "uai_missing")
    elif not values.uai(header.uai)[1]:
        cause = _(
            "« %(uai)s » n’est pas un code d’établissement (UAI) exact : sept chiffres, puis une lettre qui"
            " s’en calcule. Vérifiez que ce fichier est bien celui de votre établissement."
        ) % {"uai": header.uai[:20]}
        yield Problem(Severity.DOUBT, 0, "", cause, "uai_key")
    if header.year is None:
        cause = _("Ce fichier ne dit pas de quelle année scolaire il parle : vérifiez que c’est la bonne.")
        yield Problem(Severity.DOUBT, 0, "", cause, "year_missing")


def _without_doubles(sources: list[Source], aside: list[LeftAside]) -> list[Source]:
    """Of two exports of the same thing the later one, then the longer one: it has the addresses."""
    kept: dict[object, Source] = {}
    for source in sources:
        header = source.header
        is_table = header.source == "table"
        same = (source.kind, source.name if is_table else (header.uai, header.year))
        other = kept.get(same)
        if other is None or is_table:
            kept[(same, len(kept)) if is_table else same] = source
            continue
        later, earlier = (source, other) if _freshness(source) > _freshness(other) else (other, source)
        kept[same] = later
        reason = _("« %(other)s » dit la même chose, en plus récent ou en plus complet.") % {
            "other": later.name
        }
        aside.append(LeftAside(earlier.name, reason))
    return list(kept.values())


def _freshness(source: Source) -> tuple[int, int]:
    day = source.header.exported_on
    return day.toordinal() if day else 0, source.size
