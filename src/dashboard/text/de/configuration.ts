/** What each variable does, by its name. */
export const variables: Readonly<Record<string, string>> = {
  HOST: "Die IP-Adresse oder der Hostname, auf dem gelauscht wird. Mit 0.0.0.0 oder :: ist der Server von anderen Rechnern und in Containern erreichbar.",
  PORT: "Der TCP-Port, auf dem gelauscht wird. Bei 0 wählt das System einen freien, der beim Start ausgegeben wird.",
  PUBLIC_URL:
    "Die URL, unter der Clients diesen Server erreichen: der Aussteller der Zugriffstoken und der Ursprung der Sitzungscookies. Cookies brauchen https, außer auf localhost.",
  APP_NAME: "Der Name Ihres Produkts, wie er in E-Mails, auf Seiten und in der Authenticator-App steht.",
  APP_URL:
    "Wohin Links in E-Mails führen. Ist es nicht PUBLIC_URL, so hat dort Ihr Produkt die Seiten /verify-email, /reset-password, /undo-email-change, /sign-in-link und /invitations.",
  DASHBOARD:
    "Ob es das Dashboard unter /dashboard gibt. Produkte mit eigenen Seiten schalten es ab; die Seiten, zu denen E-Mails führen, bleiben.",
  MCP: "Ob Agenten die API unter /mcp als Werkzeuge des Model Context Protocol nutzen können.",
  IDLE_TIMEOUT:
    "Sekunden, nach denen eine untätige Verbindung geschlossen wird. Der Wert sollte über der Keep-alive-Zeit Ihres Load Balancers liegen, meist 60.",
  DRAIN_SECONDS:
    "Sekunden, bis zu 60, zwischen dem Signal zum Beenden und dem Ende der Annahme von Verbindungen. Solange antwortet /ready mit 503, damit ein Load Balancer Anfragen woandershin schickt. Setzen Sie zwei Abstände seiner Prüfungen.",
  DATABASE_URL:
    "sqlite:PFAD oder postgres://BENUTZER:PASSWORT@HOST:PORT/DATENBANK mit den Parametern sslmode (disable, prefer, require, verify-ca, verify-full), sslrootcert, sslcert, sslkey, channel_binding, application_name, options, search_path, host (der Ordner eines Unix-Sockets) und pgbouncer=true hinter PgBouncer im Transaktionsmodus.",
  DATABASE_POOL: "Wie viele Verbindungen zu PostgreSQL dieser Prozess höchstens öffnet. SQLite braucht es nicht.",
  SECRET_KEY:
    "32 zufällige Bytes in Base64, aus denen jeder andere Schlüssel abgeleitet wird: `openssl rand -base64 32`. Bei mehreren, durch Kommas getrennt, signiert und versiegelt der erste; die anderen prüfen und öffnen noch. Wie man ihn ersetzt, steht in docs/secrets.md.",
  BACKUP_DIR:
    "Der Ordner, in dem von selbst Sicherungen gemacht werden. Jede macht ein Prozess der Installation; setzen Sie es dort, wo der Ordner ist.",
  BACKUP_EVERY: "Stunden von einer Sicherung zur nächsten.",
  BACKUP_KEEP:
    "Wie viele Sicherungen bleiben; ältere in BACKUP_DIR werden gelöscht, nachdem die nächste gemacht wurde.",
  SMTP_URL:
    "Der SMTP-Server, der E-Mails versendet, mit den Parametern requireTLS, ignoreTLS und tls.rejectUnauthorized. Ohne ihn werden E-Mails in data/mailbox abgelegt und ihre Links ins Log geschrieben.",
  MAIL_FROM: "Der Absender der E-Mails.",
  MAIL_TEMPLATES:
    "Ein Ordner mit eigenen E-Mail-Texten, und darin ein Ordner für jede Sprache, etwa de: siehe docs/emails.md.",
  EMAIL_VERIFICATION:
    "Ob Benutzer ihre E-Mail-Adresse bestätigen müssen, bevor sie sich bei einem neuen Konto anmelden, Einladungen annehmen und API-Schlüssel anlegen. Bei auto müssen sie es, wenn SMTP_URL gesetzt ist; bei off werden sie nicht gefragt.",
  AUTH_RATE_LIMIT:
    "Anfragen pro Minute von einer IP-Adresse an Anmeldung, Registrierung, Wiederherstellung und Zwei-Faktor-Routen zusammen. Erneuerung, Abmeldung, Token-Tausch und Meldungen geleakter Schlüssel haben zehnmal so viele, die Introspektion von Token tausendmal, getrennt gezählt.",
  PASSWORD_MIN_LENGTH: "Zeichen, die ein neues Passwort mindestens haben muss, von 8 bis 64.",
  GOOGLE_CLIENT_ID:
    "Der OAuth-Client, mit dem man sich über Google anmeldet. Seine Redirect-URI ist PUBLIC_URL/auth/oauth/google/callback, und so für jeden Anbieter nach seinem Namen.",
  GOOGLE_CLIENT_SECRET: "Dessen Geheimnis.",
  GITHUB_CLIENT_ID: "Die OAuth-App, mit der man sich über GitHub anmeldet.",
  GITHUB_CLIENT_SECRET: "Deren Geheimnis.",
  GITHUB_URL: "Wo GitHub ist: bei GitHub Enterprise Server eine andere URL.",
  OIDC_PROVIDERS:
    "Anbieter von OpenID Connect, über die man sich anmeldet: eine Liste in JSON von Objekten mit name, title, issuer, clientId und clientSecret. Mit trustsEmail gilt, was der Anbieter über E-Mail-Adressen sagt, so viel wie ein Link, der zurückkam; setzen Sie es nur bei einem, der jede Adresse prüft.",
  SIGNING_ALGORITHM:
    "Womit Zugriffstoken signiert werden: EdDSA, oder ES256 oder RS256 für Gateways und Bibliotheken, die EdDSA nicht kennen. Ein Wechsel meldet niemanden ab.",
  PASSKEY_DOMAIN:
    "Die Domain, zu der Passkeys gehören: der Host von APP_URL, oder eine Domain darüber, die ihre Seiten gemeinsam haben. Ändert sie sich, so funktionieren Passkeys nicht mehr.",
  REFRESH_GRACE_SECONDS:
    "Sekunden, bis zu 60, in denen ein Client, dem die Antwort verloren ging, den Nachfolger eines Refresh-Tokens noch einmal bekommt.",
  OPERATOR_EMAILS:
    "E-Mail-Adressen, durch Kommas getrennt, von Personen, die unter /admin handeln dürfen. Sie brauchen ein Konto mit bestätigter Adresse und Zwei-Faktor-Authentifizierung.",
  USER_RATE_LIMIT:
    "Anfragen pro Minute eines angemeldeten Benutzers, in allen Sitzungen zusammen, von jedem Prozess gezählt. API-Schlüssel haben die Grenzen ihres Tarifs.",
  MAX_ORGANIZATIONS_PER_USER:
    "Organisationen, zu denen ein Benutzer gehören kann, gelöschte eingeschlossen, solange sie sich wiederherstellen lassen.",
  KEY_ENVIRONMENTS: "Welche API-Schlüssel diese Installation annimmt.",
  UNUSED_KEYS:
    "Was mit API-Schlüsseln geschieht, die 90 Tage nicht benutzt wurden: report sendet eine E-Mail, disable sendet sie und deaktiviert die Schlüssel.",
  OIDC_ISSUERS:
    "Aussteller von OpenID Connect, durch Kommas getrennt, deren Token Workloads eintauschen können, statt einen API-Schlüssel zu haben. Kein anderer Aussteller wird je gefragt.",
  GITHUB_SCANNING_KEYS:
    "Öffentliche Schlüssel von GitHubs Secret Scanning, KENNUNG=SCHLÜSSEL, durch Kommas getrennt, von api.github.com/meta/public_keys/secret_scanning. Mit ihnen kann GitHub geleakte Schlüssel an /api-keys/leaks/github melden.",
  OAUTH_RESOURCES:
    "URLs, durch Kommas getrennt, von Ihren Diensten, die Zugriffstoken von Apps annehmen und mit den öffentlichen Schlüsseln dieses Servers prüfen. Die API selbst braucht keinen Eintrag.",
  OAUTH_CLIENT_DOCUMENTS:
    "Welche Apps sich durch ein Metadatendokument an ihrer client_id beschreiben dürfen: any, off, oder die auf diesen Hosts, durch Kommas getrennt.",
  OAUTH_REGISTRATION:
    "Ob Apps sich selbst registrieren dürfen (RFC 7591). Die niemand für sich handeln lässt, sind nach einer Stunde fort.",
  CORS_ORIGINS:
    "Genaue Ursprünge, durch Kommas getrennt, von Webseiten und Apps, die aus einem Browser anfragen dürfen. Platzhalter werden abgelehnt.",
  TRUSTED_PROXIES:
    "IP-Adressen und CIDRs, durch Kommas getrennt, von Proxys, deren X-Forwarded-For geglaubt wird, oder Forwarded, wo sie kein X-Forwarded-For senden. Ein Proxy muss den entfernen, den er nicht schreibt.",
  OUTBOUND_NETWORKS:
    "IP-Adressen und CIDRs, durch Kommas getrennt, von nicht öffentlichen Netzen, zu denen Webhooks und das, was Aussteller auf fremden Hosts nennen, trotzdem führen dürfen, mit http und auf jedem Port. Ohne Eintrag führen sie nur zu öffentlichen Adressen, mit https und auf Port 443.",
  SECURITY_CONTACT: "Wem man eine Sicherheitslücke meldet, als URI, in /.well-known/security.txt.",
  METRICS_TOKEN:
    "Das Bearer-Token, mit dem Prometheus /metrics lesen darf. Ohne es wird nichts gemessen, und /metrics gibt es nicht.",
  LOG_REQUESTS: "Ob jede Anfrage geloggt wird, in einer Zeile. Am Server gescheiterte und langsame werden es immer.",
  SLOW_REQUEST_MS: "Millisekunden, ab denen eine Anfrage als langsam geloggt wird.",
  LOG_LEVEL:
    "Die unwichtigsten Zeilen, die noch geschrieben werden: fatal, error, warn, info, debug oder silent. debug hat eine Zeile für jede Ablehnung.",
  LOG_FORMAT: "json schreibt ein JSON-Objekt pro Zeile, pretty ist für Menschen.",
};

