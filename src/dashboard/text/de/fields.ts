/**
 * What the API says of a field, after the name of the field: sentences, and the kinds of sentences that name a number or a list. They come
 * without a code of their own, so the English sentence is what they are known by.
 */
export const fields: Readonly<Record<string, string>> = {
  "is required": "fehlt",
  "is not a known field": "ist nicht bekannt",
  "must be given once": "darf nur einmal vorkommen",
  "is not valid": "ist nicht gültig",
  "is not a valid name": "ist kein gültiger Name",
  "must not contain a NUL character": "darf kein NUL-Zeichen enthalten",
  "must not be empty": "darf nicht leer sein",
  "must be valid Unicode text": "muss gültiger Unicode-Text sein",
  "must be one line of visible text, without control or invisible characters":
    "muss eine Zeile sichtbarer Text sein, ohne Steuerzeichen und unsichtbare Zeichen",
  "must be an email address": "muss eine E-Mail-Adresse sein",
  "must be lowercase letters and digits, separated by single hyphens":
    "darf nur aus kleinen Buchstaben und Ziffern bestehen, getrennt durch einzelne Bindestriche",
  "must be an http or https URL": "muss eine URL mit http oder https sein",
  "must be an https URL": "muss eine URL mit https sein",
  "must be an https URL, an http URL of this machine, or a URI with a scheme of the app such as com.example.app:/callback":
    "muss eine URL mit https sein, eine mit http auf diesem Rechner, oder eine URI mit einem Schema der App wie com.example.app:/callback",
  "must be 8 to 1,000 visible ASCII characters": "muss aus 8 bis 1000 sichtbaren ASCII-Zeichen bestehen",
  "must be a BCP 47 language tag such as en or pt-BR": "muss eine Sprache nach BCP 47 sein, etwa de oder pt-BR",
  "must be an IANA time zone such as Europe/Berlin": "muss eine Zeitzone der IANA sein, etwa Europe/Berlin",
  "must be an ISO 8601 time such as 2027-01-31T12:00:00Z":
    "muss eine Zeit nach ISO 8601 sein, etwa 2027-01-31T12:00:00Z",
  "must be between the years 1970 and 9999": "muss zwischen den Jahren 1970 und 9999 liegen",
  "must be an IP address": "muss eine IP-Adresse sein",
  "must be an IP address or a CIDR": "muss eine IP-Adresse oder ein CIDR sein",
  "must be an id": "muss eine ID sein",
  "must be the nextCursor of a page of this list": "muss der nextCursor einer Seite dieser Liste sein",
  "must be an action such as session.started, or session.* for all of a kind":
    "muss eine Aktion sein wie session.started, oder session.* für alle einer Art",
  "must be a letter, then letters, digits, dots, hyphens and underscores":
    "muss mit einem Buchstaben beginnen; danach gehen auch Ziffern, Punkte, Bindestriche und Unterstriche",
  "must be the name of a claim": "muss der Name eines Claims sein",
  "must name a repository_id or project_id": "müssen eine repository_id oder project_id nennen",
  "must name one branch or tag, without *": "muss einen Branch oder ein Tag nennen, ohne *",
  "must name a ref or an environment": "müssen einen Ref oder eine Umgebung nennen",
  "give either token or invitationId": "braucht token oder invitationId, nicht beides",
  "is one of the most common passwords": "ist eines der häufigsten Passwörter",
  "is too close to your name, your email, your organization or the name of this service":
    "ist Ihrem Namen, Ihrer E-Mail-Adresse, Ihrer Organisation oder dem Namen dieses Dienstes zu ähnlich",
  "is already your email": "ist schon Ihre E-Mail-Adresse",
  "is more than you may do yourself": "ist mehr, als Sie selbst dürfen",
  "has nothing that you may do yourself": "enthält nichts, was Sie selbst dürfen",
  "is not a role of this organization": "ist keine Rolle dieser Organisation",
  "must be a path that begins with one slash": "muss ein Pfad sein, der mit einem Schrägstrich beginnt",
  "is not a way of signing in of this installation": "ist keine Art der Anmeldung dieser Installation",
  "can only be given by a transfer of ownership": "wird nur mit der Inhaberschaft übertragen",
  "must be another member of this organization": "muss ein anderes Mitglied dieser Organisation sein",
  "must be in the future": "muss in der Zukunft liegen",
  "is later than the organization's policy allows": "ist später, als die Richtlinie der Organisation erlaubt",
  "is later than the end of the API key that asks": "ist später als das Ende des API-Schlüssels, der fragt",
  "is more than the API key that asks may be used from": "ist mehr, als der API-Schlüssel darf, der fragt",
  "cannot be live: a test key creates test keys":
    "kann nicht Live sein: mit einem Test-Schlüssel entstehen Test-Schlüssel",
  "must not be later than the end of the overlap: this key has a successor":
    "darf nicht nach dem Ende der Überlappung liegen: dieser Schlüssel hat einen Nachfolger",
  "must contain a whole API key or token": "muss ein ganzer API-Schlüssel oder ein ganzes Token sein",
  "creates credentials, which neither personal access tokens nor derived tokens can do":
    "gibt Zugangsdaten aus, was weder persönliche noch abgeleitete Token können",
  "cannot be used: this installation has no resources that keys can be bound to":
    "ist hier nicht möglich: diese Installation hat keine Ressourcen, an die Schlüssel gebunden werden können",
  "is not one of the resources that the key or token that asks is bound to":
    "ist keine der Ressourcen, an die der Schlüssel oder das Token gebunden ist, das fragt",
  "must be the id of a member of this organization": "muss die ID eines Mitglieds dieser Organisation sein",
  "must contain the IP address you come from": "muss die IP-Adresse enthalten, von der Sie kommen",
  "is reserved": "ist reserviert",
  "is not a known event type, or noun.* for all of a kind, or *":
    "ist keine bekannte Art von Ereignis; auch möglich sind noun.* für alle einer Art und *",
  "must not contain a user name or a password": "darf keinen Benutzernamen und kein Passwort enthalten",
  "must use port 443": "muss Port 443 verwenden",
  "has a host name that could not be found": "hat einen Hostnamen, der nicht zu finden war",
  "leads to a network that is not public": "führt in ein Netz, das nicht öffentlich ist",
  "is not an issuer that this installation accepts": "ist kein Aussteller, den diese Installation annimmt",
  "must be before the end": "muss vor dem Ende liegen",
};

