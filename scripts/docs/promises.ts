/** What Bask guarantees, and the tests that fail when it does not: the table of `docs/security.md`. */
export interface Promised {
  id: `P${number}`;
  promise: string;
  /** A file, and a part of the name of a test in it, with the names of the `describe` around it: `outer > inner`. */
  tests: readonly [file: string, name: string][];
  /** What no test holds yet. */
  missing?: string;
}

/** Numbers that are not in use, and are not given again. */
export const retired = [15, 33, 52, 71, 72, 73, 87];
export const lastPromise = 138;

const oauthCodes = "tests/oauth/codes.test.ts";
const oauthDevices = "tests/oauth/devices.test.ts";
const oauthRefresh = "tests/oauth/refresh.test.ts";
const oauthClients = "tests/oauth/clients.test.ts";
const oauthGrants = "tests/oauth/grants.test.ts";
const oauthTokens = "tests/oauth/tokens.test.ts";
const impersonation = "tests/impersonation/impersonation.test.ts";
const backup = "tests/backup/backup.test.ts";
const backupProcesses = "tests/backup/processes.test.ts";
const login = "tests/sessions/login.test.ts";
const guessing = "tests/users/guessing.test.ts";
const refresh = "tests/sessions/refresh.test.ts";
const logout = "tests/sessions/logout.test.ts";
const accessTokens = "tests/sessions/access-tokens.test.ts";
const kinds = "tests/access/credential-kinds.test.ts";
const cookie = "tests/sessions/cookie.test.ts";
const sessions = "tests/sessions/sessions.test.ts";
const challenges = "tests/sessions/continue.test.ts";
const passkeys = "tests/passkeys/passkeys.test.ts";
const signInRaces = "tests/process/sign-in-races.test.ts";
const deviceBinding = "tests/sessions/device-binding.test.ts";
const identities = "tests/identities/identities.test.ts";
const emailLinks = "tests/email-links/email-links.test.ts";
const signInPolicies = "tests/policies/sign-in.test.ts";
const account = "tests/users/account.test.ts";
const recovery = "tests/users/recovery.test.ts";
const passwordPolicy = "tests/users/password-policy.test.ts";
const verification = "tests/users/verification.test.ts";
const twoFactor = "tests/two-factor/two-factor.test.ts";
const keys = "tests/api-keys/api-keys.test.ts";
const rotation = "tests/api-keys/rotation.test.ts";
const keyVerification = "tests/api-keys/verification.test.ts";
const bounds = "tests/api-keys/bounds.test.ts";
const cache = "tests/cache/cache.test.ts";
const matrix = "tests/access/matrix.test.ts";
const limits = "tests/limits/limits.test.ts";
const invitations = "tests/invitations/invitations.test.ts";
const invitationEmails = "tests/invitations/emails.test.ts";
const ownership = "tests/ownership/ownership.test.ts";
const demotion = "tests/members/demotion.test.ts";
const members = "tests/members/members.test.ts";
const processes = "tests/members/processes.test.ts";
const policies = "tests/policies/policies.test.ts";
const edge = "tests/server/edge.test.ts";
const malformed = "tests/server/malformed.test.ts";
const forwarded = "tests/server/forwarded.test.ts";
const cors = "tests/server/cors.test.ts";
const injection = "tests/server/injection.test.ts";
const parse = "tests/http/parse.test.ts";
const budget = "tests/mail/budget.test.ts";
const delivery = "tests/mail/delivery.test.ts";
const outbox = "tests/mail/outbox.test.ts";
const chain = "tests/audit/chain.test.ts";
const config = "tests/config/config.test.ts";
const start = "tests/process/start.test.ts";
const stop = "tests/process/stop.test.ts";
const refusals = "tests/process/refusals.test.ts";
const outage = "tests/db/outage.test.ts";
const network = "tests/db/network.test.ts";
const postgres = "tests/db/postgres.test.ts";
const migrations = "tests/db/migrations.test.ts";
const project = "tests/house/project.test.ts";
const rollout = "tests/db/rolling-upgrade.test.ts";
const lineage = "tests/db/lineage.test.ts";
const torture = "tests/process/torture.test.ts";
const personalTokens = "tests/personal-tokens/personal-tokens.test.ts";
const derivation = "tests/api-keys/derivation.test.ts";
const tokenProcesses = "tests/personal-tokens/processes.test.ts";
const exchange = "tests/workload-identity/exchange.test.ts";

const guarded = "tests/outbound/guarded-fetch.test.ts";
const auditStreams = "tests/audit-streams/audit-streams.test.ts";
const webhooks = "tests/webhooks/webhooks.test.ts";
const webhookDelivery = "tests/webhooks/delivery.test.ts";