/** What holds where a variable is not set, by its name; without an entry where it is a name or a URL in every language. */
export const defaults: Readonly<Record<string, string>> = {
  SECRET_KEY: "beim ersten Start erzeugt, in data/secret.key",
  BACKUP_DIR: "keine Sicherungen",
  SMTP_URL: "kein Server",
  MAIL_TEMPLATES: "die eingebauten Texte",
  GOOGLE_CLIENT_ID: "keine Anmeldung über Google",
  GOOGLE_CLIENT_SECRET: "keines",
  GITHUB_CLIENT_ID: "keine Anmeldung über GitHub",
  GITHUB_CLIENT_SECRET: "keines",
  OIDC_PROVIDERS: "keine",
  PASSKEY_DOMAIN: "der Host von APP_URL",
  SECURITY_CONTACT: "keine security.txt",
  METRICS_TOKEN: "keine Metriken",
  LOG_FORMAT: "pretty in einem Terminal, sonst json",
};

/** What variables are about. */
export const groups: Readonly<Record<string, string>> = {
  Server: "Server",
  Database: "Datenbank",
  Secrets: "Geheimnisse",
  Backups: "Sicherungen",
  Email: "E-Mail",
  "Signing in": "Anmeldung",
  Limits: "Grenzen",
  "API keys": "API-Schlüssel",
  Apps: "Apps",
  "Browsers and proxies": "Browser und Proxys",
  Outbound: "Ausgehende Anfragen",
  Logs: "Logs",
};
