import type { Text } from "../text";

export const emailed: Text["emailed"] = {
  checking: "Ihr Link wird geprüft…",
  incomplete:
    "Dieser Link ist unvollständig: manche E-Mail-Programme schneiden den Teil nach dem # ab. Kopieren Sie den ganzen Link aus der E-Mail in die Adresszeile.",
  ended: "Dieser Link wurde schon verwendet oder durch einen neueren ersetzt.",
  expired: "Dieser Link ist abgelaufen.",
  unknown: "Dieser Link ist nicht gültig.",
  askAgain: "Geben Sie Ihre E-Mail-Adresse ein, um einen neuen Link zu bekommen.",
  again: "Link per E-Mail senden",
  goOn: "Weiter",

  verifyTitle: "E-Mail bestätigen",
  verifyAbout:
    "Geben Sie das Passwort Ihres Kontos ein. Wenn Sie kein Konto angelegt haben, schließen Sie diese Seite: es geschieht nichts.",
  verifySignedIn: "Wenn Sie das nicht wollten, schließen Sie diese Seite: es geschieht nichts.",
  noPassword: "Kein Passwort?",
  signInFirst: "Melden Sie sich anders an und öffnen Sie den Link noch einmal.",
  verify: "Diese E-Mail bestätigen",
  verified: "Ihre E-Mail ist bestätigt.",
  alreadyVerified: "Diese E-Mail ist schon bestätigt. Sie können sich anmelden.",

  resetTitle: "Neues Passwort wählen",
  resetAbout: "Alle Sitzungen des Kontos werden abgemeldet.",
  reset: "Dieses Passwort setzen",
  resetDone: "Ihr Passwort ist geändert. Sie können sich damit anmelden.",

  signInTitle: (product) => `Bei ${product} anmelden`,
  signInAbout: (email) =>
    `Als ${email}. Wenn Sie diesen Link nicht angefordert haben, schließen Sie diese Seite: es geschieht nichts.`,
  signInDead: "Fordern Sie dort, wo Sie sich anmelden, einen neuen Link an.",
  codeTitle: "Geben Sie diesen Code dort ein, wo Sie sich anmelden",
  codeAbout:
    "Das ist nicht der Browser, in dem Sie den Link angefordert haben. Geben Sie den Code dort ein und nirgends sonst. Wenn Sie ihn nicht angefordert haben, schließen Sie diese Seite.",

  undoTitle: "Änderung Ihrer E-Mail zurücknehmen",
  undoAbout: "Ihr Konto bekommt diese E-Mail-Adresse zurück, und alle Sitzungen werden abgemeldet.",
  undo: "Änderung zurücknehmen",
  undone:
    "Die Änderung ist zurückgenommen. Wählen Sie jetzt ein neues Passwort, weil jemand das jetzige kennen könnte: geben Sie Ihre E-Mail-Adresse ein, um einen Link zu bekommen.",
  undoDead:
    "Wenn Sie sich noch anmelden können oder diese Adresse die Ihres Kontos ist, geben Sie sie ein, um ein neues Passwort zu wählen. Sonst wenden Sie sich an den Support.",

  invitation: "Einer Organisation beitreten",
  joinTitle: (organization) => `${organization} beitreten`,
  joinAbout: ({ fullName, email }, role) => `${fullName} (${email}) lädt Sie als ${role} ein.`,
  signInToAnswer: "Melden Sie sich an, um anzunehmen oder abzulehnen.",
  createToAnswer: "Legen Sie Ihr Konto an, um anzunehmen oder abzulehnen.",
  accept: "Annehmen",
  decline: "Ablehnen",
  accepted: "Sie sind jetzt Mitglied der Organisation.",
  declined: "Sie haben die Einladung abgelehnt.",
  alreadyAccepted: "Diese Einladung wurde schon angenommen.",
  invitationDead: "Bitten Sie die Person, die Sie eingeladen hat, um eine neue Einladung.",
  otherAccount: (email, me) =>
    `Diese Einladung ist für ${email}, und Sie sind als ${me} angemeldet. Melden Sie sich ab, um zu antworten.`,
};
