"""Who works in the two schools of the demonstration. Pure data."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Colleague:
    """`teaches` reads « FRANC 6A 4A; LCALA 4LATIN »; groups taught together are joined by « + »."""

    key: str
    first_name: str
    last_name: str
    civility: str
    profile: str = "teacher"
    title: str = ""
    teaches: str = ""
    leads: str = ""  # the division they are head teacher of
    since: int = 2  # school years before this one
    segpa: bool = False
    person: str = ""  # the same somebody in the other school
    replaced_by: str = ""
    digital_lead: bool = False
    substitute: bool = False


def _teacher(key: str, name: str, civility: str, teaches: str, leads: str = "", **more: Any) -> Colleague:
    first_name, last_name = name.split("/")
    return Colleague(key, first_name, last_name, civility, teaches=teaches, leads=leads, **more)


def _staff(key: str, name: str, civility: str, profile: str, title: str = "", **more: Any) -> Colleague:
    first_name, last_name = name.split("/")
    return Colleague(key, first_name, last_name, civility, profile, title, **more)


BRES_STAFF = (
    _staff("head", "Catherine/Montferrat", "MME", "head", "Principale", since=3),
    _staff("deputy", "Philippe/Ghannoum", "M", "deputy", "Principal adjoint"),
    _staff("cpe", "Aurélie/Bonnard", "MME", "cpe", "Conseillère principale d’éducation", since=6),
    _staff("cpe-2", "Moussa/Tounkara-Weil", "M", "cpe", "Conseiller principal d’éducation", since=0),
    _staff("aed", "Idriss/Mbemba", "M", "aed", "Assistant d’éducation", since=1),
    _staff("aed-2", "Camille/Dos Anjos", "MME", "aed", "Assistante d’éducation", since=0),
    _staff("aed-3", "Jessica/Tribolet", "MME", "aed", "Assistante d’éducation"),
    _staff("aed-4", "Sofiane/Kerrouche", "M", "aed", "Assistant d’éducation", since=0),
    _staff("aed-5", "Manon/Perrault", "MME", "aed", "Assistante d’éducation", since=1),
    _staff("aed-6", "Bakary/Cissokho", "M", "aed", "Assistant d’éducation", since=0),
    _staff("librarian", "Florence/Guilloux", "MME", "librarian", "Professeure documentaliste", since=9),
    _staff("counsellor", "Yasmina/Rahal", "MME", "counsellor", "Psychologue (PsyEN)", person="psychologist"),
    _staff("nurse", "Patricia/Maurin", "MME", "nurse", "Infirmière scolaire", since=4),
    _staff("social-worker", "Fatou/Gassama", "MME", "social_worker", "Assistante sociale", since=1),
    _staff("office", "Brigitte/Fauvel", "MME", "office", "Secrétaire de direction", since=12),
    _staff("office-2", "Loïc/Kerbrat", "M", "office", "Adjoint gestionnaire", since=5),
    _staff("technical", "José/Teixeira", "M", "technical", "Agent d’accueil", since=11),
    _staff("technical-2", "Sylvie/Hautecœur", "MME", "technical", "Cheffe de cuisine", since=7),
    _staff("technical-3", "Kofi/Amegan", "M", "technical", "Agent de maintenance", since=1),
    _staff("partner", "Nora/Pichard", "MME", "partner", "Association Ondes de l’Ourcq", since=1),
    _staff("guest", "Bruno/Salvetti", "M", "guest", "Auteur en résidence", since=0),
    _teacher("french-1", "Claire/Morvan", "MME", "FRANC 4A 3A 6A", "4A", since=8),
    _teacher("french-2", "Étienne/d’Aubrac", "M", "FRANC 6B 5A 3B; LCALA 4LATIN", "5A", since=4),
    _teacher("french-3", "Leïla/Ouahioune", "MME", "FRANC 5B 4B", "5B", since=1),
    _teacher("maths-1", "Hélène/Kowalczyk", "MME", "MATHS 6A 4A 3B", "3B", since=7),
    _teacher("maths-2", "Bertrand/Lemoal", "M", "MATHS 6B 5A 3A", since=15, replaced_by="substitute"),
    _teacher("maths-3", "Divya/Ramanadin", "MME", "MATHS 5B 4B", "4B", since=2),
    _teacher(
        "substitute", "Antonin/Vauquelin", "M", "", title="Professeur de mathématiques", substitute=True
    ),
    _teacher("history-1", "François/Le Dantec", "M", "HI-GE 6A 5A 4A 3A", "3A", since=10),
    _teacher("history-2", "Maëlle/Ngo Bassong", "MME", "HI-GE 6B 5B 4B 3B", "6B", since=3),
    _teacher("english-1", "Siobhán/O’Rourke", "MME", "AGL1 6A 5A 4A 3A", "6A", since=5),
    _teacher("english-2", "Thomas/Zerbib", "M", "AGL1 6B 5B 4B 3B", since=2),
    _teacher("spanish", "Marisol/de la Vega Prieto", "MME", "ESP2 5ESP 4ESP 3ESP", since=6),
    _teacher("german", "Ulrike/van den Berghe", "MME", "ALL2 5ALL 4ALL 3ALL 5ALL2 4ALL2 3ALL2", since=13),
    _teacher("science", "Nathalie/Poulain-Sy", "MME", "STECH 6A 6B; SVT 5A 5B 4A 4B 3A 3B; SVT 4A1", since=4),
    _teacher("physics", "Grégoire/Assouline", "M", "PH-CH 5A 5B 4A 4B 3A 3B", since=2),
    _teacher("technology", "Julien/Castaing", "M", "TECHN 5A 5B 4A 4B 3A 3B", since=6, digital_lead=True),
    _teacher("arts", "Ombeline/Ruffieux", "MME", "A-PLA 6A 6B 5A 5B 4A 4B 3A 3B", since=1),
    _teacher("music", "Gwendal/Tanguy", "M", "EDMUS 6A 6B 5A 5B 4A 4B 3A 3B", person="musician", since=3),
    _teacher("sport-1", "Karine/Œuvrard", "MME", "EPS 6A+6B 5A 4A 3A 3E", since=9),
    _teacher("sport-2", "Steeve/Marie-Luce", "M", "EPS 6A+6B 5B 4B 3B 3F", since=5),
    _teacher("segpa", "Monique/Bertaud", "MME", "FRANC 6SEGPA; MATHS 6SEGPA", since=8, segpa=True),
    _teacher("french-4", "Anaïs/Lefloch-Barreau", "MME", "FRANC 6C 6D 5C 5D", "6C", since=3),
    _teacher("french-5", "Ludovic/Ferreira-Nunes", "M", "FRANC 6E 6F 5E 5F", "5E", since=5),
    _teacher("french-6", "Mireille/Castelnau", "MME", "FRANC 6G 6H 5G 5H", "6G", since=14),
    _teacher("french-7", "Gaël/Corvisier", "M", "FRANC 4C 4D 3C 3D", "3C", since=1),
    _teacher("french-8", "Oriane/Zeitoun", "MME", "FRANC 4E 4F 3E 3F", "4E", since=2),
    _teacher("french-9", "Paul-Henri/Ngassa", "M", "FRANC 4G 3G", since=0),
    _teacher("maths-4", "Sabine/Dutertre", "MME", "MATHS 6C 5C 4C 3C", "4C", since=11),
    _teacher("maths-5", "Rayane/Belkacemi", "M", "MATHS 6D 5D 4D 3D", "6D", since=1),
    _teacher("maths-6", "Inès/Carpentier", "MME", "MATHS 6E 5E 4E 3E", "3E", since=4),
    _teacher("maths-7", "Hugues/de Montalivet", "M", "MATHS 6F 5F 4F 3F", "4F", since=8),
    _teacher("maths-8", "Thanh-Mai/Lê Quang", "MME", "MATHS 6G 5G 4G 3G", "5G", since=2),
    _teacher("maths-9", "Corentin/Blanchet", "M", "MATHS 6H 5H", since=0),
    _teacher("history-3", "Dominique/Sauveterre", "MME", "HI-GE 6C 6D 5C 5D 4C", "5C", since=7),
    _teacher("history-4", "Youssef/Amrani-Duval", "M", "HI-GE 6E 6F 5E 5F 4D", "4D", since=2),
    _teacher("history-5", "Alix/Pommeraye", "MME", "HI-GE 6G 6H 5G 5H 4E", "5H", since=3),
    _teacher("history-6", "Fabrice/Lantier", "M", "HI-GE 4F 4G 3C 3D", "3D", since=12),
    _teacher("history-7", "Clotilde/Bassompierre", "MME", "HI-GE 3E 3F 3G", "3F", since=1),
    _teacher("english-3", "Rebecca/Adjei", "MME", "AGL1 6C 5C 4C 3C 4G", "4G", since=3),
    _teacher("english-4", "Florian/Weissmann", "M", "AGL1 6D 5D 4D 3D 3G", "3G", since=6),
    _teacher("english-5", "Maud/Kerjean", "MME", "AGL1 6E 5E 4E 3E", "6E", since=1),
    _teacher("english-6", "Jean-Marc/Toussaint-Louis", "M", "AGL1 6F 5F 4F 3F", "6F", since=9),
    _teacher("english-7", "Lucie/Varenne", "MME", "AGL1 6G 6H 5G 5H", "6H", since=0),
    _teacher("spanish-2", "Esteban/Quiroga", "M", "ESP2 5ESP2 5ESP3 5ESP4 4ESP2", since=2),
    _teacher("spanish-3", "Carmen/Bouvier-Sanz", "MME", "ESP2 4ESP3 4G 3ESP2 3ESP3 3G", since=4),
    _teacher("german-2", "Matthias/Krumbholz", "M", "ALL2 5ALL3 5ALL4 4ALL3 3ALL3", since=1),
    _teacher(
        "science-2", "Emmanuelle/Roussillon", "MME", "STECH 6C 6D 6E; SVT 5C 5D 5E 4C 4D", "5D", since=5
    ),
    _teacher("science-3", "Abdel/Chikhaoui", "M", "STECH 6F 6G 6H; SVT 5F 5G 5H 4E 4F", "5F", since=2),
    _teacher("science-4", "Véronique/Passelègue", "MME", "SVT 4G 3C 3D 3E 3F 3G", since=16),
    _teacher("physics-2", "Lorraine/Hébrard", "MME", "PH-CH 5C 5D 5E 5F 4C 4D 4E 3C", since=3),
    _teacher("physics-3", "Tarik/Oumeziane", "M", "PH-CH 5G 5H 4F 4G 3D 3E 3F 3G", since=1),
    _teacher("technology-2", "Régis/Malaurie", "M", "TECHN 5C 5D 5E 5F 4C 4D 4E 3C", since=10),
    _teacher("technology-3", "Pauline/Escoffier", "MME", "TECHN 5G 5H 4F 4G 3D 3E 3F 3G", since=2),
    _teacher("arts-2", "Violaine/Astruc", "MME", "A-PLA 6C 6D 6E 6F 6G 6H 5C 5D 5E 5F 5G", since=4),
    _teacher("arts-3", "Samuel/Okonkwo", "M", "A-PLA 5H 4C 4D 4E 4F 4G 3C 3D 3E 3F 3G", since=1),
    _teacher("music-2", "Noémie/Plantevin", "MME", "EDMUS 6C 6D 6E 6F 6G 6H 5C 5D 5E 5F 5G 5H", since=2),
    _teacher("music-3", "Arnaud/Quilliot", "M", "EDMUS 4C 4D 4E 4F 4G 3C 3D 3E 3F 3G", since=0),
    _teacher("sport-3", "Laëtitia/Gombeaud", "MME", "EPS 6C 6D 5C 5D 4C", since=6),
    _teacher("sport-4", "Romain/Estrosi-Vial", "M", "EPS 6E 6F 5E 5F 4D", since=3),
    _teacher("sport-5", "Nadia/Ferroukhi", "MME", "EPS 6G 6H 5G 5H 4E", since=8),
    _teacher("sport-6", "Kévin/Delacroix-Moreau", "M", "EPS 4F 4G 3C 3D 3G", since=1),
)

CESAIRE_STAFF = (
    _staff("head", "Sylvaine/Rakotondrabe", "MME", "head", "Principale", since=1),
    _staff("deputy", "Marianne/Kessler", "MME", "deputy", "Principale adjointe", since=0),
    _staff("cpe", "Olivier/Desnoyers", "M", "cpe", "Conseiller principal d’éducation", since=3),
    _staff("aed", "Sonia/Medjahed", "MME", "aed", "Assistante d’éducation", since=1),
    _staff("aed-2", "Wilfried/Gbaguidi", "M", "aed", "Assistant d’éducation", since=0),
    _staff("librarian", "Pascal/Ventura", "M", "librarian", "Professeur documentaliste", since=5),
    _staff("counsellor", "Yasmina/Rahal", "MME", "counsellor", "Psychologue (PsyEN)", person="psychologist"),
    _staff("nurse", "Annick/Lossouarn", "MME", "nurse", "Infirmière scolaire"),
    _staff("social-worker", "Estelle/Vidalie", "MME", "social_worker", "Assistante sociale", since=2),
    _staff("office", "Corinne/Abadie", "MME", "office", "Secrétaire de direction", since=6),
    _staff("technical", "Ferhat/Özkan", "M", "technical", "Agent d’accueil", since=4),
    _staff("partner", "Lucie/Hénaff", "MME", "partner", "Tutrice de stage", since=0),
    _staff("guest", "Gilles/Montagnier", "M", "guest", "Intervenant cirque", since=0),
    _teacher("french-1", "Solange/Apolline-Reine", "MME", "FRANC 6A 5A", "6A", since=4),
    _teacher("french-2", "Matthieu/Ségalen-Roy", "M", "FRANC 4A 3A; LCALA 3LATIN", "4A", since=2),
    _teacher("maths-1", "Rachida/Bouhired", "MME", "MATHS 6A 5A 4A 3A", "5A", since=7),
    _teacher("history-1", "Quentin/Daumas", "M", "HI-GE 6A 5A 4A 3A", "3A", since=1),
    _teacher("english-1", "Priscilla/Hartley", "MME", "AGL1 6A 5A 4A 3A", since=3),
    _teacher("spanish", "Álvaro/Ibáñez", "M", "ESP2 5A 4A 3A", since=5),
    _teacher("science", "Jeanne/Colombani", "MME", "STECH 6A; SVT 5A 4A 3A", since=8),
    _teacher("physics", "Ousseynou/Diakhaby", "M", "PH-CH 5A 4A 3A; TECHN 5A 4A 3A", digital_lead=True),
    _teacher("arts", "Faustine/Brunet-Lévy", "MME", "A-PLA 6A 5A 4A 3A", since=0),
    _teacher("music", "Gwendal/Tanguy", "M", "EDMUS 6A 5A 4A 3A", person="musician", since=3),
    _teacher("sport-1", "Christelle/Hoarau", "MME", "EPS 6A 5A 4A 3A", since=6),
)
