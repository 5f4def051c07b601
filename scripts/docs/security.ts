import { type Promised, promises } from "./promises";

/** `docs/security.md`: the threat model, and every promise with the tests that hold it. */
export function securityPage(): string {
  const held = promises.filter(({ missing }) => missing === undefined).length;
  const open = promises.filter(({ tests }) => tests.length === 0).length;
  return `${threatModel}
## Promises

${promises.length} promises. Tests hold ${held} of them in full, ${promises.length - held - open} in part, and ${open} not at all: what is missing stands
in the table. Numbers are stable; those that are missing are not in use. The tests run on SQLite and on PostgreSQL:
\`bun test FILE -t NAME\` runs one of them.

| | Promise | Held by |
|---|---|---|
${promises.map(row).join("\n")}

Written by \`bun run docs\` from \`scripts/docs/promises.ts\`. \`tests/house/promises.test.ts\` fails when a test in the table does not exist.
`;
}

function row({ id, promise, tests, missing }: Promised): string {
  const cells = tests.map(([file, name]) => `[${file.slice("tests/".length)}](../${file}): ${name}`);
  if (missing) cells.push(`**Not held yet:** ${missing}`);
  return `| ${id} | ${promise} | ${cells.join("<br>").replaceAll("|", "\\|")} |`;
}

const threatModel = `# Security

To report a vulnerability, read [SECURITY.md](../SECURITY.md). This page says what Bask defends, against whom, and which test holds each
promise.

## What is protected

- **Accounts**: only their user signs in, and what ended (a session, a code, a link) stays ended.
- **Organizations**: their data, members and keys are seen and changed by those whose role or scope allows it now.
- **Secrets**: passwords, tokens, keys, codes and second-factor secrets are not readable in the database, the log, errors or responses. Two
  exceptions are meant: a new secret is shown once, to the one who asked for it; and without an SMTP server, emails with their links are
  files of the server's user and lines of its log, which is for development.
- **The record**: the audit log tells what happened, and a change to it is detected.
- **Service**: one client, key or organization does not take the service away from others.

## Who attacks, and what stops them

| Attacker | Can | Is stopped by |
|---|---|---|
| Anyone without an account | send any bytes, guess passwords and keys, register others' emails, ask for emails | bounds before work, limits per network and account, the same response for known and unknown emails, emails that prove nothing until they are verified |
| A signed-in user | name any id, race requests, repeat codes, send any field | permissions checked by the credential in one place, and again where it is written; one conditional write for each one-time thing |
| A member of another organization | know ids and names, and use a key of their own | every query is bound to the organization; what is not theirs does not exist for them (404) |
| A removed or demoted member | keep sessions, keys and invitations from before | rights are read anew, in every process within a second; keys are narrowed, disabled or handed over; pending invitations are canceled; a removal, a lower role, fewer permissions of a role and a transfer of ownership show the keys they know and the trusts, webhooks and streams they set up, and end these or keep them |
| A thief of a database copy or a backup | read every row, and work on it offline | argon2id for passwords, hashes of tokens and keys, encryption of second-factor secrets with a key that is not in the database. Names, emails and the audit log are readable |
| A thief of a refresh token | refresh before or after its owner | rotation: the second use after the grace ends the session and sends an email; the list of sessions, and signing out everywhere |
| A thief of an API key | use it until it ends | scopes, allowed IPs, limits, alerts about new networks, rotation with an overlap, and revocation by anyone who finds the key |
| A compromised pipeline | ask for tokens in its repository's name | a trust names repository and branch or environment; each token of the issuer is exchanged once; ours lives 15 minutes. A pipeline on the trusted branch may do what its key may |
| A hostile mail server | refuse, hang, drip, keep or read emails | deadlines, retries outside of requests, links that work once and end soon. It can read what is mailed, so a second factor is not reset by email |
| The target of a webhook, chosen by a member | name an internal address, lie in DNS, redirect, answer slowly or without an end | one client for such URLs: public IP addresses only, the one that was checked is the one that is called, no redirects, bounded responses, deadlines, no endpoint delays another, and an organization has a part only of what a host is given |
| The operator's mistakes | set a weak or another secret, a wrong URL or the wrong database | settings are parsed before anything happens and refused with a sentence; a foreign or newer database is left as it is; warnings in the log of the start. Too wide a list of trusted proxies is not noticed |

## What is not protected

- Against an attacker with \`SECRET_KEY\` **and** the database: they can sign access tokens and read second-factor secrets. With the secret
  alone they can sign tokens for sessions they know. Keep the secret away from the database and its backups, and rotate it when it leaks.
- Against an attacker on the host, in the process or its memory, or with the rights of the database's owner. Those can also remove the
  triggers of the audit log and write its chain anew; only a checkpoint that was exported elsewhere shows it.
- Against the volume of a distributed denial of service. Limits are per network, account and key; put what absorbs floods in front.
- Guessing without an end: unknown networks together may try twenty passwords a day for each account, because a lock without an end would keep its
  owner out. That the time of a response tells nothing is measured by \`bun run timing\` on a quiet machine; tests hold what it depends on.
- On the wire: Bask speaks HTTP. A proxy in front of it has to speak TLS.
- What Bun answers before Bask is asked: a method that its parser does not know ends the connection without a response, where RFC 9110 asks for 501.
  Methods it knows and no route has, such as \`PROPFIND\`, are a 405. On a socket (→ sent, ← received):
  \`→ BREW /health HTTP/1.1\` \`← (closed)\`, and on a new connection \`→ PROPFIND /health HTTP/1.1\` \`← HTTP/1.1 405 Method Not Allowed\`. Nothing else is
  affected: requests on other connections are answered, and Bask never sees the one that was cut.
- A user's device or mailbox. Malware with a user's tokens is that user; a stolen mailbox resets a password, but not a second factor.
- Against an operator's own misuse. It is in the audit log, under the operator's name, and is not prevented.
- Code of a product that is built on Bask, beyond what the checks for routes and floors find.
`;