export const promises: readonly Promised[] = [
  // Passwords and signing in
  {
    id: "P1",
    promise:
      "A password is any 8 to 128 characters, kept whole; the installation may ask for more, and nothing asks for special characters.",
    tests: [
      [login, "accepts passwords of any 8 to 128 characters, whole"],
      [recovery, "may be any other 8 to 128 characters"],
      [passwordPolicy, "is as long as the installation asks for"],
    ],
  },
  {
    id: "P2",
    promise:
      "Common passwords and ones built from your name, email, organization or product are refused wherever one is set.",
    tests: [
      [recovery, "is refused when it is common, or close to its user"],
      [passwordPolicy, "that is weak is refused on each way to set one"],
    ],
  },
  {
    id: "P3",
    promise: "Passwords are stored as argon2id at OWASP's cost, and a weaker hash is replaced at the next sign-in.",
    tests: [
      [login, "stores passwords as argon2id with OWASP's cost"],
      [login, "replaces a weak hash by one of the current cost"],
    ],
  },
  {
    id: "P4",
    promise: "Password hashing is bounded: many sign-ins at once are refused early and slow down nothing else.",
    tests: [
      [login, "leaves room for other requests while 200 users sign in"],
      ["tests/crypto/hash-queue.test.ts", "the queue of password hashes > is bounded"],
      ["tests/outbound/resolve.test.ts", "names whose server does not answer hold up no password"],
    ],
  },
  {
    id: "P5",
    promise: "Signing in, registering and asking for an email do not tell whether an account exists.",
    tests: [
      [login, "fails in one way for an unknown email and a wrong password"],
      [login, "gets the same response for an email that has an account"],
      [guessing, "gets the same responses for an email without an account"],
      ["tests/users/registration.test.ts", "registering an email that is taken > gets the same response"],
      [verification, "gets the same response for every address"],
      ["tests/access/same-work.test.ts", "a request costs the same whether an email has an account or not"],
    ],
  },
  {
    id: "P6",
    promise:
      "Guessing a password is slowed down ever more per account and source, and no race or spelling gains a guess.",
    tests: [
      [guessing, "is stopped after five wrong ones in a row, for a time that doubles"],
      [guessing, "forty times at once, in several spellings of the email"],
      [guessing, "two processes > verify five guesses of a source at once"],
    ],
  },
  {
    id: "P7",
    promise: "An attacker who locks an account does not lock out its owner, and the lock ends by itself.",
    tests: [
      [guessing, "is locked for them, and not for a network, a browser or a device that it knows"],
      [guessing, "opens again by itself, after a time that doubles up to a day"],
      [guessing, "is open to everyone after a reset"],
    ],
  },
  {
    id: "P8",
    promise: "A client's IP has one form, an IPv6 client is its /64, and only trusted proxies may say what it is.",
    tests: [
      [forwarded, "is never of an IP that the client made up"],
      [guessing, "locks an IPv4 address or an IPv6 /64"],
      ["tests/server/throttle.test.ts", "is shared by the /64 of an IPv6 address"],
      ["tests/shapes/ip.test.ts", "is the same for every spelling of it"],
    ],
  },
  {
    id: "P9",
    promise: "An email address has one canonical form, and what could be read in two ways is refused.",
    tests: [
      [login, "refuses emails that could be read in two ways"],
      ["tests/shapes/email.test.ts", "the canonical form of an email > is one for every spelling"],
      [login, "twenty times at once creates one account"],
    ],
  },
  {
    id: "P10",
    promise:
      "A short, repeated or example secret stops the start; a first start makes a random one that only its user can read.",
    tests: [
      [config, "that is short, an example, not random or there twice is refused"],
      [start, "makes a secret that only its user can read"],
    ],
  },

  // Access tokens
  {
    id: "P11",
    promise: "A token in any algorithm, form or key but ours is refused with 401, and its headers cause no request.",
    tests: [[accessTokens, "of another installation, issuer, algorithm, type or key is refused"]],
  },
  {
    id: "P12",
    promise: "A credential of one kind is never accepted as another kind.",
    tests: [
      [accessTokens, "of one kind is refused where another kind is required"],
      [kinds, "is accepted only where its own kind is asked for"],
      [verification, "is not verified by a token of another kind"],
    ],
  },
  {
    id: "P13",
    promise: "An access token names its issuer, audience, user and session, and ends after exactly 900 seconds.",
    tests: [
      [accessTokens, "is a JWT valid for exactly 900 seconds"],
      [accessTokens, "is valid until the second it expires"],
    ],
  },
  {
    id: "P14",
    promise: "A token spelled in another way, or longer than 8 KiB, is not a token.",
    tests: [[accessTokens, "in another encoding of the same bytes is refused"]],
  },
  {
    id: "P16",
    promise: "Signing keys can be rotated without signing users out, and only public parts are published.",
    tests: [
      [accessTokens, "survives a new secret in front of the old one"],
      [accessTokens, "verifiable with the published keys alone"],
    ],
  },
  {
    id: "P17",
    promise: "A malformed credential is answered with 401 and never with 500.",
    tests: [[accessTokens, "that is malformed is 401 and never 500"]],
  },
  {
    id: "P18",
    promise: "A request with an access token and an API key is refused with 400.",
    tests: [[accessTokens, "beside another one is refused with 400"]],
  },

  // Sessions
  {
    id: "P19",
    promise: "Many refreshes at once rotate once, and all of them get the same usable token.",
    tests: [
      [refresh, "used 50 times at once rotates once"],
      [refresh, "parallel refreshes in real time all succeed"],
    ],
  },
  {
    id: "P20",
    promise: "A client that lost the response may ask again within the grace and gets the same token.",
    tests: [[refresh, "gets the same successor, byte for byte, within the grace"]],
  },
  {
    id: "P21",
    promise: "A refresh token that comes back after the grace ends its session and is in the audit log.",
    tests: [
      [refresh, "ends the session and its access tokens after the grace, and is audited"],
      [logout, "after its grace is a reuse"],
    ],
  },
  {
    id: "P22",
    promise: "No token of a session that ended works, within the grace or after it.",
    tests: [[refresh, "a session that ended > refuses all its tokens, also within the grace"]],
  },
  {
    id: "P23",
    promise:
      "Only the direct predecessor of the current token has a grace, only while the current one is unused, and retries do not extend it.",
    tests: [
      [refresh, "does not extend the grace by repeating"],
      [refresh, "is refused once its successor was used"],
      [refresh, "is judged by when it was rotated"],
    ],
  },
  {
    id: "P24",
    promise:
      "Signing out, a new password, a change of the second factor, suspension and deletion end the sessions they should.",
    tests: [
      [logout, "ends this session from the next request on, and no other"],
      [account, "is changed with the current one: other sessions end"],
      [recovery, "sets the password, ends every session"],
      [twoFactor, "ends the user's other sessions and keeps this one"],
      ["tests/operators/operators.test.ts", "suspends a user: sessions and keys are refused at once"],
      [account, "erases the user, ends what was theirs"],
    ],
  },
  {
    id: "P25",
    promise: "An access token stops working at once where it was revoked, and within a second in every other process.",
    tests: [
      ["tests/access/ended-session.test.ts", "changes nothing for a session that another process has ended"],
      [logout, "in one process is known in another that has not polled for a second"],
      [cache, "an access token whose session is logged out"],
      ["tests/cache/processes.test.ts", "four processes under load refuse a token within a second"],
    ],
  },
  {
    id: "P26",
    promise: "Refreshing never extends a session beyond its last day.",
    tests: [[refresh, "never extends its session beyond thirty days"]],
  },
  {
    id: "P27",
    promise: "A refresh that races signing out leaves no usable token.",
    tests: [[refresh, "is not revived by a refresh that races its end"]],
  },
  {
    id: "P28",
    promise: "A copy of the database gives no usable token.",
    tests: [
      [refresh, "cannot be computed from the tables"],
      ["tests/house/canaries.test.ts", "no password, code, token, key or secret is found"],
    ],
  },
  {
    id: "P29",
    promise:
      "In cookie mode the refresh token is bound to its host, hidden from scripts, and accepted from pages of the same origin only.",
    tests: [
      [cookie, "puts the refresh token into a cookie that is bound to the host"],
      [cookie, "refreshes for pages of this origin only"],
      [cookie, "refuses forms and every other content type"],
    ],
  },
  {
    id: "P30",
    promise: "A refresh that is refused never clears the cookie of one that succeeded.",
    tests: [[cookie, "a refused one never clears it"]],
  },
  {
    id: "P31",
    promise: "You see your sessions and can end one of them or all others.",
    tests: [
      [sessions, "shows the device, the IP address and the times"],
      [sessions, "ending sessions > ends one at once"],
      [sessions, "ends all others and keeps this one"],
      [sessions, "never ends another user's"],
    ],
  },
  {
    id: "P32",
    promise: "A change to your email, password, second factor or account asks for your password, and your code, again.",
    tests: [
      [account, "requires the password ten minutes after the sign-in"],
      [account, "requires a code too where two-factor authentication is on"],
      [twoFactor, "setting up > requires the password"],
    ],
  },

  // Two-factor authentication
  {
    id: "P34",
    promise: "Codes follow RFC 6238, secrets have 160 bits, and the URL for the app is escaped.",
    tests: [
      ["tests/crypto/totp.test.ts", "matches the vectors of RFC 6238"],
      ["tests/crypto/totp.test.ts", "escapes the issuer and the label"],
      ["tests/crypto/totp.test.ts", "a secret has 160 bits"],
    ],
  },
  {
    id: "P35",
    promise: "Each code works once, also under fifty attempts at once and in several processes.",
    tests: [
      [twoFactor, "with a code works once, also 50 times at once"],
      [twoFactor, "consumes the code that confirmed it"],
      [twoFactor, "two processes > verify five wrong codes at once, accept a correct one once"],
    ],
  },
  {
    id: "P36",
    promise: "A code may be one step early or late, and no more.",
    tests: [
      [twoFactor, "accepts the step before and the step after, and no other"],
      ["tests/crypto/totp.test.ts", "has a step: the current one, one back or one forward"],
    ],
  },
  {
    id: "P37",
    promise:
      "Five wrong codes in 15 minutes stop further ones on every route, and a correct password does not reset the count.",
    tests: [
      [twoFactor, "ends after five wrong codes in 15 minutes, on all routes together"],
      [twoFactor, "40 at once verifies five"],
      [twoFactor, "two processes"],
    ],
  },
  {
    id: "P38",
    promise: "Nothing that works like a session exists before the second factor.",
    tests: [
      [twoFactor, "without a code says that one is needed, and opens no session"],
      [challenges, "stores nothing, and what its challenge says is not for its reader"],
    ],
  },
  {
    id: "P39",
    promise:
      "A new second factor counts only when confirmed, never replaces an active one, and turning it off needs password and code.",
    tests: [
      [twoFactor, "changes nothing until a code confirms it"],
      [twoFactor, "never replaces a second factor that is on"],
      [twoFactor, "turning off > requires the password and a code"],
    ],
  },
  {
    id: "P40",
    promise: "Ten backup codes work once each, and new ones replace the old.",
    tests: [
      [twoFactor, "backup codes > are ten of 16 characters"],
      [twoFactor, "work once each, also 50 times at once"],
      [twoFactor, "replace the old ones, and require a code"],
    ],
  },
  {
    id: "P41",
    promise: "A password reset neither skips the second factor nor signs you in.",
    tests: [
      [recovery, "sets the password, ends every session, opens none"],
      [recovery, "of a verified email keeps the second factor"],
    ],
  },
  {
    id: "P42",
    promise: "Second-factor secrets are encrypted for their user, and a command encrypts them again with a new secret.",
    tests: [
      [twoFactor, "is sealed, and opens for its owner only"],
      [twoFactor, "is sealed with a new key by a command"],
    ],
  },
  {
    id: "P43",
    promise: "A malformed code counts as a wrong one and never causes an internal error.",
    tests: [[twoFactor, "with a malformed code is a wrong code"]],
  },

  // API keys and organizations
  {
    id: "P44",
    promise: "A key has a fixed form with a checksum, and one with a wrong checksum costs no database query.",
    tests: [
      ["tests/crypto/api-key-secrets.test.ts", "30 random characters and 6 of checksum"],
      ["tests/crypto/api-key-secrets.test.ts", "with a wrong checksum needs no lookup"],
    ],
  },
  {
    id: "P45",
    promise: "A key is shown once and stored as a hash.",
    tests: [[keys, "is shown once and stored as a hash"]],
  },
  {
    id: "P46",
    promise:
      "Every route is called as every role, key scope, stranger and dead credential, and lets in exactly those it names.",
    tests: [[matrix, "every route lets in exactly those it says it needs"]],
  },
  {
    id: "P47",
    promise: "A key gives a new key no more than it has itself; unknown or empty scopes are refused.",
    tests: [
      [keys, "created by a key is bounded by that key"],
      [bounds, "gives other keys no higher rate limit, no other networks and no later end"],
      [keys, "is refused with what is wrong, never with what was sent"],
    ],
  },
  {
    id: "P48",
    promise: "Who you are comes from your credential, never from the request's fields.",
    tests: [
      [edge, "identity and ownership > are never taken from a body"],
      [matrix, "every route lets in exactly those it says it needs"],
      ["tests/access/lost-permission.test.ts", "that loses the permission before its transaction"],
    ],
  },
  {
    id: "P49",
    promise: "An error while a credential is checked refuses the request.",
    tests: [
      [outage, "a database that fails > refuses what needs it with 503"],
      [network, "that stands still: everything is refused"],
    ],
  },
  {
    id: "P50",
    promise: "A revoked or narrowed key is refused from the next request on, in other processes within a second.",
    tests: [
      [demotion, "must be decided on, and ends when it is to; what the role allows goes on"],
      [keys, "is refused from the next request on when it is disabled"],
      [cache, "a revoked key: never cached here, and refused everywhere within a second"],
      [cache, "a key whose creator is demoted"],
      [processes, "a key does no more than its creator's new role"],
    ],
  },
  {
    id: "P51",
    promise: "What belongs to others and what does not exist give the same 404.",
    tests: [
      [
        "tests/access/not-found.test.ts",
        "what belongs to another organization and what does not exist get the same response",
      ],
      [invitations, "does not exist outside its organization"],
      ["tests/access/same-work.test.ts", "what belongs to another organization costs the same as what does not exist"],
    ],
  },
  {
    id: "P53",
    promise: "Request limits are exact under concurrency, survive a restart, and a refusal costs no database query.",
    tests: [
      [limits, "allow exactly as many requests as the plan when 1,000 arrive at once"],
      [limits, "survive a restart, the hour as well as the day"],
      ["tests/process/usage.test.ts", "are exactly as many after a restart, in history and in all"],
      ["tests/process/usage.test.ts", "that are stored, which takes a second, survive a kill; none is counted twice"],
      [limits, "refuse without querying the database"],
      [limits, "are shared with other processes at the next write"],
      [limits, "are bounded by the plan, also when one key follows another"],
    ],
  },
  {
    id: "P54",
    promise:
      "An organization always has one owner, and an invitation admits its recipient once, with a role its sender may give.",
    tests: [
      [ownership, "always has exactly one holder"],
      [processes, "there is one owner when ownership is accepted, canceled and left at once"],
      [invitations, "admits once when 50 accept at once"],
      [invitations, "admits no user without a verified email"],
      [invitations, "gives no role beyond the inviter's permissions"],
      [invitations, "ends after seven days"],
    ],
  },
  {
    id: "P55",
    promise: "An odd id in a path is a client error on every route.",
    tests: [[edge, "odd ids > are a 4xx on every route that takes one"]],
  },

  // Emails
  {
    id: "P56",
    promise: "A mailed token is random, works once and for a bounded time, and a newer one replaces it.",
    tests: [
      [verification, "is verified by the token sent to it, which works once"],
      [verification, "is not verified by a token after 24 hours, nor by one that a newer one replaced"],
      [recovery, "works once when sent fifty times at once"],
      [recovery, "is valid for an hour, and replaced by a newer one"],
      [account, "earlier reset links stop working"],
    ],
  },
  {
    id: "P57",
    promise: "Links in emails come from the configuration, never from a request header.",
    tests: [[verification, "links to PUBLIC_URL, whatever the Host header says"]],
  },
  {
    id: "P58",
    promise: "Requests for emails are limited per recipient, and the response does not tell.",
    tests: [
      [verification, "sends at most five emails an hour"],
      [budget, "are five also when a hundred are caused at the same moment"],
    ],
  },
  {
    id: "P59",
    promise:
      "The owner of an email ends what someone else set up with it, and a refused new password does not use up the reset link.",
    tests: [
      [account, "that was stolen leaves the thief no key they saw, no invitation and no webhook in an organization"],
      [recovery, "by the owner of an email ends what someone set up who never verified it"],
      [recovery, "is not consumed by a password that is refused"],
      [verification, "is not verified for a stranger who registered it"],
    ],
  },

  // HTTP
  {
    id: "P60",
    promise: "Bodies, headers and nesting are bounded, and too much is a client error.",
    tests: [
      [edge, "in the one shape"],
      [edge, "to a body of unknown length stops reading at the limit"],
      [malformed, "malformed HTTP"],
      [parse, "is not looked at beyond a depth"],
    ],
  },
  {
    id: "P61",
    promise: "Slow clients are disconnected.",
    tests: [
      [start, "a connection that is idle > is closed after IDLE_TIMEOUT"],
      ["tests/attack/ordinary-work.test.ts", "while the server is attacked"],
    ],
  },
  {
    id: "P62",
    promise: "Requests that a proxy and a server could read differently are refused.",
    tests: [
      [malformed, "no 2xx, no 500, and the server goes on"],
      [malformed, "that is missing, malformed or sent twice is a bad request"],
    ],
  },
  {
    id: "P63",
    promise: "Every error has one shape and repeats neither internals nor what was sent.",
    tests: [
      [edge, "an error response"],
      [edge, "to a method names those that are allowed"],
      [edge, "names fields and never repeats values"],
      [edge, "a bug > is answered in the one shape"],
    ],
  },
  {
    id: "P64",
    promise: "`__proto__` in a body is refused and has no effect.",
    tests: [[parse, "is told of __proto__ wherever it is"]],
  },
  {
    id: "P65",
    promise: "Unknown fields are refused and have no effect.",
    tests: [
      [edge, "are never taken from a body"],
      [account, "refuses an invalid time zone, language or avatar URL, and every other field"],
    ],
  },
  {
    id: "P66",
    promise: "No text, however long, makes a parser work more than its length.",
    tests: [["tests/http/work.test.ts", "a text of 100 kB in any field of any route"]],
  },
  {
    id: "P67",
    promise: "Text from a request is never read as SQL.",
    tests: [
      [injection, "is data in every field and query that reaches the database"],
      ["tests/house/floors.test.ts", "drizzle is known in db/ and on the SQL floor only"],
    ],
  },
  {
    id: "P68",
    promise:
      "Only listed origins may call from a browser, none by default, and every response has the security headers.",
    tests: [
      [cors, "are none by default"],
      [cors, "that are not listed, or only look alike, may not"],
      [edge, "may not be stored, sniffed or framed by browsers"],
      [edge, "has Strict-Transport-Security where the public URL is https"],
    ],
  },
  {
    id: "P69",
    promise: "The headers about limits are correct on every response, and none of them reaches another caller.",
    tests: [
      [limits, "are in the headers of every response, refusals included"],
      ["tests/server/response-headers.test.ts", "get their own headers each, and none of another's"],
    ],
  },
  {
    id: "P70",
    promise: "Odd characters are refused or stored as they are, and never make a line in the log of their own.",
    tests: [
      [parse, "is told of text that cannot be stored"],
      [edge, "NUL > is refused in paths, queries and bodies"],
      ["tests/shapes/visible-text.test.ts", "has no character that shows nothing, ends the line or turns it around"],
      [injection, "makes no line of its own in the log"],
    ],
  },

  // Audit and logs
  {
    id: "P74",
    promise: "A security event is written in the same transaction as its change.",
    tests: [
      ["tests/audit/atomicity.test.ts", "there is no change where its event cannot be written"],
      ["tests/db/transactions.test.ts", "that throws leaves nothing behind"],
      ["tests/house/floors.test.ts", "that change rows outside a Writer: none"],
    ],
  },
  {
    id: "P75",
    promise:
      "The audit log is append-only and chained: verification names the first row that was changed, and a checkpoint detects truncation.",
    tests: [
      [chain, "cannot be changed or truncated by an UPDATE, DELETE or TRUNCATE"],
      [chain, "names the first event that was edited, removed, inserted or swapped"],
      [chain, "detects a truncated tail by an exported checkpoint"],
    ],
  },
  {
    id: "P76",
    promise:
      "No password, code, token, key or secret is in a log, an error or the database in a form that can be used.",
    tests: [["tests/house/canaries.test.ts", "no password, code, token, key or secret is found"]],
  },
  {
    id: "P77",
    promise: "An organization's audit log is readable inside the organization only.",
    tests: [["tests/audit/audit-logs.test.ts", "cannot be read from outside"]],
  },

  // Durability and operation
  {
    id: "P78",
    promise: "What was acknowledged is on disk.",
    tests: [[stop, "SIGKILL > loses nothing that was acknowledged"]],
    missing: "The test kills the process. No test cuts the machine's power, or sees the fsync.",
  },
  {
    id: "P79",
    promise: "A process that is killed under load leaves nothing half done and revives no session.",
    tests: [
      [stop, "SIGKILL > loses nothing that was acknowledged and leaves nothing half done"],
      [network, "that stands still in the middle of a transaction leaves all of it or nothing"],
    ],
    missing: "The test kills three times; `bun run torture` ten times, with `--long` two hundred times.",
  },
  {
    id: "P80",
    promise: "When the database fails, writes get 503, nothing is let in by mistake, and all works when it is back.",
    tests: [
      [outage, "a database that fails > refuses what needs it with 503"],
      [network, "that refuses: as one that stands still"],
    ],
    missing: "`bun run torture` fills the disk of the database, which needs root; nothing makes it read-only.",
  },
  {
    id: "P81",
    promise: "A broken, newer or foreign database stops the start and is left as it is.",
    tests: [
      [start, "a file that is no database is left as it is"],
      [start, "a newer Bask's database is left as it is"],
      [start, "another program's database is left as it is"],
      [postgres, "must not hold tables of another program"],
    ],
  },
  {
    id: "P82",
    promise:
      "SIGTERM lets requests finish, says first that it is not ready, and a second signal ends the process at once.",
    tests: [
      [stop, "SIGTERM > lets requests under way finish and exits 0"],
      [stop, "again, a second later, ends it at once"],
      [stop, "with DRAIN_SECONDS it is not ready"],
    ],
  },
  {
    id: "P83",
    promise: "A backup can be taken while the server writes, and a restore revives no session that was revoked.",
    tests: [
      [backup, "a backup > taken under load is of one moment, and whole"],
      [backup, "revives nothing that was revoked, ended or used up, in a process that runs on"],
      [backupProcesses, "create, verify and restore work beside a running server, which notices within a second"],
      [backupProcesses, "moves an installation from SQLite to PostgreSQL, and back"],
    ],
  },
  {
    id: "P84",
    promise: "A clock that jumps revives nothing and locks no user out for longer than it should.",
    tests: [
      [refresh, "gets no second chance from a clock that is set back"],
      [guessing, "is locked no longer than it says by a clock that was a year ahead"],
      [twoFactor, "is not locked for a year by a clock that was a year ahead"],
      [account, "requires the password also after a sign-in that happened while the clock was a year ahead"],
    ],
    missing: "No test calls every route after a jump of days, hours and a hundred years.",
  },
  {
    id: "P85",
    promise: "Several processes on one database keep the same promises as one.",
    tests: [
      [processes, "within a second in every other process"],
      [processes, "across processes"],
      [twoFactor, "two processes"],
      [guessing, "two processes"],
      [network, "that loses connections without a word"],
      [torture, "holds with real processes"],
      [lineage, "empties the caches although nothing was announced: what it does not know any more ends"],
    ],
    missing: "Most tests use two processes. Four under load, with a restart of PostgreSQL, is not part of the suite.",
  },
  {
    id: "P86",
    promise: "Migrations keep the data of each released schema, also when they are interrupted.",
    tests: [
      [migrations, "are applied all or none"],
      ["tests/db/first-start.test.ts", "a first start that is killed"],
      [project, "that are frozen are unchanged"],
    ],
    missing: "There is no released schema yet to migrate from with data in it.",
  },
  {
    id: "P88",
    promise:
      "Dependencies are pinned and locked and run no install scripts, their licenses are listed, and no key of ours is in the repository.",
    tests: [
      [project, "are pinned to one version each"],
      [project, "are locked without an address of where they came from"],
      [project, "run no code of theirs when they are installed"],
      [project, "have licenses that ask for nothing but their text to be kept"],
      [project, "no secret of ours and no key is in the repository"],
    ],
  },

  // Kinds of faults that are common in this field
  {
    id: "P89",
    promise:
      "A value is parsed once into the form that is used, and one bad record does not break the requests of others.",
    tests: [
      ["tests/access/networks.test.ts", "that was stored before refuses its own key and no other one"],
      ["tests/shapes/ip.test.ts", "does not exist for what only some parsers take for one"],
      ["tests/shapes/timestamp.test.ts", "every time of Bask's own is read as it was written"],
      ["tests/http/round-trip.test.ts", "what GET returns is accepted by PATCH"],
    ],
  },
  {
    id: "P90",
    promise: "Lists, details, filters, counts and refusals agree on the state of a thing.",
    tests: [
      [
        "tests/access/key-life.test.ts",
        "a detail, a filter, a count, a request and a verification say the same about a key",
      ],
      ["tests/invitations/states.test.ts", "say the same about an invitation"],
      [keys, "is filtered by environment, status, creator and words"],
    ],
  },
  {
    id: "P91",
    promise: "What an email, a page or an error tells you to do works.",
    tests: [
      [invitations, "that is sent again starts over"],
      ["tests/dashboard/emailed.test.ts", "a password is set: what is wrong with it is said at its field"],
      ["tests/users/registration.test.ts", "a reset by email is a first email too"],
    ],
    missing: "No test follows every instruction of every error.",
  },
  {
    id: "P92",
    promise:
      "Input is read as it was meant: codes with spaces or dashes, white space around text, `null` for a field that was left out.",
    tests: [
      [twoFactor, "accepts a code as people type and paste it"],
      [twoFactor, "are accepted as people type and paste them"],
      [parse, "stands for an optional field that was left out"],
      [twoFactor, "without a code sends none, an empty one or null"],
    ],
  },
  {
    id: "P93",
    promise: "An error about a field names the cause.",
    tests: [
      [parse, "is told what is missing, and only then that it is required"],
      [parse, "is told the type that each field must have"],
      [parse, "is told the bounds of each field"],
    ],
  },
  {
    id: "P94",
    promise:
      "Invisible and misleading characters are refused in names and emails, and searches ignore case in the same way on both databases.",
    tests: [
      ["tests/shapes/visible-text.test.ts", "has no character that shows nothing"],
      ["tests/shapes/email.test.ts", "does not exist with a character that shows nothing"],
      ["tests/shapes/email.test.ts", "is its own canonical form, and lowercase"],
      ["tests/db/search.test.ts", "is the same for every case and every normalization of a text"],
    ],
  },
  {
    id: "P95",
    promise: "Counters count what they say, and locks and windows end by themselves when they said they would.",
    tests: [
      [twoFactor, "one wrong code every few minutes, between correct ones, never locks"],
      [twoFactor, "opens again as each wrong code leaves the 15 minutes"],
      [guessing, "an email without an account > leaves its guesses behind when it gets one"],
      ["tests/limits/windows.test.ts", "report a reset in the future"],
    ],
  },
  {
    id: "P96",
    promise: "No other user can keep you from deleting, leaving or recovering your account.",
    tests: [
      [emailLinks, "goes on working, and more can be asked for, while strangers ask for others without end"],
      [account, "cannot be prevented by an account with the email of a deleted one"],
      [verification, "sends it also when strangers had five of another kind sent to the address"],
      [budget, "are five that someone waits for, and another kind has its own"],
    ],
  },
  {
    id: "P97",
    promise: "When a protection is removed, you get an email, and it is in your audit log.",
    tests: [
      [
        "tests/house/protections.test.ts",
        "what changes how an account is protected is in its log, and in an email to its user",
      ],
      ["tests/house/protections.test.ts", "every event of a user's own log is one that an email tells, or needs none"],
      ["tests/two-factor/emails.test.ts", "turning the second factor on or off"],
      [members, "is disabled when its creator leaves"],
    ],
  },
  {
    id: "P98",
    promise: "What an organization demands of members binds their keys, and a key cannot widen itself.",
    tests: [
      [policies, "accepts members and keys from its IP addresses only"],
      [policies, "bounds the scopes and lifetime of keys, existing ones included"],
      [rotation, "is rotated by a key only within the permissions and the end of that key"],
      [bounds, "never changes its own rate limit, IP addresses or expiry"],
      [bounds, "never changes the policy of its organization"],
      [bounds, "a replaced key > ends with its overlap at the latest"],
      [bounds, "binds the keys of members from its date on"],
      [members, "manages only members with fewer permissions than itself"],
      ["tests/members/remaining-access.test.ts", "must be decided on, and ends when it is to"],
      ["tests/members/remaining-access.test.ts", "is also a webhook that sends to where they chose"],
      [demotion, "must be decided on, and ends for all who have the role"],
      [demotion, "must be decided on by the new owner, and ends when it is to"],
    ],
  },
  {
    id: "P99",
    promise: "Emails to people who did not ask for them are bounded by sender, organization and recipient.",
    tests: [
      [budget, "are bounded by sender, organization, recipient"],
      [invitationEmails, "are bounded for a sender, however often invitations are canceled"],
      [invitationEmails, "emails of ownership offers are bounded for their recipient"],
    ],
  },
  {
    id: "P100",
    promise:
      "The client's IP is read in every spelling that proxies write, and a proxy that names none is a client of its own.",
    tests: [
      [forwarded, "is of the client's IP, in every spelling proxies write"],
      [forwarded, "without a usable IP is of the proxy that says none"],
    ],
  },
  {
    id: "P101",
    promise:
      "A bad setting or option stops the program before anything happens, with one sentence that names it and no part of a secret.",
    tests: [
      [refusals, "the start is refused, before anything happens, for"],
      [config, "that cannot be used is named, whichever it is, and its value is not repeated"],
      ["tests/config/urls.test.ts", "of a refused URL holds a part of its password"],
      ["tests/scripts/arguments.test.ts", "a script refuses arguments it does not take"],
    ],
  },
  {
    id: "P102",
    promise: "A database is served only with the secret it was made with.",
    tests: [
      [
        "tests/process/installation.test.ts",
        "data and its secret > belong together: a start with another secret is refused",
      ],
      ["tests/process/installation.test.ts", "another secret is refused before a migration that is missing is applied"],
      ["tests/process/secrets.test.ts", "everything that people hold works at every step and after it"],
      [
        "tests/secrets/secrets.test.ts",
        "is needed until what it sealed is sealed again, and what it computed has ended",
      ],
    ],
  },
  {
    id: "P103",
    promise: "PostgreSQL works as it is commonly set up, or is refused with a sentence that says what to do.",
    tests: [
      [postgres, "PostgreSQL as people have it"],
      [postgres, "a connection pooler in transaction mode"],
    ],
  },
  {
    id: "P104",
    promise: "Another program that writes to the database does not freeze the server.",
    tests: [
      ["tests/db/sqlite.test.ts", "holds up what is written here until it is done, and nothing else"],
      [postgres, "lets others use the table meanwhile"],
    ],
    missing: "`bun run torture` measures the longest stall while a gigabyte is pruned. The suite asserts no times.",
  },
  {
    id: "P105",
    promise: "SIGTERM ends the process in time whatever hangs, and usage is saved first.",
    tests: [[stop, "a stop while something hangs"]],
  },
  {
    id: "P106",
    promise: "A mail server that fails loses no email, and what was given up can be listed and sent again.",
    tests: [
      [delivery, "waits longer after each failure and arrives when the server is well again"],
      [delivery, "never gives an email up, and the log says what the server said"],
      [outbox, "are sent again once for each request, or removed"],
    ],
  },
  {
    id: "P107",
    promise: "Migrations are applied by what is missing, and a database that lacks one is not served.",
    tests: [
      ["tests/db/migration-plan.test.ts", "is whatever is missing, in the known order"],
      [migrations, "that are older than the last applied one are applied"],
      [migrations, "that were edited after they were applied are refused"],
      ["tests/scripts/installation.test.ts", "a script does not migrate a database that lacks a migration"],
    ],
  },
  {
    id: "P108",
    promise: "A pipeline's token is accepted only for the repository and branch or environment that the trust names.",
    tests: [
      [exchange, "a token is refused"],
      ["tests/workload-identity/claims.test.ts", "a trust that names a branch"],
      ["tests/workload-identity/claims.test.ts", "a trust that names an environment"],
      [exchange, "names an issuer of this installation, a repository by its id, and a ref or an environment"],
    ],
  },
  {
    id: "P109",
    promise:
      "A service that verifies the keys of others is not stopped by its own key's limit, and unknown permissions are refused.",
    tests: [
      [keyVerification, "refuses a permission that does not exist, and counts no use"],
      [limits, "verify other keys within a limit of their own, which is not the one for requests"],
    ],
  },

  // URLs that others choose
  {
    id: "P110",
    promise:
      "No byte reaches a URL that is refused: not by a changed DNS answer, another spelling of an IP, or a redirect; responses are bounded after decompression.",
    tests: [
      [guarded, "is refused in every spelling of an address that is not public"],
      [guarded, "leads to the address that was judged, whatever its name says when it is asked again"],
      [guarded, "is refused when one of its addresses is not public"],
      [guarded, "that redirects is not followed"],
      [guarded, "is measured after decompression, and read no further"],
      [webhooks, "that leads elsewhere later is not requested, and the delivery says why"],
    ],
  },
  {
    id: "P111",
    promise:
      "An event that was committed is delivered at least once or stands failed in the list, with one id for each event and endpoint; an event that was rolled back is not.",
    tests: [
      [webhookDelivery, "arrives once and in order, however many workers in two processes look for it"],
      [webhookDelivery, "of a change that was rolled back is never sent"],
      [webhookDelivery, "is repeated with growing waits and the same id, ten times, and the delivery stands failed"],
      [webhookDelivery, "is made again by another process when the one that made it died"],
      ["tests/webhooks/processes.test.ts", "what a process that ended by kill -9 had committed and not sent"],
      [webhooks, "410 disables at once, and what is missed is sent when it is enabled again"],
      [torture, "holds with real processes"],
    ],
  },
  {
    id: "P112",
    promise: "An endpoint that is slow or dead delays no other.",
    tests: [
      [webhookDelivery, "an endpoint that never answers delays no other"],
      [guarded, "of a host that is busy with others is waited for in turn, until the deadline"],
      [guarded, "of a host that one caller keeps busy is there for others"],
    ],
  },
  {
    id: "P113",
    promise: "For 24 hours after a rotation, receivers with the old secret and with the new one can verify.",
    tests: [
      [webhooks, "signs beside its successor for 24 hours after a rotation, and not after that"],
      [torture, "holds with real processes"],
    ],
  },
  {
    id: "P114",
    promise: "A payload holds no secret, token, link, IP address or user agent, and only what the catalog names.",
    tests: [
      [webhooks, "lets no IP address, user agent or secret out"],
      [webhookDelivery, "signed, with what its type allows and nothing else"],
      ["tests/house/canaries.test.ts", "no password, code, token, key or secret is found"],
    ],
  },
  {
    id: "P115",
    promise: "A receiver of the audit stream can prove that nothing is missing and nothing was changed.",
    tests: [
      [auditStreams, "has every event once, in order, and has proved it by their hashes"],
      [auditStreams, "refuses an event that was changed, and everything after one that is missing"],
      [auditStreams, "that is away gets what it missed"],
      [auditStreams, "gets the events of one process at a time, each once"],
      [torture, "holds with real processes"],
    ],
  },

  // What is not there yet
  {
    id: "P116",
    promise: "No account is reached by an email that an identity provider does not say is verified.",
    tests: [
      [identities, "that it does not say is verified reaches and creates no account"],
      [identities, "of another account links nothing, in any spelling, also where the provider is trusted"],
      [identities, "that looks like another's is another"],
      [identities, "is Google's word where Google runs the mailbox, and elsewhere it is asked for by email"],
    ],
  },
  {
    id: "P117",
    promise: "An account made beforehand with your email gives its creator nothing once you arrive by another way.",
    tests: [
      [emailLinks, "gives the account to its reader, and its maker has nothing left"],
      [recovery, "by the owner of an email ends what someone set up who never verified it"],
      [identities, "of an account that never proved it takes that account back only where the provider is trusted"],
    ],
  },
  {
    id: "P118",
    promise:
      "A callback in another browser, the state of another provider, and a code or state that was used are refused.",
    tests: [
      [identities, "is taken only in the browser that was sent to the provider"],
      [identities, "of one provider is not taken for another's, by path or by iss"],
      [identities, "is taken once, also 50 times at once"],
      [identities, "with another state or an invented code leads to nothing"],
      [identities, "works for a minute, and only for the page that started"],
      [signInRaces, "a callback gives one ticket, and a ticket one session"],
    ],
  },
  {
    id: "P119",
    promise: "A return path stays on its origin.",
    tests: [[identities, "returns to a path of the product only"]],
  },
  {
    id: "P120",
    promise: "Each assertion, link, ticket and challenge works once, also fifty times at once.",
    tests: [
      [passkeys, "accepts each use once, also 50 times at once"],
      [passkeys, "accepts each use once in two processes"],
      [passkeys, "works once for each challenge, also 50 times at once, and only in the session that asked"],
      [challenges, "works once, also 50 times at once with different codes, and costs no code that it does not take"],
      [challenges, "works once in two processes"],
      [emailLinks, "signs in the browser that asked for it, once, also 50 times at once"],
      [emailLinks, "signs in once in two processes"],
      [emailLinks, "can be tried five times, also 50 at once, with and without an account alike"],
      [identities, "works once, also 50 times at once, in two processes"],
      [signInRaces, "a sign-in that waits for its second factor is completed once, and uses one code"],
      [signInRaces, "an emailed link signs in once, and so does its code"],
      [signInRaces, "the use of a passkey is accepted once, as a sign-in or as a proof"],
    ],
  },
  {
    id: "P121",
    promise: "A mailed link, a key or a token never enrolls a factor.",
    tests: [
      [passkeys, "is for the session of a user only: no API key, no token of an email, no challenge of a sign-in"],
      [emailLinks, "and enrolls no factor by itself"],
    ],
  },
  {
    id: "P122",
    promise: "The last way to sign in cannot be removed.",
    tests: [
      [passkeys, "never removes the last way into the account, also when two go at once"],
      [identities, "never removes the last way in, but a provider that is gone is none"],
      [signInRaces, "of two ways in that are removed from two sides, one remains"],
      [signInRaces, "an account that is linked beside the removal of the only one leaves a way in"],
    ],
  },
  {
    id: "P123",
    promise: "A user of a passkey is not asked for a code, and meets a policy that requires a second factor.",
    tests: [
      [passkeys, "opens a session of both factors for its user, who is asked for nothing else"],
      [signInPolicies, "is met by who signed in with a passkey, and not by the same person with a password alone"],
      [signInPolicies, "leaves the API keys of a passkey's user working until the last passkey is removed"],
    ],
  },
  {
    id: "P124",
    promise: "A mail scanner signs no one in and uses nothing up.",
    tests: [
      [emailLinks, "is not used by a program that opens the links of emails, whatever it requests"],
      [
        "tests/dashboard/sign-in.test.ts",
        "a link signs in the browser that asked, in each of its tabs, at the press of a button and not before",
      ],
    ],
  },
  {
    id: "P125",
    promise: "A refresh cookie that is bound to a device is refused without that device's signature.",
    tests: [
      [deviceBinding, "takes the challenge of this sign-in only, with a valid signature of ES256 or RS256"],
      [deviceBinding, "is not possible with the cookie alone, later than five minutes, or twice"],
      [deviceBinding, "gives a session to one of fifty devices at once, in two processes"],
      [
        deviceBinding,
        "is worth nothing to who copied its cookies, elsewhere at once and in its own network after five minutes",
      ],
      [
        deviceBinding,
        "has no other door: not as a token in the body, not to sign out everywhere, not as a known browser",
      ],
      [deviceBinding, "takes each signature once, also fifty at once, in two processes"],
      [deviceBinding, "takes a challenge of its own, for a minute, signed by its own key"],
      [
        "tests/sessions/device-browser.test.ts",
        "binds its session, signs for it also after a restart, and its cookies are worth nothing elsewhere",
      ],
    ],
  },
  {
    id: "P126",
    promise:
      "Authorization codes, device codes and refresh tokens of clients work as their rule says, also fifty times at once, and for their client only.",
    tests: [
      [oauthCodes, "is exchanged by one of 50 at once, and ends when it comes again"],
      [oauthDevices, "is typed by its user, who sees the app and the device, and is then worth tokens once"],
      [oauthDevices, "is worth nothing to another client, though its user has agreed"],
      [oauthRefresh, "gives 50 that refresh at once, such as from two egress addresses, the same successor"],
      [oauthRefresh, "whose answer was lost gives its successor an hour later too, as long as that was not used"],
      [oauthRefresh, "that comes again after its successor was used ends what the app may"],
    ],
  },
  {
    id: "P127",
    promise: "Redirect URIs match exactly.",
    tests: [
      [oauthCodes, "is not sent back to %s, which is not registered"],
      [oauthCodes, "is sent back to %s"],
    ],
  },
  {
    id: "P128",
    promise: "A token for one resource is refused at another.",
    tests: [[oauthCodes, "is for one service: its token is refused by every other"]],
  },
  {
    id: "P129",
    promise: "Consent is asked for again for a new redirect host, organization or scope, and covers what was shown.",
    tests: [
      [oauthCodes, "asks again for another redirect host, organization or scope, and only then may go on by itself"],
      [oauthCodes, "is agreed to as it was shown: what changed meanwhile is shown again"],
    ],
  },
  {
    id: "P130",
    promise:
      "Leaving, a demotion and a disconnection end what grants and personal access tokens may do, from the next request on.",
    tests: [
      [oauthGrants, "may never do more than its user may at that moment"],
      [oauthGrants, "when its user disconnects it, for it alone"],
      [personalTokens, "has lost nothing to tokens of members who left, also when they come back"],
      [tokenProcesses, "stop a token, beside a storm of its uses"],
      [tokenProcesses, "the end of an access holds for a successor that is made at the same moment"],
    ],
  },
  {
    id: "P131",
    promise: "No flood of client registrations or device codes fills the database.",
    tests: [
      [
        oauthClients,
        "is one client for the same metadata, has no secret, and is gone after an hour if no one lets it act",
      ],
      [oauthClients, "from one network, only so many within an hour"],
      [oauthClients, "takes the place of the oldest that no one has let act, where 2,000 are there"],
      [
        "tests/limits/attempts.test.ts",
        "the networks of one site share what five of them have, and other sites have their own",
      ],
      [oauthDevices, "cannot be found by trying, and a network begins only so many at once"],
    ],
  },
  {
    id: "P132",
    promise:
      "A personal access token, a grant or a derived key never creates credentials or changes how its user signs in.",
    tests: [
      [oauthGrants, "an app never creates credentials, whatever its user may, and meets the organization's policy"],
      [personalTokens, "creates no credential and changes nothing about how its user signs in, whatever its scopes"],
      [derivation, "creates no credential, not even from all scopes of a key that may, and derives no other"],
      [matrix, "every route lets in exactly those it says it needs"],
    ],
  },
  {
    id: "P133",
    promise: "Errors of OAuth routes have OAuth's shape.",
    tests: [[oauthTokens, "answer every error in OAuth's own shape"]],
  },
  {
    id: "P134",
    promise:
      "A restore refuses a wrong secret before it touches anything, and revives no session, grant, trusted device, revoked key or removed webhook.",
    tests: [
      [backup, "is refused before anything is touched: another secret, or none"],
      [backup, "that fails in the middle leaves everything as it was"],
      [backup, "revives nothing that was revoked, ended or used up, in a process that runs on"],
      [backup, "takes no one back in who was removed from an organization, and no workload that is no longer trusted"],
      [backup, "is heard by a process that has not heard of any change yet"],
      [backup, "sends nothing to webhooks that were removed, disabled, moved or given another secret since"],
    ],
  },
  {
    id: "P135",
    promise: "A backup that is taken under load is consistent and verified.",
    tests: [
      [backup, "a backup > taken under load is of one moment, and whole"],
      [backup, "restored into an empty database has every row as it was, but for what a restore ends"],
      [backup, "a file that was changed, cut off, forged, or is something else"],
    ],
  },
  {
    id: "P136",
    promise: "Metrics hold no id of a user or a key.",
    tests: [
      [
        "tests/metrics/metrics.test.ts",
        "counts requests by method, pattern and status, and holds no id of a user, organization or key",
      ],
    ],
  },
  {
    id: "P137",
    promise: "A version and the next one serve side by side.",
    tests: [
      [rollout, "a process of the release before starts again on a database with compatible migrations"],
      [rollout, "it serves beside a process of the next one, and after a restart"],
      [rollout, "it still writes and reads"],
      [rollout, "and on one whose migrations are not compatible, it is refused"],
      [project, "are marked as compatible when they only add, and only then"],
    ],
    missing:
      "There is no release yet. Among the migrations so far, those that rebuild tables need all processes to stop.",
  },
  {
    id: "P138",
    promise:
      "An operator who looks as a user changes nothing, sees no secret, gets no session out of it and stops after 30 minutes; both logs and an email say so, with the reason.",
    tests: [
      [impersonation, "sees what the user sees; both logs and an email say so, with the reason"],
      [impersonation, "changes nothing by any route, takes no export, and is no operator"],
      [impersonation, "reads by every route without one of them writing, and no secret is among it"],
      [impersonation, "gets no session out of it: no refresh, no cookie, no key, no second factor, no other header"],
      [impersonation, "stops after 30 minutes, with the operator's session, and with that role, in every process"],
    ],
  },
];
