"""What a school starts with: the national profiles, and rules that give families little and staff
what their work needs. Each school changes its own copy."""

from preau.modules.directory.models.rule_versions import Rule
from preau.modules.directory.models.rules import Relation, Right, Subject
from preau.modules.directory.models.staff import Duty

# code, label, kind, GAR profile, audience profile (DNMA), duties, known to families
PROFILES: tuple[tuple[str, str, str, str, str, tuple[str, ...], bool], ...] = (
    ("head", "Chef d’établissement", "staff", "National_dir", "ADMIN_VIE_SCOL_TECH", (Duty.MANAGE,), True),
    ("deputy", "Adjoint", "staff", "National_dir", "ADMIN_VIE_SCOL_TECH", (Duty.MANAGE,), True),
    ("cpe", "CPE", "staff", "National_evs", "ADMIN_VIE_SCOL_TECH", (Duty.SUPERVISE,), True),
    ("aed", "AED", "staff", "National_evs", "ADMIN_VIE_SCOL_TECH", (Duty.SUPERVISE,), True),
    ("teacher", "Enseignant", "staff", "National_ens", "ENSEIGNANT", (Duty.TEACH,), False),
    (
        "librarian",
        "Professeur documentaliste",
        "staff",
        "National_doc",
        "ENSEIGNANT",
        (Duty.TEACH, Duty.DOCUMENT),
        True,
    ),
    (
        "counsellor",
        "Psychologue (PsyEN)",
        "staff",
        "National_evs",
        "ADMIN_VIE_SCOL_TECH",
        (Duty.COUNSEL,),
        True,
    ),
    ("nurse", "Infirmier", "staff", "National_eta", "ADMIN_VIE_SCOL_TECH", (Duty.CARE,), True),
    ("social_worker", "Assistant social", "staff", "National_eta", "ADMIN_VIE_SCOL_TECH", (Duty.CARE,), True),
    ("office", "Secrétariat", "staff", "National_eta", "ADMIN_VIE_SCOL_TECH", (Duty.ADMINISTER,), True),
    ("technical", "Agent technique", "staff", "National_col", "COLLECTIVITE", (Duty.MAINTAIN,), False),
    ("pupil", "Élève", "pupil", "National_elv", "ELEVE", (), False),
    ("guardian", "Responsable", "guardian", "National_tut", "PARENT", (), False),
    ("partner", "Partenaire", "partner", "National_eta", "AUTRE", (), False),
    ("guest", "Invité", "partner", "National_eta", "AUTRE", (), False),
)

# National functions (FONCTION of STS-web, words of tables) and the profile each becomes. Those who direct are
# named by hand: a file opens nobody every door of the school.
PROFILE_OF_FUNCTION = {
    "ENS": "teacher",
    "DOC": "librarian",
    "EDU": "cpe",
    "CPE": "cpe",
    "AED": "aed",
    "ASE": "aed",
    "SUR": "aed",
    "ORI": "counsellor",
    "PSY": "counsellor",
    "INF": "nurse",
    "MDS": "nurse",
    "ASS": "social_worker",
    "ADF": "office",
    "ADM": "office",
    "OUV": "technical",
    "LAB": "technical",
    "TEC": "technical",
}

_FILES = (Relation.MANAGE, Relation.SUPERVISE, Relation.ADMINISTER, Relation.CARE)
_TEACHERS = (Relation.TEACHER_OF, Relation.HEAD_TEACHER_OF)

RULES: dict[tuple[str, str], tuple[str, ...]] = {
    (Right.KNOW, Subject.PUPIL): (
        Relation.SELF,
        Relation.CLASSMATE,
        Relation.GUARDIAN_OF,
        Relation.CARER_OF,
        Relation.STAFF,
    ),
    (Right.KNOW, Subject.GUARDIAN): (Relation.SELF, Relation.WARD_OF, Relation.CO_GUARDIAN, Relation.STAFF),
    (Right.KNOW, Subject.STAFF): (
        Relation.SELF,
        Relation.PUPIL_OF,
        Relation.PARENT_OF_PUPIL_OF,
        Relation.STAFF,
    ),
    (Right.KNOW, Subject.CONTACT_STAFF): (Relation.PUPIL, Relation.GUARDIAN),
    (Right.KNOW, Subject.PARTNER): (Relation.SELF, Relation.STAFF),
    (Right.ADDRESS, Subject.PUPIL): (Relation.SELF, Relation.HOUSES, *_FILES),
    (Right.ADDRESS, Subject.GUARDIAN): (Relation.SELF, *_FILES),
    (Right.ADDRESS, Subject.STAFF): (Relation.SELF, Relation.MANAGE, Relation.ADMINISTER),
    (Right.PHONE, Subject.PUPIL): (Relation.SELF, Relation.GUARDIAN_OF, Relation.HEAD_TEACHER_OF, *_FILES),
    (Right.PHONE, Subject.GUARDIAN): (Relation.SELF, *_TEACHERS, *_FILES),
    (Right.PHONE, Subject.STAFF): (Relation.SELF, Relation.MANAGE, Relation.ADMINISTER),
    (Right.EMAIL, Subject.PUPIL): (Relation.SELF, Relation.GUARDIAN_OF, *_TEACHERS, *_FILES),
    (Right.EMAIL, Subject.GUARDIAN): (Relation.SELF, *_TEACHERS, *_FILES),
    (Right.EMAIL, Subject.STAFF): (Relation.SELF, Relation.STAFF),
    (Right.PHONE, Subject.PARTNER): (Relation.SELF, Relation.MANAGE, Relation.ADMINISTER),
    (Right.EMAIL, Subject.PARTNER): (Relation.SELF, Relation.STAFF),
    (Right.BIRTH_DATE, Subject.PUPIL): (
        Relation.SELF,
        Relation.GUARDIAN_OF,
        *_TEACHERS,
        Relation.COUNSEL,
        *_FILES,
    ),
    (Right.BIRTH_DATE, Subject.GUARDIAN): (Relation.SELF,),
    (Right.BIRTH_DATE, Subject.STAFF): (Relation.SELF, Relation.MANAGE, Relation.ADMINISTER),
    (Right.GUARDIANS, Subject.PUPIL): (
        Relation.SELF,
        Relation.GUARDIAN_OF,
        *_TEACHERS,
        Relation.COUNSEL,
        *_FILES,
    ),
    # Pupils and parents to those they meet, through the school to the others; staff to everybody.
    (Right.WRITE, Subject.PUPIL): (Relation.CLASSMATE, Relation.GUARDIAN_OF, Relation.STAFF),
    (Right.WRITE, Subject.GUARDIAN): (Relation.WARD_OF, Relation.STAFF),
    (Right.WRITE, Subject.STAFF): (Relation.PUPIL_OF, Relation.PARENT_OF_PUPIL_OF, Relation.STAFF),
    (Right.WRITE, Subject.CONTACT_STAFF): (Relation.PUPIL, Relation.GUARDIAN),
    (Right.WRITE, Subject.PARTNER): (Relation.STAFF,),
    (Right.PHOTO, Subject.PUPIL): (Relation.SELF, Relation.CLASSMATE, Relation.GUARDIAN_OF, Relation.STAFF),
    (Right.PHOTO, Subject.STAFF): (Relation.SELF, Relation.STAFF),
}


def default_rules() -> frozenset[Rule]:
    return frozenset(
        Rule(right, subject, relation)
        for (right, subject), relations in RULES.items()
        for relation in relations
    )
