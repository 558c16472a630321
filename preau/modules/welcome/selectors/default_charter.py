"""The text a school starts from: it publishes it as it is, or changes it. Written to be read."""

PUPILS = """<p>Cet espace est celui de ton établissement. Il sert à apprendre, à s’informer et à s’organiser.
Voici ce que chacun promet.</p>
<h2>Ce que je fais</h2>
<ul><li><p>Je garde mon mot de passe pour moi. Personne n’a le droit de me le demander, même un
ami.</p></li>
<li><p>Je me déconnecte quand j’ai fini, surtout sur un ordinateur que d’autres utilisent.</p></li>
<li><p>J’écris aux autres comme je leur parlerais en face : avec respect.</p></li>
<li><p>Je ne publie ni photo, ni voix, ni nom de quelqu’un sans son accord.</p></li>
<li><p>Quand je reprends un texte ou une image, je dis de qui ils sont.</p></li></ul>
<h2>Ce que je ne fais pas</h2>
<ul><li><p>Je ne me moque pas, je n’insulte pas, je ne menace pas. C’est interdit par la
loi.</p></li>
<li><p>Je n’entre pas dans le compte d’un autre, même si je connais son mot de passe.</p></li>
<li><p>Je n’abîme pas ce que les autres ont écrit ou déposé.</p></li></ul>
<h2>Ce que je peux attendre</h2>
<ul><li><p>Ce que j’écris n’est vu que de ceux à qui je l’adresse, et des adultes qui en sont
chargés.</p></li>
<li><p>Je peux demander ce que l’on sait de moi, et faire corriger une erreur.</p></li>
<li><p>Personne ne me demande d’être connecté le soir ou le week-end.</p></li></ul>
<h2>Si quelque chose ne va pas</h2>
<p>J’en parle tout de suite à un adulte : un professeur, la vie scolaire, mes parents. En cas de
harcèlement, le
<strong>3018</strong> répond gratuitement, tous les jours. Si je ne respecte pas cette charte,
l’établissement m’en parle, et le règlement intérieur s’applique.</p>"""

ADULTS = """<p>Cette charte fixe les règles d’usage de l’espace numérique de l’établissement pour les familles
et les personnels. Elle complète le règlement intérieur ; la loi s’applique ici comme ailleurs.</p>
<h2>L’espace et son accès</h2>
<ul><li><p>L’espace sert à la vie de l’établissement : enseignement, suivi des élèves, information,
organisation.</p></li>
<li><p>Le compte est personnel. Le mot de passe ne se confie à personne ; chaque responsable légal a
le sien, distinct de celui de l’élève.</p></li>
<li><p>Un compte dont on soupçonne qu’un autre s’en sert se signale sans attendre à
l’établissement.</p></li></ul>
<h2>Ce que chacun respecte</h2>
<ul><li><p>La vie privée et l’image d’autrui : rien n’est publié sur une personne sans son accord,
ou celui de ses responsables si elle est mineure.</p></li>
<li><p>Le droit d’auteur : une œuvre se cite, et ne se partage que si cela est permis.</p></li>
<li><p>La courtoisie, la neutralité du service public et la laïcité. Injure, diffamation,
discrimination et harcèlement sont punis par la loi.</p></li>
<li><p>La confidentialité : ce que l’on apprend ici dans l’exercice de ses fonctions n’en sort
pas.</p></li></ul>
<h2>Le droit à la déconnexion</h2>
<p>Nul n’est tenu de lire ni de répondre le soir, le week-end ou pendant les congés. Les messages
partent aux heures que l’établissement a fixées. Une urgence se traite par téléphone.</p>
<h2>Les données personnelles</h2>
<p>Elles ne servent qu’aux missions de l’établissement et ne sont ni vendues, ni utilisées pour de
la publicité. La page « Données personnelles » dit lesquelles sont gardées et combien de temps.
Chacun peut accéder aux siennes et les faire rectifier, auprès de l’établissement.</p>
<h2>Ce que l’établissement contrôle</h2>
<p>Les actions faites dans l’espace s’inscrivent dans un journal, gardé pour un temps limité, que la
direction peut consulter. En cas de manquement, l’accès peut être suspendu, sans préjuger des suites
disciplinaires ou judiciaires.</p>"""
