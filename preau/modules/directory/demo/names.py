"""Where the names of the demonstration are drawn from. Families keep to one line: a child's first
name and its parents' go together, as they mostly do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stock:
    surnames: tuple[str, ...]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]


def _stock(surnames: str, girls: str, boys: str, women: str, men: str) -> Stock:
    lists = ([name.strip() for name in names.split(",")] for names in (surnames, girls, boys, women, men))
    return Stock(*map(tuple, lists))


STOCKS = (
    _stock(
        "Chauvet, Garnier-Blin, Le Bihan, Maréchal, Poirot, Rouxel, Tessier, Vignaud, Barbotin, Carlier, "
        "Delmotte, Fauconnier, Guérineau, Hamelin, Jacquemin, Lacombe, Marchal, Noblet, Pelletan, Quentel, "
        "de Rochebonne, du Castel, Saint-Avit, L’Hostis, d’Esparbès, Besnier, Colleville, Duvernay, "
        "Estève, "
        "Fromentin, Gaudry, Houssaye, Joubert-Lacroix, Lemaistre, Mercadier, Nivelle, Ozanne, "
        "Pruvost, Riquier, "
        "Sauvaget, Thévenin, Urvoy, Vasselin",
        "Louise, Manon, Léonie, Juliette, Clémence, Apolline, Margaux, Élise, Romane, Agathe, "
        "Capucine, Maïlys",
        "Gabriel, Hugo, Arthur, Timéo, Sacha, Éliott, Maxence, Gaspard, Noé, Loïs, Antonin, Côme",
        "Sandrine, Élodie, Virginie, Gaëlle, Stéphanie, Anne-Laure, Bérengère, Mathilde, Cécile, Delphine",
        "Sébastien, Frédéric, Jérôme, Grégory, Benoît, Yann, Rodolphe, Cédric, Jean-François, Aurélien",
    ),
    _stock(
        "Haddouche, Belhadri, Benslimane, Cherfaoui, El Amrani, Ouahbi, Zeroual, Boukhalfa, Khelladi, "
        "Ait Ouarab, Mezghani, Trabelsi-Roux, Lahrech, Oubella, Bouazizi, Ghezali, Ben Soltane, "
        "Tazi, Yahiaoui, "
        "Selmani, Bensaïd, Drissi, Hamoudi",
        "Inès, Lina, Nour, Yasmine, Assia, Maïssa, Sirine, Ambrine, Hiba, Rania, Kenza, Douâa",
        "Ilyès, Yanis, Amine, Rayan, Adem, Wassim, Ayoub, Nassim, Zakaria, Anis, Ismaïl, Younès",
        "Samira, Fatiha, Nadège, Houria, Malika, Soraya, Zohra, Hanane, Naïma, Latifa",
        "Karim, Mourad, Abdelkader, Rachid, Nourredine, Farid, Hicham, Toufik, Lotfi, Salah",
    ),
    _stock(
        "Gassama, Soumaré, Dianguina, Kébé, Tandia, Wagué, Koïta-Brun, Niakaté, N’Diaye-Morel, "
        "Magassa, Siby, "
        "Diabira, Timéra, Dramé, Marega, Yatera, Baldé, Sylla, Tounkara, Guirassy-Petit, Gakou, Kanouté",
        "Aïssata, Hawa, Mariam, Coumba, Fanta, Oumou, Dieynaba, Maïmouna, Ramata, Salimata, Kadiatou, Néné",
        "Ibrahim, Boubacar, Cheikh, Lassana, Demba, Seydou, Souleymane, Tidiane, Bakary, Daouda, Salif, Issa",
        "Fatoumata, Awa, Bintou, Aminata, Djénéba, Khady, Assétou, Rokhaya, Hadja, Nafissatou",
        "Mamadou, Abdoulaye, Samba, Modibo, Alassane, Sékou, Bréhima, Oumar, Baba, Idrissa",
    ),
    _stock(
        "da Conceição, Teixeira, Carvalho-Pons, Figueira, dos Reis, Quintelas, Valadares, Cabral-Lopes, "
        "Marín Ortega, Escribano, Villalba, Baptista, Monteverde, Ruggieri, De Santis",
        "Éva, Lara, Inês, Carolina, Giulia, Matilde, Clara, Bianca, Luísa, Alba",
        "Tiago, Rafael, Enzo, Diogo, Matteo, Hélder, Adrián, Nuno, Lorenzo, Duarte",
        "Maria de Fátima, Paula, Cristina, Elena, Teresa, Graça, Silvia, Conceição, Lurdes, Ana Paula, Pilar",
        "José, Manuel, Paulo, Joaquim, Fernando, Armando, Vítor, Giovanni, Carlos, Agostinho",
    ),
    _stock(
        "Karataş, Yıldızhan, Öztürk-Faure, Demirkan, Aksoy, Çelikel, Gündoğdu, Haroutounian, Mardirossian, "
        "Kılıçaslan, Bozkurt",
        "Elif, Zeynep, Defne, Ceren, Anouch, Melis, Nil, Sevda",
        "Emre, Kaan, Berkay, Deniz, Aram, Yusuf, Arda, Tigran",
        "Ayşe, Hatice, Gülşen, Selin, Anahit, Nurcan, Emine, Sibel, Araksi, Songül",
        "Mehmet, Hasan, Serkan, Cengiz, Vahan, Orhan, İlhan, Garabed, Tuncay",
    ),
    _stock(
        "Sivakumaran, Thirunavukkarasu, Rajendran, Chandrasegaram, Kaur-Dhaliwal, Rahman, Hossain, "
        "Qureshi, "
        "Perera, Balasingam, Mukherjee, Vijayakumar",
        "Abinaya, Keerthana, Tharshini, Simran, Nusrat, Ananya, Priya, Zainab",
        "Aswin, Kavin, Mathusan, Gurpreet, Tanvir, Adhiran, Dilan, Hamza",
        "Vasanthi, Sumathy, Jasmeet, Shirin, Kamala, Nirmala, Rekha, Farhana, Logini, Manjula",
        "Sivanesan, Ravichandran, Harjit, Shafiq, Suresh, Imtiaz, Ganesh, Jaspal, Moinul",
    ),
    _stock(
        "Nguyen-Lambert, Huynh, Tran-Dubois, Phan, Lim, Zhuang, Wang-Collin, Chhim, Vongsavath, Lý, "
        "Xiong, Ouk",
        "Mai-Linh, Kim-Anh, Xinyi, Jade, Sophea, Linh, Ya-Lan, Thuy",
        "Minh, Quang-Huy, Haoran, David, Sovann, Khôi, Léo, Jun",
        "Thi Hoa, Bich-Ngoc, Lihua, Sokha, Mei, Phuong, Thanh, Yan, Bopha, My Dung",
        "Van Duc, Jian, Sothea, Huu-Phuoc, Bao, Somchai, Cheng, Rithy, Quoc Viet",
    ),
    _stock(
        "Kowalska-Riou, Petrovski-Gal, Munteanu, Ionesco-Valat, Horvat, Shevchuk, Dobrowolski, Krasniqi, "
        "Dimitrova, Lupu, Stanojlović, Hoxha, Bondarenko",
        "Milena, Daria, Anastasia, Zofia, Oksana, Teodora, Alina, Ivana",
        "Luka, Andrei, Nikola, Maksym, Stefan, Tomasz, Ardit, Mihai",
        "Iryna, Mihaela, Agnieszka, Vesna, Svitlana, Drita, Ewa, Rodica, Natalia, Snežana",
        "Dragan, Vasile, Piotr, Oleksandr, Besnik, Zoran, Gheorghe, Marek, Yuriy",
    ),
    _stock(
        "Pierre-Louis, Jean-Baptiste-Adolphe, Célestine, Rosamont, Marie-Sainte, Bellerose, Hippolyte, "
        "Montlouis, Zamor, Erambert, Grondin, Payet-Hoareau, Nirina, Ratsimba, Mze Ali, Boinali",
        "Kéziah, Naëlle, Maëva, Lana, Rose-Andrée, Océane, Fitia, Nadjma",
        "Kylan, Djémy, Mathéo, Jean-Yves, Loan, Evan, Tojo, Naïm",
        "Marie-Josèphe, Ketty, Guylène, Rosemonde, Vola, Anrafa, Yolande, Marlène, Hanta, Moinécha",
        "Rosan, Harry, Jocelyn, Fritz, Hery, Saïd-Omar, Eddy, Max-André, Ali Combo",
    ),
)

STREETS = (
    "rue des Tilleuls",
    "rue du Canal",
    "allée des Marronniers",
    "avenue de la Fraternité",
    "rue des Maraîchers",
    "passage de l’Écluse",
    "rue du Vieux-Lavoir",
    "boulevard de la Plaine",
    "impasse des Glycines",
    "cité des Peintres, bâtiment C",
    "rue de la Sucrerie",
    "place du Marché-aux-Fleurs",
    "chemin du Halage",
    "résidence Les Cerisiers, escalier 4, porte 212",
    "rue des Trois-Moulins",
    "square des Cordiers",
)
