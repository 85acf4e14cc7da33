//! The texts of pages in English, French and Dutch. What the values of the schema are called stands
//! in its vocabulary.

use super::locale::Text;

macro_rules! texts {
    ($($name:ident = $en:literal, $fr:literal, $nl:literal;)*) => {
        $(pub(super) const $name: Text = Text([$en, $fr, $nl]);)*

        /// All of them, with their names.
        #[cfg(test)]
        const ALL_TEXTS: &[(&str, Text)] = &[$((stringify!($name), $name)),*];
    };
}

texts! {
    // Around every page.
    SKIP = "Skip to the content", "Aller au contenu", "Naar de inhoud";
    PAGES = "Pages", "Pages", "Pagina’s";
    LANGUAGE = "Language", "Langue", "Taal";
    CLUSTERS = "Clusters", "Clusters", "Clusters";
    COMPARE = "Compare", "Comparer", "Vergelijken";
    FIGURES = "Published figures", "Chiffres publiés", "Gepubliceerde cijfers";
    CHANGES = "Changes", "Changements", "Wijzigingen";
    ASK = "For programs", "Pour les programmes", "Voor programma’s";
    TRUE_AND_KNOWN =
        "What was true on {day}, as known on {known} (revision {revision}).",
        "Ce qui était vrai le {day}, tel que connu le {known} (révision {revision}).",
        "Wat waar was op {day}, zoals bekend op {known} (revisie {revision}).";
    TRUE_ON = "What was true on", "Ce qui était vrai le", "Wat waar was op";
    AS_KNOWN = "As known on another day", "Tel que connu un autre jour", "Zoals bekend op een andere dag";
    KNOWN_AT =
        "As known at (an instant such as 2023-12-14T10:00:00Z)",
        "Tel que connu au moment (par exemple 2023-12-14T10:00:00Z)",
        "Zoals bekend op het ogenblik (bijvoorbeeld 2023-12-14T10:00:00Z)";
    SHOW = "Show", "Afficher", "Tonen";
    SEARCH = "Search", "Rechercher", "Zoeken";
    HOW_MADE = "How this page was made", "Comment cette page a été faite", "Hoe deze pagina gemaakt is";
    ASKS =
        "It asks the saved operation",
        "Elle pose l’opération enregistrée",
        "Ze stelt de bewaarde vraag";
    OPEN_IN_EDITOR = "Open in GraphiQL", "Ouvrir dans GraphiQL", "Openen in GraphiQL";
    PERMALINK =
        "Permalink to what is known now",
        "Lien permanent vers ce qui est connu maintenant",
        "Permanente link naar wat nu bekend is";
    CITE = "Cite this", "Citer cette page", "Deze pagina citeren";
    AS_TABLE = "The same as a table", "Les mêmes données en tableau", "Dezelfde gegevens als tabel";
    PAGES_OF_LIST = "Pages of the list", "Pages de la liste", "Pagina’s van de lijst";
    FIRST_PAGE = "First page", "Première page", "Eerste pagina";
    NEXT_PAGE = "Next page", "Page suivante", "Volgende pagina";
    MISSING = "There is nothing here", "Il n’y a rien ici", "Hier is niets";
    MISSING_ADVICE =
        "The register has nothing under this address on the day asked. Search a cluster by its name, or begin with the list of clusters.",
        "Le registre n’a rien à cette adresse au jour demandé. Cherchez un cluster par son nom, ou commencez par la liste des clusters.",
        "Het register heeft op dit adres niets op de gevraagde dag. Zoek een cluster op naam, of begin bij de lijst van clusters.";
    INVALID =
        "The address asks for what makes no sense",
        "L’adresse demande quelque chose qui n’a pas de sens",
        "Het adres vraagt iets dat geen zin heeft";
    INVALID_ADVICE =
        "Change what the message names in the address, or begin with the list of clusters.",
        "Changez dans l’adresse ce que le message nomme, ou commencez par la liste des clusters.",
        "Wijzig in het adres wat de boodschap noemt, of begin bij de lijst van clusters.";
    FAILED = "The page could not be made", "La page n’a pas pu être faite", "De pagina kon niet gemaakt worden";
    FAILED_ADVICE =
        "Nothing is lost. Try again in a moment.",
        "Rien n’est perdu. Réessayez dans un moment.",
        "Er is niets verloren. Probeer het over een ogenblik opnieuw.";
    SEARCH_CLUSTERS = "Search a cluster by name", "Chercher un cluster par son nom", "Een cluster op naam zoeken";

    // What numbers and figures are called.
    AT_LEAST = "at least {n}", "au moins {n}", "minstens {n}";
    NONE_COMPLETE =
        "none; the register is complete for this day",
        "aucun ; le registre est complet pour ce jour",
        "geen; het register is volledig voor deze dag";
    NONE_RECORDED =
        "none recorded; the register is not complete, so there may have been some",
        "aucun enregistré ; le registre n’est pas complet, il a donc pu y en avoir",
        "geen geregistreerd; het register is niet volledig, er kunnen er dus geweest zijn";
    COUNT_COMPLETE =
        "{n}; the register is complete for this day ({confirmed} confirmed, {presumed} presumed)",
        "{n} ; le registre est complet pour ce jour ({confirmed} confirmés, {presumed} présumés)",
        "{n}; het register is volledig voor deze dag ({confirmed} bevestigd, {presumed} vermoed)";
    COUNT_LOWER_BOUND =
        "at least {n}; the register is not complete ({confirmed} confirmed, {presumed} presumed)",
        "au moins {n} ; le registre n’est pas complet ({confirmed} confirmés, {presumed} présumés)",
        "minstens {n}; het register is niet volledig ({confirmed} bevestigd, {presumed} vermoed)";
    TARGETS = "Targets", "Objectifs", "Doelen";
    UNIT_UNKNOWN = "unit not stated", "unité non précisée", "eenheid niet vermeld";
    NONE_SHORT = "none recorded", "aucun enregistré", "geen geregistreerd";
    GROUP = "Group", "Groupe", "Groep";
    NUMBER = "Number", "Nombre", "Aantal";
    CONFIRMED = "Confirmed", "Confirmés", "Bevestigd";
    PRESUMED = "Presumed", "Présumés", "Vermoed";
    DAY = "Day", "Jour", "Dag";
    FIGURE = "Figure", "Chiffre", "Cijfer";
    SOURCE = "Source", "Source", "Bron";
    SOURCES = "Sources", "Sources", "Bronnen";
    WITHOUT_DATE = "without a date", "sans date", "zonder datum";
    FIGURE_TOLD = "{value} {counted}, {on}", "{value} {counted}, {on}", "{value} {counted}, {on}";
    FIGURE_AIMED =
        "aimed at: {value} {counted}, {on}",
        "visé : {value} {counted}, {on}",
        "beoogd: {value} {counted}, {on}";
    COMPARED =
        "{n} recorded; difference {difference}",
        "{n} enregistrés ; différence {difference}",
        "{n} geregistreerd; verschil {difference}";
    COMPARED_LOWER_BOUND =
        "at least {n} recorded, as the register is not complete; difference {difference}",
        "au moins {n} enregistrés, car le registre n’est pas complet ; différence {difference}",
        "minstens {n} geregistreerd, want het register is niet volledig; verschil {difference}";
    NOT_COMPARED = "not compared: {why}", "pas comparé : {why}", "niet vergeleken: {why}";
    NOTHING_TO_COMPARE = "not compared", "pas comparé", "niet vergeleken";
    COMPLETE = "the register is complete", "le registre est complet", "het register is volledig";
    LOWER_BOUND =
        "not complete: lower bounds",
        "pas complet : minima",
        "niet volledig: ondergrenzen";
    COMPLETE_FROM =
        "The register is complete since {day}.",
        "Le registre est complet depuis {day}.",
        "Het register is volledig sinds {day}.";
    NOT_COMPLETE =
        "The register is not complete: every number is a lower bound.",
        "Le registre n’est pas complet : chaque nombre est un minimum.",
        "Het register is niet volledig: elk aantal is een ondergrens.";
    COMPLETENESS = "Completeness", "Complétude", "Volledigheid";

    // The written question.
    FOUR_QUESTIONS = "Four questions", "Quatre questions", "Vier vragen";
    ANSWER_ABOUT =
        "Four questions about {name}",
        "Quatre questions sur {name}",
        "Vier vragen over {name}";
    ANSWER_LEAD =
        "The questions of written question 784 to the Government of the Brussels-Capital Region. For each: what was published, what the register counts, the rows behind the number, and the sources.",
        "Les questions de la question écrite 784 au gouvernement de la Région de Bruxelles-Capitale. Pour chacune : ce qui a été publié, ce que compte le registre, les lignes derrière le nombre, et les sources.",
        "De vragen van schriftelijke vraag 784 aan de regering van het Brussels Hoofdstedelijk Gewest. Voor elk: wat gepubliceerd werd, wat het register telt, de rijen achter het aantal, en de bronnen.";
    QUESTION_MEMBERS =
        "How many members does the cluster have, and how many partners?",
        "Combien de membres le cluster compte-t-il, et combien de partenaires ?",
        "Hoeveel leden telt de cluster, en hoeveel partners?";
    QUESTION_CANDIDATES =
        "How many candidates are there for membership?",
        "Combien y a-t-il de candidats membres ?",
        "Hoeveel kandidaat-leden zijn er?";
    QUESTION_LEAVERS =
        "Have members left since the cluster was founded?",
        "Des membres ont-ils quitté le cluster depuis sa création ?",
        "Hebben leden de cluster verlaten sinds de oprichting?";
    QUESTION_EXCLUSIONS =
        "Have members been excluded, and for which reasons?",
        "Des membres ont-ils été exclus, et pour quelles raisons ?",
        "Werden leden uitgesloten, en om welke redenen?";
    PUBLISHED =
        "Published ({on}): {value} {counted} (“{title}”).",
        "Publié ({on}) : {value} {counted} (« {title} »).",
        "Gepubliceerd ({on}): {value} {counted} (“{title}”).";
    NOT_DISCLOSED =
        "Not disclosed ({on}): {counted}. The source was asked and gives no number (“{title}”).",
        "Non communiqué ({on}) : {counted}. La source a été interrogée et ne donne pas de nombre (« {title} »).",
        "Niet meegedeeld ({on}): {counted}. De bron werd bevraagd en geeft geen aantal (“{title}”).";
    NOT_PUBLISHED =
        "No figure was published for this day or an earlier one.",
        "Aucun chiffre n’a été publié pour ce jour ou un jour antérieur.",
        "Voor deze dag of een eerdere werd geen cijfer gepubliceerd.";
    REGISTER_COUNTS_MEMBERS =
        "The register counts effective members: {count}.",
        "Le registre compte des membres effectifs : {count}.",
        "Het register telt effectieve leden: {count}.";
    REGISTER_COUNTS_PARTNERS =
        "The register counts partners: {count}.",
        "Le registre compte des partenaires : {count}.",
        "Het register telt partners: {count}.";
    REGISTER_COUNTS_CANDIDATES =
        "The register counts candidate members: {count}.",
        "Le registre compte des candidats membres : {count}.",
        "Het register telt kandidaat-leden: {count}.";
    REGISTER_COUNTS_LEAVERS =
        "The register counts memberships that ended otherwise than by exclusion: {count}.",
        "Le registre compte des adhésions terminées autrement que par exclusion : {count}.",
        "Het register telt lidmaatschappen die anders dan door uitsluiting eindigden: {count}.";
    REGISTER_COUNTS_EXCLUDED =
        "The register counts exclusions: {count}.",
        "Le registre compte des exclusions : {count}.",
        "Het register telt uitsluitingen: {count}.";
    OF_KIND = "Of these, {kind}: {n}.", "Dont {kind} : {n}.", "Waarvan {kind}: {n}.";
    NO_REASON = "no reason recorded", "aucune raison enregistrée", "geen reden geregistreerd";
    ROWS = "The rows ({n})", "Les lignes ({n})", "De rijen ({n})";
    AS_LIST = "As a list", "En liste", "Als lijst";
    NO_ROWS = "No rows", "Aucune ligne", "Geen rijen";
    NO_SOURCE = "No source by this day.", "Aucune source à ce jour.", "Geen bron op deze dag.";
    COPY_TEXT = "The answer as plain text", "La réponse en texte brut", "Het antwoord als platte tekst";
    COPY = "Copy the text", "Copier le texte", "De tekst kopiëren";

    // The pages about a cluster.
    PAGES_OF_CLUSTER = "Pages of the cluster", "Pages du cluster", "Pagina’s van de cluster";
    OVERVIEW = "Overview", "Aperçu", "Overzicht";
    MEMBERS = "Members", "Membres", "Leden";
    CAME_AND_WENT = "Who came and went", "Arrivées et départs", "Gekomen en gegaan";
    WHO_LEFT = "Who left", "Qui est parti", "Wie vertrok";
    CRITERIA = "Criteria", "Critères", "Criteria";
    EFFECTIVE = "Effective members", "Membres effectifs", "Effectieve leden";
    CANDIDATES = "Candidate members", "Candidats membres", "Kandidaat-leden";
    PARTNERS = "Partners", "Partenaires", "Partners";
    PARTNER = "partner", "partenaire", "partner";
    MEMBER = "member", "membre", "lid";
    HOST = "Host", "Hôte", "Gastorganisatie";
    PROGRAMMES = "Programmes", "Programmes", "Programma’s";
    WEBSITE = "Web site", "Site web", "Website";
    OVER_TIME = "Members over time", "Les membres au fil du temps", "Leden door de tijd";
    STOCK = "Members of {name} over time", "Membres de {name} au fil du temps", "Leden van {name} door de tijd";
    STOCK_DESCRIPTION =
        "What the register counts of {name} at the end: {count}. Published figures drawn: {published}; events: {events}.",
        "Ce que le registre compte de {name} à la fin : {count}. Chiffres publiés dessinés : {published} ; événements : {events}.",
        "Wat het register op het einde telt van {name}: {count}. Getekende gepubliceerde cijfers: {published}; gebeurtenissen: {events}.";
    STOCK_COUNTED = "What the register counts", "Ce que compte le registre", "Wat het register telt";
    STOCK_PUBLISHED = "What was published", "Ce qui a été publié", "Wat gepubliceerd werd";
    EVENTS = "Events", "Événements", "Gebeurtenissen";
    WHO_THEY_ARE = "Who the members are", "Qui sont les membres", "Wie de leden zijn";
    BY_SPHERE = "Members by kind of actor", "Membres par type d’acteur", "Leden per soort actor";
    BY_SECTOR = "Members by sector", "Membres par secteur", "Leden per sector";
    BY_MUNICIPALITY = "Members by municipality", "Membres par commune", "Leden per gemeente";
    EXITS_BY_KIND =
        "Memberships that ended, by way",
        "Adhésions terminées, par type de sortie",
        "Beëindigde lidmaatschappen, per wijze";
    NOBODY_LEFT =
        "No membership is recorded as ended on this day.",
        "Aucune adhésion n’est enregistrée comme terminée ce jour-là.",
        "Op deze dag is geen lidmaatschap als beëindigd geregistreerd.";
    LEFT_MORE =
        "Who left, with reasons and names",
        "Qui est parti, avec raisons et noms",
        "Wie vertrok, met redenen en namen";
    MEMBERS_OF = "Members of {name}", "Membres de {name}", "Leden van {name}";
    MEMBERS_FOUND = "Members found: {n}", "Membres trouvés : {n}", "Leden gevonden: {n}";
    PARTNERS_FOUND = "Partners found: {n}", "Partenaires trouvés : {n}", "Partners gevonden: {n}";
    ALL_OF_THEM = "All {n} members", "Les {n} membres", "Alle {n} leden";
    NAME_HAS = "Name", "Nom", "Naam";
    STATUS = "Status", "Statut", "Status";
    SPHERE = "Kind of actor", "Type d’acteur", "Soort actor";
    SIZE = "Size", "Taille", "Grootte";
    ALL = "all", "tous", "alle";
    PRESENT = "members on the day", "membres ce jour-là", "leden op die dag";
    ORGANIZATION = "Organization", "Organisation", "Organisatie";
    MUNICIPALITY = "Municipality", "Commune", "Gemeente";
    ATTESTED = "Attested", "Attesté", "Geattesteerd";
    SINCE = "since {day}", "depuis {day}", "sinds {day}";
    UNTIL = "until before {day}", "jusqu’avant {day}", "tot vóór {day}";
    SINCE_UNKNOWN = "since when is not known", "depuis une date inconnue", "sinds een onbekende datum";
    CONFIRMED_ON = "confirmed for {day}", "confirmé pour {day}", "bevestigd voor {day}";
    CONFIRMED_BETWEEN =
        "confirmed for {first} and for {last}",
        "confirmé pour {first} et pour {last}",
        "bevestigd voor {first} en voor {last}";
    FLOW_OF =
        "Who came to {name}, and who went",
        "Arrivées et départs : {name}",
        "Gekomen en gegaan: {name}";
    FLOW_TABLE = "Members, period by period", "Les membres, période par période", "Leden, periode per periode";
    FROM = "From", "Du", "Van";
    TO = "To before", "Jusqu’avant", "Tot vóór";
    INTERVAL = "By", "Par", "Per";
    PERIOD = "Period", "Période", "Periode";
    OPENING = "At the opening", "À l’ouverture", "Bij het begin";
    JOINED = "Joined", "Arrivés", "Toegetreden";
    PROMOTED = "Became effective", "Devenus effectifs", "Effectief geworden";
    CLOSING = "At the close", "À la clôture", "Op het einde";
    CLOSING_SUM =
        "{opening} at the opening + {joined} joined − {ended} ended = {closing} at the close.",
        "{opening} à l’ouverture + {joined} arrivés − {ended} sortis = {closing} à la clôture.",
        "{opening} bij het begin + {joined} toegetreden − {ended} beëindigd = {closing} op het einde.";
    FLOW_COMPLETE =
        "The register is complete for all of these periods.",
        "Le registre est complet pour toutes ces périodes.",
        "Het register is volledig voor al deze periodes.";
    FLOW_LOWER_BOUND =
        "The register is not complete for all of these periods: the numbers are what is recorded.",
        "Le registre n’est pas complet pour toutes ces périodes : les nombres sont ce qui est enregistré.",
        "Het register is niet volledig voor al deze periodes: de aantallen zijn wat geregistreerd is.";
    JOINED_UNSTATED =
        "Some are counted as joined on the first day that a source names them, as no source states when they joined.",
        "Certains sont comptés comme arrivés le premier jour où une source les nomme, car aucune ne dit quand ils sont arrivés.",
        "Sommige tellen als toegetreden op de eerste dag waarop een bron hen noemt, want geen enkele bron zegt wanneer ze toetraden.";
    LEFT_OF = "Who left {name}, and why", "Qui a quitté {name}, et pourquoi", "Wie {name} verliet, en waarom";
    NOT_RECORDED_NOTE =
        "“Not recorded” means that somebody ended, and no source says how. It is neither “left” nor “excluded”.",
        "« Non enregistré » veut dire qu’une adhésion s’est terminée, et qu’aucune source ne dit comment. Ce n’est ni « parti » ni « exclu ».",
        "“Niet geregistreerd” betekent dat een lidmaatschap eindigde, en dat geen enkele bron zegt hoe. Het is noch “vertrokken” noch “uitgesloten”.";
    UNTIL_BEFORE =
        "Since the foundation, until before {to}",
        "Depuis la création, jusqu’avant {to}",
        "Sinds de oprichting, tot vóór {to}";
    BETWEEN =
        "From {from} until before {to}",
        "Période : {from} – {to} (non inclus)",
        "Van {from} tot vóór {to}";
    AND_MORE = "and {n} more", "et {n} de plus", "en nog {n}";

    // Criteria and verdicts.
    CRITERIA_OF = "Entry criteria of {name}", "Critères d’entrée de {name}", "Toelatingscriteria van {name}";
    NO_CRITERIA =
        "No criteria are recorded.",
        "Aucun critère n’est enregistré.",
        "Er zijn geen criteria geregistreerd.";
    VERSION = "Version {n}", "Version {n}", "Versie {n}";
    IN_FORCE = "In force on the day", "En vigueur ce jour-là", "Van kracht op die dag";
    REQUIRED = "Required", "Exigé", "Vereist";
    OPTIONAL = "Not required", "Non exigé", "Niet vereist";
    NEW = "new:", "nouveau :", "nieuw:";
    NO_LONGER = "no longer:", "supprimé :", "niet langer:";
    IMPACT =
        "What version {n} changed for the members, against version {before}",
        "Ce que la version {n} a changé pour les membres, par rapport à la version {before}",
        "Wat versie {n} voor de leden veranderde, tegenover versie {before}";
    GAINED = "Become eligible: {n}", "Deviennent éligibles : {n}", "Worden toelaatbaar: {n}";
    LOST = "No longer eligible: {n}", "Ne sont plus éligibles : {n}", "Niet langer toelaatbaar: {n}";
    UNDETERMINED =
        "Undetermined, as facts are missing: {n}",
        "Indéterminés, car des faits manquent : {n}",
        "Onbepaald, want er ontbreken feiten: {n}";
    UNCHANGED = "Unchanged: {n}", "Inchangés : {n}", "Ongewijzigd: {n}";
    MEMBER_BY_MEMBER = "Member by member", "Membre par membre", "Lid per lid";
    VERDICTS =
        "Members of the day ({n}), and what decides for each",
        "Membres de ce jour ({n}), et ce qui décide pour chacun",
        "Leden van die dag ({n}), en wat voor elk beslist";
    VERDICT = "Verdict", "Verdict", "Oordeel";
    DECIDES = "What decides", "Ce qui décide", "Wat beslist";
    MISSING_FACT = "missing:", "manque :", "ontbreekt:";

    // Figures, comparisons, changes, organizations, sources, and the first page.
    FIGURES_TITLE =
        "Every published figure against the register",
        "Chaque chiffre publié face au registre",
        "Elk gepubliceerd cijfer tegenover het register";
    FIGURES_FOUND = "Figures found: {n}", "Chiffres trouvés : {n}", "Cijfers gevonden: {n}";
    ALL_FIGURES = "All figures", "Tous les chiffres", "Alle cijfers";
    CONTRADICTIONS = "Contradictions of one day", "Contradictions d’un même jour", "Tegenspraken van één dag";
    CONTRADICTIONS_NOTE =
        "Figures of the same day that count the same, and differ. Each keeps its source.",
        "Des chiffres du même jour qui comptent la même chose, et diffèrent. Chacun garde sa source.",
        "Cijfers van dezelfde dag die hetzelfde tellen, en verschillen. Elk behoudt zijn bron.";
    CLUSTERS_SLUGS =
        "Clusters, by the names in their addresses, with commas",
        "Clusters, par les noms de leurs adresses, avec des virgules",
        "Clusters, met de namen in hun adressen, met komma’s";
    CLUSTER_SLUG =
        "Cluster, by the name in its address",
        "Cluster, par le nom de son adresse",
        "Cluster, met de naam in zijn adres";
    COUNTED = "What is counted", "Ce qui est compté", "Wat geteld wordt";
    NATURE = "Actual or aimed at", "Réel ou visé", "Werkelijk of beoogd";
    ABOUT = "About", "Sujet", "Over";
    REGISTER = "The register", "Le registre", "Het register";
    COMPARE_TITLE = "Clusters compared", "Clusters comparés", "Clusters vergeleken";
    COMPARE_DESCRIPTION =
        "Published figures on the same axes, a panel for each cluster and what is counted:",
        "Chiffres publiés sur les mêmes axes, un volet par cluster et par objet compté :",
        "Gepubliceerde cijfers op dezelfde assen, een paneel per cluster en per getelde zaak:";
    COMPARE_NOTE =
        "A panel holds figures that count the same in the same unit. No line is drawn through figures whose definition or unit differ; a dashed line joins figures of which no source says whether they can be compared.",
        "Un volet contient des chiffres qui comptent la même chose dans la même unité. Aucune ligne n’est tracée entre des chiffres dont la définition ou l’unité diffèrent ; une ligne tiretée relie des chiffres dont aucune source ne dit s’ils sont comparables.",
        "Een paneel bevat cijfers die hetzelfde tellen in dezelfde eenheid. Tussen cijfers met een andere definitie of eenheid wordt geen lijn getrokken; een streepjeslijn verbindt cijfers waarvan geen enkele bron zegt of ze vergelijkbaar zijn.";
    NOT_JOINED = "Not joined by a line", "Non reliés par une ligne", "Niet door een lijn verbonden";
    DEFINITION_DIFFERS =
        "its definition differs from that of the one before",
        "sa définition diffère de celle du précédent",
        "de definitie verschilt van die van het vorige";
    UNDATED =
        "Figures without a date stand in the table alone: {n}.",
        "Les chiffres sans date ne sont que dans le tableau : {n}.",
        "Cijfers zonder datum staan alleen in de tabel: {n}.";
    CHANGES_TITLE = "What changed", "Ce qui a changé", "Wat er veranderde";
    CHANGES_OF = "What changed at {name}", "Ce qui a changé chez {name}", "Wat er veranderde bij {name}";
    CHANGES_FOUND = "Changes found: {n}", "Changements trouvés : {n}", "Wijzigingen gevonden: {n}";
    NO_CHANGES = "Nothing changed.", "Rien n’a changé.", "Er veranderde niets.";
    BETWEEN_REVISIONS =
        "What the register learnt from revision {from} to revision {to}",
        "Ce que le registre a appris de la révision {from} à la révision {to}",
        "Wat het register leerde van revisie {from} tot revisie {to}";
    BY_REVISION = "Between two revisions", "Entre deux révisions", "Tussen twee revisies";
    FROM_REVISION = "From revision", "De la révision", "Van revisie";
    TO_REVISION = "To revision", "À la révision", "Tot revisie";
    REVISION = "Revision", "Révision", "Revisie";
    CLUSTER = "Cluster", "Cluster", "Cluster";
    WHAT = "What", "Quoi", "Wat";
    MEMBERSHIPS = "Memberships and partnerships", "Adhésions et partenariats", "Lidmaatschappen en partnerschappen";
    MEMBERSHIPS_OF =
        "Memberships and partnerships of {name}",
        "Adhésions et partenariats de {name}",
        "Lidmaatschappen en partnerschappen van {name}";
    NO_MEMBERSHIPS = "None is recorded.", "Aucun n’est enregistré.", "Er is geen geregistreerd.";
    EFFECTIVE_CONFIRMED =
        "Effective member, confirmed",
        "Membre effectif, confirmé",
        "Effectief lid, bevestigd";
    FOUNDED = "Founded", "Fondée", "Opgericht";
    DISSOLVED = "Dissolved", "Dissoute", "Ontbonden";
    AS = "As", "En tant que", "Als";
    ECOSYSTEM_TITLE =
        "Clusters: who joins them, and when",
        "Clusters : qui les rejoint, et quand",
        "Clusters: wie erbij komt, en wanneer";
    ECOSYSTEM_LEAD =
        "A register of business clusters and of the companies, research bodies and public institutions that they join, at any date, with the source of every fact.",
        "Un registre des clusters et des entreprises, centres de recherche et institutions publiques qu’ils réunissent, à toute date, avec la source de chaque fait.",
        "Een register van clusters en van de ondernemingen, onderzoeksinstellingen en openbare instellingen die ze samenbrengen, op elke datum, met de bron van elk feit.";
    CLUSTERS_FOUND = "Clusters found: {n}", "Clusters trouvés : {n}", "Clusters gevonden: {n}";
    LAST_PUBLISHED =
        "Members, as last published",
        "Membres, dernier chiffre publié",
        "Leden, laatst gepubliceerd";
    NONE_PUBLISHED = "none published", "aucun publié", "geen gepubliceerd";
    HOLDS = "What the register holds", "Ce que contient le registre", "Wat het register bevat";
    ORGANIZATIONS_THAT_ARE =
        "Organizations that are effective members",
        "Organisations membres effectifs",
        "Organisaties die effectief lid zijn";
    LACKS = "What it lacks", "Ce qui lui manque", "Wat eraan ontbreekt";
    LACKS_COMPLETE =
        "Clusters whose membership is never known completely: {n} of {of} on this page",
        "Clusters dont les membres ne sont jamais connus complètement : {n} sur {of} de cette page",
        "Clusters waarvan de leden nooit volledig bekend zijn: {n} van {of} op deze pagina";
    LACKS_MEMBERS =
        "Clusters of which no effective member is recorded on this day: {n} of {of}",
        "Clusters dont aucun membre effectif n’est enregistré ce jour-là : {n} sur {of}",
        "Clusters waarvan op deze dag geen effectief lid geregistreerd is: {n} van {of}";
    LACKS_CRITERIA =
        "Clusters without recorded criteria: {n} of {of}",
        "Clusters sans critères enregistrés : {n} sur {of}",
        "Clusters zonder geregistreerde criteria: {n} van {of}";
    FACTS_FOUND = "Facts found: {n}", "Faits trouvés : {n}", "Feiten gevonden: {n}";
    RESTS_ON_IT = "What rests on it", "Ce qui repose sur elle", "Wat erop steunt";
    KIND = "Kind", "Type", "Soort";
    PUBLISHER = "Publisher", "Éditeur", "Uitgever";
    REFERENCE = "Reference", "Référence", "Referentie";
    PUBLISHED_ON = "Published", "Publiée", "Gepubliceerd";
    WHERE_TO_READ = "Where to read it", "Où la lire", "Waar te lezen";
    RECORDED = "Recorded", "Enregistré", "Geregistreerd";
    LICENCES = "Licences", "Licences", "Licenties";
    ASK_MORE = "Where to ask more", "Où demander davantage", "Waar u meer kunt vragen";
    WHERE_IT_BEGAN =
        "Where it began: written question 784 about circlemade, answered on 14 December 2023",
        "Là où tout a commencé : la question écrite 784 sur circlemade, répondue le 14 décembre 2023",
        "Waar het begon: schriftelijke vraag 784 over circlemade, beantwoord op 14 december 2023";
    ASK_GRAPHQL =
        "GraphiQL, an editor for any question",
        "GraphiQL, un éditeur pour toute question",
        "GraphiQL, een editor voor elke vraag";
    ASK_SAVED =
        "Saved operations, for spreadsheets and dashboards",
        "Opérations enregistrées, pour tableurs et tableaux de bord",
        "Bewaarde vragen, voor rekenbladen en dashboards";
    ASK_DATA = "Downloads of the register", "Téléchargements du registre", "Downloads van het register";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The places for values that a text has.
    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_text_has_the_same_places_in_every_language() {
        for (name, Text(texts)) in ALL_TEXTS {
            assert!(texts.iter().all(|text| !text.trim().is_empty()), "{name}");
            assert!(texts.iter().all(|text| places(text) == places(texts[0])), "{name}: {texts:?}");
        }
        assert!(ALL_TEXTS.len() > 150);
    }
}
