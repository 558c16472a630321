"""Accounts to try: one or two people of every profile, with logins that say who they are."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.db import transaction

from preau.modules.accounts.models import Account
from preau.modules.directory.api import Person

PASSWORD = "tilleul"  # public: it opens fictional people only

BRES = "Collège Madeleine-Brès"
CESAIRE = "Collège Aimé-Césaire"
BOTH = f"{BRES}, {CESAIRE}"


@dataclass(frozen=True)
class Trial:
    """`who` is the name the directory's demonstration gives the person."""

    login: str
    who: str
    profile: str
    school: str = BRES

    @property
    def person(self) -> UUID:
        # The same recipe as the directory's demonstration; a test tries every one.
        return uuid5(NAMESPACE_URL, f"https://demo.preau.invalid/person/{self.who}")


TRIALS = (
    Trial("principale", "bres/head", "Cheffe d’établissement"),
    Trial("adjoint", "bres/deputy", "Adjoint"),
    Trial("cpe", "bres/cpe", "CPE"),
    Trial("aed", "bres/aed", "AED"),
    Trial("professeur", "bres/french-1", "Enseignante, professeure principale de la 4e A"),
    Trial("professeure.parent", "bres/maths-1", "Enseignante, et parent d’une élève de 6e B"),
    Trial("remplacant", "bres/substitute", "Enseignant remplaçant, pour six semaines"),
    Trial("referent", "bres/technology", "Enseignant, référent numérique"),
    Trial("documentaliste", "bres/librarian", "Professeure documentaliste"),
    Trial("psyen", "psychologist", "Psychologue (PsyEN)", BOTH),
    Trial("infirmiere", "bres/nurse", "Infirmière"),
    Trial("assistante.sociale", "bres/social-worker", "Assistante sociale"),
    Trial("secretariat", "bres/office", "Secrétariat"),
    Trial("agent", "bres/technical", "Agent technique"),
    Trial("eleve", "bres/lina-haddouche", "Élève de 4e A"),
    Trial("eleve.majeur", "bres/alseny-diaby", "Élève majeur de 3e B"),
    Trial("parent", "bres/samira-haddouche", "Parent de deux élèves"),
    Trial("parent2", "solene-le-floc-h", "Parent d’un élève dans chaque collège", BOTH),
    Trial("parent.separe", "bres/mickael-ferrand", "Parent séparé, n’héberge pas l’enfant"),
    Trial("grand-mere", "bres/odile-lecoeur", "Grand-mère en charge d’un élève"),
    Trial("partenaire", "bres/partner", "Partenaire (association)"),
    Trial("invite", "bres/guest", "Invité"),
    Trial("collectivite", "authority", "Collectivité", "Département de la Seine-Saint-Denis"),
    Trial("principale.cesaire", "cesaire/head", "Cheffe d’établissement", CESAIRE),
    Trial("cpe.cesaire", "cesaire/cpe", "CPE", CESAIRE),
    Trial(
        "professeur.cesaire", "cesaire/french-1", "Enseignante, professeure principale de la 6e A", CESAIRE
    ),
    Trial("eleve.cesaire", "cesaire/awa-ndao", "Élève de 5e A", CESAIRE),
    Trial("parent.cesaire", "cesaire/khady-ndao", "Parent d’une élève", CESAIRE),
)


@transaction.atomic
def build() -> None:
    """Open the accounts that are not there yet."""
    standing = set(Account.objects.filter(demo=True).values_list("login", flat=True))
    missing = [trial for trial in TRIALS if trial.login not in standing]
    if not missing:
        return
    people = Person.objects.in_bulk([trial.person for trial in missing], field_name="uuid")
    # One hash for all: each costs what a login costs, and this password protects nothing.
    password = make_password(PASSWORD)
    Account.objects.bulk_create(
        Account(login=trial.login, person=people[trial.person], password=password, demo=True)
        for trial in missing
    )


def demo_accounts() -> list[dict[str, str]]:
    """The demonstration accounts that are open here, in the order one would try them."""
    standing = set(Account.objects.filter(demo=True, closed_at=None).values_list("login", flat=True))
    return [
        {"login": trial.login, "password": PASSWORD, "profile": trial.profile, "school": trial.school}
        for trial in TRIALS
        if trial.login in standing
    ]
