/**
 * What is found out about the installation, by its code: what is so, why it matters, what to do. `{name}` is a value of the finding. Commands are
 * the same in every language, so what to do is here only where it is a sentence.
 */
export const findings: Readonly<Record<string, readonly [what: string, why?: string, fix?: string]>> = {
  files_private: ["Dateien mit Geheimnissen kann nur dieser Benutzer lesen."],
  file_open: [
    "{file} können andere Benutzer dieses Rechners lesen.",
    "Darin stehen Geheimnisse oder die Daten selbst.",
  ],
  disk_free: ["In {folder} sind {free} frei."],
  disk_low: [
    "In {folder} sind {free} frei, weniger als ein Zwanzigstel.",
    "Ist der Datenträger voll, wird jede Änderung abgelehnt.",
    "Platz schaffen: df -h {folder}",
  ],
  disk_full: [
    "In {folder} sind {free} frei.",
    "Ist der Datenträger voll, wird jede Änderung abgelehnt.",
    "Platz schaffen: df -h {folder}",
  ],
  mail_kept: ["SMTP_URL ist nicht gesetzt: E-Mails werden in {mailbox} abgelegt."],
  mail_not_sent: [
    "SMTP_URL ist nicht gesetzt: E-Mails werden in {mailbox} abgelegt.",
    "Niemand kann seine E-Mail-Adresse bestätigen, sein Passwort zurücksetzen oder erfahren, was mit dem Konto geschieht.",
    "SMTP_URL und MAIL_FROM setzen",
  ],
  mail_accepted: ["{server} nimmt diese Installation an."],
  mail_refused: [
    "{server} nimmt diese Installation nicht an: {reason}.",
    "Niemand kann seine E-Mail-Adresse bestätigen, sein Passwort zurücksetzen oder erfahren, was mit dem Konto geschieht.",
    "SMTP_URL berichtigen",
  ],
  mail_sender: [
    "Der Absender der E-Mails ist {sender}.",
    "Die meisten Server lehnen einen solchen Absender ab.",
    "MAIL_FROM setzen",
  ],
  backups_off: [
    "BACKUP_DIR ist nicht gesetzt: Bask macht hier keine Sicherungen.",
    "Ohne Sicherung ist nach einem defekten Datenträger oder einem Fehler alles verloren.",
    "BACKUP_DIR=/backups setzen",
  ],
  backups_none: [
    "In {folder} ist noch keine Sicherung.",
    "Ohne Sicherung ist nach einem defekten Datenträger oder einem Fehler alles verloren.",
  ],
  backups_unreadable: [
    "{folder} ist nicht lesbar ({reason}).",
    "Ohne Sicherung ist nach einem defekten Datenträger oder einem Fehler alles verloren.",
    "Dem Benutzer von Bask das Recht geben, in {folder} zu lesen und zu schreiben",
  ],
  backups_old: [
    "Die letzte Sicherung ist {age} alt.",
    "Ohne Sicherung ist nach einem defekten Datenträger oder einem Fehler alles verloren.",
    'Im Log nach "backup" suchen. Danach: bask backup create {folder}/now.ndjson.gz',
  ],
  backups_made: ["Die letzte Sicherung, {file}, ist {age} alt."],
  clock_agrees: ["Die Uhr dieses Rechners stimmt mit der Uhr der Datenbank überein."],
  clock_ahead: [
    "Die Uhr dieses Rechners geht {milliseconds} ms vor der Uhr der Datenbank.",
    "Alle Prozesse richten sich nach der Uhr der Datenbank; ein Rechner, der stark abweicht, ist nicht bereit.",
  ],
  clock_behind: [
    "Die Uhr dieses Rechners geht {milliseconds} ms nach der Uhr der Datenbank.",
    "Alle Prozesse richten sich nach der Uhr der Datenbank; ein Rechner, der stark abweicht, ist nicht bereit.",
  ],
  clock_other_than_url: [
    "Die Uhr dieses Rechners weicht um {seconds} Sekunden von der Uhr hinter {url} ab.",
    "Token, Codes und Limits richten sich nach der Zeit.",
  ],
  cookies_not_kept: [
    "PUBLIC_URL ist http: Browser behalten Sitzungscookies nur über https oder auf localhost.",
    "Links in E-Mails und Sitzungscookies hängen davon ab.",
    "PUBLIC_URL mit https setzen",
  ],
  links_unreachable: [
    "HOST lässt andere Rechner zu, aber PUBLIC_URL ist {url}: Links in E-Mails und Sitzungscookies funktionieren dort nicht.",
    "Links in E-Mails und Sitzungscookies hängen davon ab.",
    "PUBLIC_URL so setzen, wie andere Rechner diesen Server nennen",
  ],
  url_answers: ["{url} antwortet mit den Schlüsseln dieser Installation."],
  url_silent: [
    "{url} antwortet nicht: {reason}.",
    "Wenn der Server läuft, erreichen ihn Clients nicht unter seiner eigenen URL.",
  ],
  url_unhealthy: [
    "{url}/health antwortet mit {status}.",
    "Unter dieser URL ist etwas anderes, oder ein Proxy erreicht den Server nicht.",
  ],
  keys_unreadable: [
    "{url} ist nicht lesbar: {reason}.",
    "Andere Dienste prüfen Zugriffstoken mit den Schlüsseln, die sie dort finden.",
  ],
  keys_other: [
    "{url} hat die Schlüssel einer anderen Installation.",
    "Andere Dienste prüfen Zugriffstoken mit den Schlüsseln, die sie dort finden.",
    "PUBLIC_URL oder SECRET_KEY berichtigen",
  ],
  proxies_unknown: ["Es gibt zu wenige Anmeldungen, um es zu sagen."],
  proxies_trusted: ["Benutzer kommen von eigenen IP-Adressen."],
  proxy_not_trusted: [
    "Die letzten {signIns} Anmeldungen kamen alle von {ip}.",
    "Das ist ein Proxy: Limits je Netz zählen alle Benutzer zusammen, und das Log unterscheidet sie nicht.",
    "TRUSTED_PROXIES={proxies} setzen",
  ],
  emails_on_time: ["{waiting} E-Mails warten, und keine ist verspätet."],
  emails_given_up: ["{failed} E-Mails wurden aufgegeben.", "Ihre Empfänger warten darauf."],
  emails_late: [
    "Eine E-Mail ist seit {minutes} Minuten fällig; {waiting} warten.",
    "Kein Prozess versendet E-Mails, oder der Mailserver lehnt sie ab.",
  ],
};
