"""One row under the reader's eyes: its values come out clean, what was wrong with them is kept."""

from collections.abc import Mapping
from datetime import date
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from preau.modules.directory.imports import values
from preau.modules.directory.imports.problems import Problem, Severity

_LONGEST_NAME = 100


def fields_of(element: Element) -> dict[str, str]:
    """The attributes and the leaves of an element: exports of different ages write one as the other."""
    fields = {child.tag: child.text.strip() for child in element if child.text}
    fields.update({name: text.strip() for name, text in element.attrib.items()})
    return fields


class Reading:
    def __init__(self, line: int, fields: Mapping[str, str], who: str = "") -> None:
        self.line = line
        self.who = who
        self._fields = fields
        self._noted: list[tuple[Severity, str, str]] = []

    @property
    def problems(self) -> list[Problem]:
        """Under the name the row has by now: what was wrong with the name itself was noted before."""
        return [Problem(severity, self.line, self.who, cause, code) for severity, code, cause in self._noted]

    def text(self, *names: str) -> str:
        """The first of these fields that says something."""
        for name in names:
            if written := self._fields.get(name, ""):
                return values.clean(written)[0]
        return ""

    def code(self, *names: str) -> str:
        """As `text`, blanks inside kept as the source has them."""
        return next((self._fields[name].strip() for name in names if self._fields.get(name, "").strip()), "")

    def name(self, *names: str) -> str:
        written = self.code(*names)
        kept, had_signs = values.clean(written)
        if had_signs:
            self.doubt(
                "name_signs",
                _(
                    "Le nom « %(name)s » contenait des caractères illisibles, qui ont été retirés :"
                    " vérifiez-le dans le logiciel d’origine."
                )
                % {"name": kept},
            )
        if len(kept) > _LONGEST_NAME:
            self.doubt(
                "name_length",
                _(
                    "Le nom « %(name)s… » compte plus de %(count)d lettres : raccourcissez-le dans le"
                    " logiciel d’origine."
                )
                % {"name": kept[:40], "count": _LONGEST_NAME},
            )
        elif kept and not any(sign.isalpha() for sign in kept):
            self.doubt(
                "name_letters",
                _("« %(name)s » tient lieu de nom et ne contient aucune lettre : vérifiez-le.")
                % {"name": kept},
            )
        return kept

    def day(self, name: str, label: object) -> date | None:
        written = self._fields.get(name, "")
        if not written:
            return None
        found = values.day(written)
        if found is None:
            cause = (
                _(
                    "%(label)s : « %(written)s » a le mois avant le jour. Écrivez le jour d’abord"
                    " (31/12/2026)."
                )
                if values.is_month_first(written)
                else _("%(label)s : « %(written)s » n’est pas une date qui existe. Elle est laissée vide.")
            )
            self.doubt("date", cause % {"label": label, "written": written[:40]})
        return found

    def truth(self, *names: str) -> bool | None:
        for name in names:
            if written := self._fields.get(name, ""):
                found = values.truth(written)
                if found is None:
                    self.doubt(
                        "truth",
                        _(
                            "« %(written)s » tient lieu de oui ou de non (%(field)s) : la réponse est laissée"
                            " vide."
                        )
                        % {"written": written[:40], "field": name},
                    )
                return found
        return None

    def phone(self, name: str) -> str:
        written = self.text(name)
        if not written:
            return ""
        found = values.phone(written)
        if found is None:
            self.doubt(
                "phone",
                _("« %(written)s » n’est pas un numéro de téléphone lisible. Il est gardé tel quel.")
                % {"written": written[:40]},
            )
            return written
        return found

    def email(self, name: str) -> str:
        written = self.text(name)
        if written and not values.is_email(written):
            self.doubt(
                "email",
                _("« %(written)s » n’est pas une adresse électronique : rien ne pourra y être envoyé.")
                % {"written": written[:60]},
            )
        return written

    def ine(self, *names: str) -> str:
        written = self.text(*names)
        if not written:
            return ""
        found, is_sound = values.ine(written)
        if not is_sound:
            self.doubt(
                "ine_shape",
                _("L’INE « %(ine)s » n’a aucune des formes connues : vérifiez-le dans le logiciel d’origine.")
                % {"ine": found[:40]},
            )
        return found

    def mef(self, *names: str) -> str:
        written = self.text(*names)
        if written and not values.is_mef(written):
            self.doubt(
                "mef_shape",
                _("Le code MEF « %(mef)s » n’a pas onze signes comme les codes nationaux.")
                % {"mef": written[:40]},
            )
        return written

    def doubt(self, code: str, cause: str) -> None:
        self._noted.append((Severity.DOUBT, code, cause))

    def remark(self, code: str, cause: str) -> None:
        self._noted.append((Severity.REMARK, code, cause))

    def left_out(self, code: str, cause: str) -> Problem:
        """The problem alone: what else was wrong with a row that is not used tells nobody anything."""
        return Problem(Severity.LEFT_OUT, self.line, self.who, cause, code)


def called(last_name: str, first_name: str) -> str:
    return " ".join(filter(None, (last_name.upper(), first_name)))