/** `$1` is what the sentence names. The first one that fits is taken. */
export const fieldPatterns: readonly (readonly [RegExp, string])[] = [
  [/^must not be nested more than (\d+) levels deep$/, "darf höchstens $1 Ebenen tief sein"],
  [/^must be one of: (.*)$/, "muss eines davon sein: $1"],
  [/^must have at least (\d+) characters?$/, "muss mindestens $1 Zeichen haben"],
  [/^must have at most (\d+) characters?$/, "darf höchstens $1 Zeichen haben"],
  [/^must have at least (\d+) entr(?:y|ies)$/, "braucht mindestens so viele Einträge: $1"],
  [/^must have at most (\d+) entr(?:y|ies)$/, "darf höchstens so viele Einträge haben: $1"],
  [/^must be the ids of at most (\d+) API keys, .*$/, "muss die IDs von höchstens $1 API-Schlüsseln nennen"],
  [/^must be the ids of at most (\d+) users, .*$/, "muss die IDs von höchstens $1 Benutzern nennen"],
  [/^must be at least (\d+)$/, "muss mindestens $1 sein"],
  [/^must be at most (\d+)$/, "darf höchstens $1 sein"],
  [
    /^must be at most (\d+), the limit of the API key that asks$/,
    "darf höchstens $1 sein, wie beim fragenden Schlüssel",
  ],
  [/^must be at most (\d+), which the plan allows .*$/, "darf höchstens $1 sein: mehr erlaubt der Tarif nicht"],
  [/^must be at most (\d+) steps before the end$/, "darf höchstens $1 Schritte vor dem Ende liegen"],
  [/^cannot be given together with (.*)$/, "geht nicht zusammen mit $1"],
  [/^can only be given together with (.*)$/, "geht nur zusammen mit $1"],
  [/^is not a known permission; known are (.*)$/, "ist kein bekanntes Recht; bekannt sind $1"],
  [/^must be the id of a resource that keys can be bound to: (.*)$/, "muss die ID einer solchen Ressource sein: $1"],
  [/^is taken; (.*) is available$/, "ist vergeben; $1 ist frei"],
  [/^must be (?:a|an) (?:string|number|whole number|list|object)$/, "hat nicht die richtige Form"],
  [/^must be (?:true or false|null|text)$/, "hat nicht die richtige Form"],
];
