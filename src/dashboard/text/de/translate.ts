import type { Translations } from "../translate";
import { defaults, groups, variables } from "./configuration";
import { fieldPatterns, fields } from "./fields";
import { findings } from "./findings";
import { problems } from "./problems";

/** What permissions are about. */
const resources: Readonly<Record<string, string>> = {
  organization: "Organisation",
  members: "Mitglieder",
  invitations: "Einladungen",
  roles: "Rollen",
  "audit-logs": "Audit-Logs",
  "api-keys": "API-Schlüssel",
  "personal-tokens": "Persönliche Zugriffstoken",
  usage: "Nutzung",
  webhooks: "Webhooks",
};

const actions: Readonly<Record<string, string>> = {
  read: "lesen",
  create: "anlegen",
  update: "ändern",
  delete: "löschen",
  remove: "entfernen",
  stream: "weiterleiten",
  verify: "prüfen",
  approve: "erlauben",
  end: "beenden",
};

const identityScopes: Readonly<Record<string, string>> = {
  openid: "Wissen, wer Sie sind",
  profile: "Ihren Namen sehen",
  email: "Ihre E-Mail-Adresse sehen",
  offline_access: "Verbunden bleiben, während Sie nicht da sind",
};

export const translate: Translations = {
  problem({ code, reason, message }) {
    const sentence = problems[reason === undefined ? code : `${code}.${reason}`];
    return sentence?.replace("{}", /\d+/.exec(message)?.[0] ?? "") ?? message;
  },
  field(message) {
    const pattern = fieldPatterns.find(([english]) => english.test(message));
    return fields[message] ?? (pattern ? message.replace(...pattern) : message);
  },
  scope({ scope, description }) {
    const [resource = "", action = ""] = scope.split(":");
    if (resources[resource] && actions[action]) return `${resources[resource]} ${actions[action]}`;
    return identityScopes[scope] ?? description;
  },
  device: (name) => (name === "an unknown device" ? "Unbekanntes Gerät" : name.replace(" on ", " auf ")),
  finding(finding) {
    const sentences = findings[finding.code];
    if (!sentences) return finding;
    const [what = finding.what, why, fix] = sentences.map((sentence = "") =>
      sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => finding.values[name] ?? ""),
    );
    return { ...finding, what, ...(why && finding.why && { why }), ...(fix && finding.fix && { fix }) };
  },
  variable: (variable) => ({
    ...variable,
    group: groups[variable.group] ?? variable.group,
    doc: variables[variable.name] ?? variable.doc,
    otherwise: defaults[variable.name] ?? variable.otherwise,
  }),
};
