import { catalog as extension } from "./extensions/catalog";
import type { ProblemEntry } from "./extensions/declare";

/**
 * Every error the API can answer with: its status and its public sentence. The private cause goes to the log only.
 * Sentences speak to the person who holds the client and never repeat what was submitted. Where one code has several causes, each is a
 * reason of its own, which the answer carries, so that a client can branch on it without reading the sentence.
 */
const builtIn = {
  BAD_REQUEST: {
    status: 400,
    message: "The request could not be read.",
    reasons: {
      two_credentials: "Send one credential: a bearer token or an API key, not both.",
      key_to_derive_from:
        "Send an API key or a personal access token to derive from, not a session, an app or a derived token.",
      invalid_json: "The body is not valid JSON.",
      incomplete_body: "The body ended before it was complete.",
      slow_body: "The body did not arrive within a minute.",
      invalid_host: "The Host header must be one host name or IP address, with an optional port.",
      invalid_idempotency_key: "The Idempotency-Key header must be 1 to 255 printable ASCII characters.",
    },
  },
  UNAUTHORIZED: {
    status: 401,
    message: "Sign in, or send an API key.",
    reasons: {
      malformed_authorization: "The Authorization header must be Bearer and one token.",
      invalid_access_token: "The access token is not valid.",
      session_ended: "The session has ended. Sign in again.",
      impersonation_ended: "You no longer look as this user.",
      other_resource: "This access token was issued for another service.",
      agent_credential_required:
        "Agents need a credential of their own, such as an API key. Your session is not accepted here.",
      user_required: "API keys, tokens and apps cannot do this. Sign in as a user.",
      invalid_signature: "The signature of the report is not valid.",
      token_not_accepted: "This token is not accepted for this API key.",
      unprotected_ref:
        "The branch, tag or environment of this job is not protected. Protect it, or name ref_protected or environment_protected in the trust.",
    },
  },
  INVALID_CREDENTIALS: {
    status: 401,
    message: "Incorrect email or password.",
    reasons: {
      wrong_password: "Incorrect password.",
      wrong_or_unverified:
        "Incorrect email or password. If you have just signed up, verify your email first: follow the link we emailed you.",
    },
  },
  TWO_FACTOR_REQUIRED: {
    status: 401,
    message: "Send the code from your authenticator app, or a backup code, as twoFactorCode.",
  },
  INVALID_CHALLENGE: {
    status: 401,
    message: "This has expired, or was already completed. Start again.",
  },
  INVALID_PASSKEY: {
    status: 401,
    message: "This passkey was not accepted. Try again.",
    reasons: {
      unknown_passkey: "This passkey is not registered, or was removed. Sign in in another way.",
      other_account: "This passkey belongs to another account.",
      used_assertion: "This use of the passkey was already accepted. Use the passkey again.",
      copied_passkey: "This passkey may have been copied. Sign in in another way, and remove it.",
    },
  },
  INVALID_TWO_FACTOR_CODE: { status: 401, message: "The two-factor code is wrong or was already used." },
  TOKEN_EXPIRED: { status: 401, message: "The access token has expired. Refresh it." },
  INVALID_REFRESH_TOKEN: { status: 401, message: "The refresh token is not valid. Sign in again." },
  DEVICE_SIGNATURE_REQUIRED: {
    status: 403,
    message:
      "This session is bound to a device, which must sign first. Repeat the request; if it fails again, sign in.",
  },
  INVALID_TOKEN: {
    status: 401,
    message: "This link is not valid: it was already used, was replaced, or has expired. Request a new one.",
    reasons: { set_up: "This link is not valid, or the installation has been set up already. Sign in instead." },
  },
  INVALID_SIGN_IN_CODE: { status: 401, message: "The code is wrong or has expired. Request a new link." },
  INVALID_API_KEY: {
    status: 401,
    message: "This API key does not exist.",
    reasons: {
      unknown_token: "This personal access token does not exist.",
      token_revoked: "This personal access token was revoked.",
      token_expired: "This personal access token has expired.",
      token_owner_suspended: "The account this personal access token belongs to is suspended.",
      derived_token_ended: "This derived token has expired or was revoked. Derive another one.",
      malformed_key:
        "This is not a whole API key. Send it exactly as it was shown, without quotes, prefixes or spaces.",
      workload_token_ended: "This workload token has expired or was revoked. Exchange a new one.",
      revoked: "This API key was revoked.",
      expired: "This API key has expired.",
      disabled: "This API key is disabled.",
      organization_deleted: "The organization of this API key was deleted.",
      organization_suspended: "The organization of this API key is suspended. Contact support.",
      creator_left:
        "The member this API key belongs to has left its organization. An admin can hand it over to another member.",
      creator_suspended: "The account this API key belongs to is suspended.",
      creator_without_two_factor:
        "The organization of this API key requires two-factor authentication. The member it belongs to must turn it on.",
      environment_not_accepted: "This deployment does not accept {environment} keys.",
    },
  },
  FORBIDDEN: {
    status: 403,
    message: "You don't have permission to do this.",
    reasons: {
      origin_not_allowed: "Pages of this origin cannot call this server. List it in CORS_ORIGINS.",
      operator_required: "Only operators of this installation can do this.",
      lower_role_required: "You can only do this to members with a lower role.",
      ip_not_allowed: "This organization's policy does not allow access from your IP address.",
      method_not_allowed: "This organization's policy does not allow this way of signing in. Sign in in another way.",
      client_not_allowed: "This organization's policy does not allow this app.",
      key_ip_not_allowed: "This API key or token cannot be used from your IP address.",
      token_ended: "The access of this personal access token to this organization was ended.",
      token_refused: "This organization's policy does not allow personal access tokens.",
      token_awaits_approval: "This personal access token awaits approval by an admin of this organization.",
      token_method_not_allowed:
        "This organization's policy does not allow the way of signing in with which this personal access token was created.",
      token_too_old: "This personal access token is older than this organization's policy allows. Create a new one.",
      key_creation_not_allowed: "This organization's policy does not let your role create API keys.",
      key_beyond_permissions: "This API key has permissions that you don't have.",
      key_beyond_resources: "This API key is not bound to resources that yours is bound to.",
      key_beyond_ips: "This API key can be used only from IP addresses that the API key that asks cannot be used from.",
      live_by_test_key: "A test key cannot manage live keys.",
      own_key_bounds: "An API key cannot change its own rate limit, IP addresses, resources or expiry.",
      role_beyond_permissions: "This role has permissions that you don't have.",
      other_email: "This invitation was sent to a different email. Sign in with that one.",
      account_suspended: "This account is suspended. Contact support.",
      provider_email_unverified:
        "The provider does not say that your email is verified there. Verify it there, or sign up here.",
      other_browser:
        "This link works in the browser in which it was requested. Open it there, or type there the code that is shown here.",
      cross_site:
        "A page of another site cannot use this browser's session. Its origin must be that of PUBLIC_URL or in CORS_ORIGINS.",
      origin_missing:
        "A request with the session cookie must send the Origin of the page it is for. A server keeps the refreshToken of a session of tokens and sends it in the body.",
    },
  },
  IMPERSONATION_READ_ONLY: {
    status: 403,
    message: "You look as another user, and can only read. Nothing was changed.",
  },
  INSUFFICIENT_SCOPE: {
    status: 403,
    message: "The API key or token lacks the scope this needs.",
    reasons: {
      scope: "The API key or token lacks the scope {scope}.",
      app_scope: "This app was not given the scope {scope}.",
      bound: "This API key or token is bound to some resources, and this is about others too.",
    },
  },
  TWO_FACTOR_SETUP_REQUIRED: {
    status: 403,
    message: "Turn on two-factor authentication first.",
    reasons: {
      policy: "This organization requires two-factor authentication. Turn it on first, or sign in with a passkey.",
    },
  },
  ORGANIZATION_SUSPENDED: { status: 403, message: "This organization is suspended. Contact support." },
  EMAIL_NOT_VERIFIED: { status: 403, message: "Verify your email address first: follow the link we emailed you." },
  REAUTHENTICATION_REQUIRED: {
    status: 403,
    message: "Confirm your identity: send your password, or sign in again.",
    reasons: {
      session_too_old: "This organization requires a more recent sign-in. Confirm your identity, or sign in again.",
      second_factor: "Sign in again with your second factor.",
      account_of_link: "Sign in to the account this email was sent for, or send its password with the token.",
    },
  },
  PLAN_LIMIT_REACHED: {
    status: 403,
    message: "Your plan's limit has been reached.",
    reasons: {
      personal_tokens: "You can have at most {limit} personal access tokens. Revoke one first.",
      api_keys: "Your plan's limit of {limit} active API keys has been reached. Revoke one, or change the plan.",
      unended_api_keys:
        "Your organization has {limit} API keys that have not ended, disabled ones included. Revoke those you don't need.",
      members: "Your plan's limit of {limit} members, pending invitations included, has been reached.",
      no_free_seat:
        "This organization's plan has no seat left. Ask its owner to change the plan or to remove a member.",
      webhooks: "Your plan's limit of {limit} webhooks has been reached. Delete one, or change the plan.",
      roles: "An organization can have at most {limit} custom roles.",
      apps: "At most {limit} apps can be registered here. Delete one you don't need.",
      organizations:
        "You can belong to at most {limit} organizations, including deleted ones that can still be restored.",
    },
  },
  NOT_FOUND: {
    status: 404,
    message: "Not found, or you don't have access to it.",
    reasons: {
      invitation: "This is not the link of an invitation. Copy it from the email again, or ask for a new one.",
    },
  },
  METHOD_NOT_ALLOWED: { status: 405, message: "This path does not accept that method. See the Allow header." },
  CONFLICT: {
    status: 409,
    message: "This conflicts with existing data.",
    reasons: {
      already_verified: "This email is already verified. You can sign in.",
      email_taken: "An account with this email already exists.",
      password_changed: "The password was changed at the same moment. Try again with the current one.",
      owns_organizations: "You own an organization with other members. Transfer or delete it first.",
      memberships_changed: "Your memberships changed at the same moment. Try again.",
      own_account: "You cannot suspend your own account.",
      operator_account: "This user is an operator too. No operator can look as another.",
      sign_in_to_link: "An account with this email already exists. Sign in to it as before, and link this one there.",
      identity_taken: "Someone already signs in with this account.",
      too_many_identities: "You can link at most {limit} accounts. Unlink one first.",
      passkey_exists: "This passkey is already registered.",
      too_many_passkeys: "You can have at most {limit} passkeys. Remove one first.",
      last_way_in: "This is the only way to sign in to your account. Add another one first.",
      two_factor_on: "Two-factor authentication is already on. Turn it off first.",
      slug_taken: "This slug is taken. Choose another one.",
      owner_cannot_leave: "Transfer ownership of the organization before you leave it.",
      access_remains:
        "Who loses permissions by this knows API keys of others, created trusts on them, or set up webhooks. Look at what they could still use, and send remainingAccess: end or keep.",
      role_taken: "A role with this name already exists.",
      role_in_use: "Members have this role. Give them another one first.",
      role_invited: "Pending invitations give this role. Cancel them first.",
      role_in_policy: "The organization's policy names this role in keyCreators. Remove it there first.",
      role_built_in: "A built-in role cannot be changed.",
      transfer_pending: "An ownership transfer is already pending. Cancel it first.",
      already_member: "You are already a member of this organization.",
      member_exists: "This person is already a member.",
      invitation_pending: "This email already has a pending invitation. Resend that one.",
      role_deleted: "The role this invitation gives was deleted. Cancel it, and invite again with another role.",
      invitation_closed: "This invitation was already accepted, declined or canceled. Ask for a new one.",
      invitation_expired: "This invitation has expired. Ask for a new one.",
      invitation_replaced: "This link was replaced by a later one, or its organization is gone. Use the latest email.",
      inviter_lost_permission: "The person who invited you can no longer do so. Ask for a new invitation.",
      backups_off: "BACKUP_DIR is not set, so there is no folder to make backups in. Set it, and restart.",
      backup_under_way: "A backup is being made already. Wait until it is done.",
      policy_changed: "Someone else changed the policy meanwhile. Look at it again, then make your change.",
      consent_changed: "What the app asks for, or what you may do, has changed. Look at it again.",
      token_ended: "This personal access token is revoked or expired for good. Create a new one.",
      token_rotated: "This personal access token was rotated before. Rotate its successor instead.",
      token_access_ended: "The access of this token to this organization was ended. Its user can create another one.",
      key_ended: "This API key is revoked or expired for good. Create a new one.",
      key_disabled: "This API key is disabled. Enable it first.",
      key_rotated: "This API key was rotated before. Rotate its successor instead.",
      key_predecessor_works: "The predecessor of this API key still works. Revoke it, or wait until it ends.",
      key_organization_deleted: "This organization was deleted.",
      key_organization_suspended: "This organization is suspended. Contact support.",
      key_creator_left: "The member this API key belongs to has left. Hand it over to another member first.",
      key_creator_suspended:
        "The account of the member this API key belongs to is suspended. Hand it over to another member first.",
      key_creator_without_two_factor:
        "The member this API key belongs to must turn on two-factor authentication first. Or hand it over to another member.",
      key_environment_not_accepted: "This deployment does not accept {environment} keys.",
      webhook_disabled: "This webhook is disabled. Enable it first.",
      too_many_trusts: "An API key can have at most {limit} trusts.",
      response_unreadable:
        "The request with this Idempotency-Key was completed, but its response can no longer be read. Check what it created.",
      request_in_progress: "A request with this Idempotency-Key is in progress. Try again in a moment.",
    },
  },
  /* Those of OAuth 2.1, which its routes answer in its own words: `invalid_grant`. */
  INVALID_REQUEST: {
    status: 400,
    message: "The authorization request is not valid.",
    reasons: {
      missing_client: "Send client_id.",
      two_client_credentials: "Authenticate the client in one way: by HTTP Basic, or in the body.",
      redirect_uri: "The redirect_uri is not one that this client has registered.",
      missing_response_type: "Send response_type=code.",
      missing_challenge: "Send code_challenge and code_challenge_method=S256 (PKCE).",
      response_mode: "Only response_mode=query is supported.",
      request_object: "Request objects are not supported.",
      incomplete: "The parameters of this grant_type are not complete.",
      expired: "This authorization request has expired, or was already answered. Start again in the app.",
    },
  },
  INVALID_CLIENT: {
    status: 401,
    message: "This client is not known, or could not be authenticated.",
    reasons: {
      document_unavailable: "The metadata document of this client could not be read.",
      document_invalid: "The metadata document of this client is not valid.",
      document_not_allowed: "Clients that are described by a document at this address are not allowed here.",
      blocked: "An operator of this installation has blocked this app.",
    },
  },
  INVALID_GRANT: { status: 400, message: "The code or refresh token is not valid, was used, has expired or ended." },
  UNAUTHORIZED_CLIENT: { status: 400, message: "This client may not use this grant_type." },
  UNSUPPORTED_GRANT_TYPE: { status: 400, message: "This grant_type is not supported." },
  UNSUPPORTED_RESPONSE_TYPE: { status: 400, message: "Only response_type=code is supported." },
  INVALID_REDIRECT_URI: { status: 400, message: "A redirect URI is missing, or is not one that can be registered." },
  INVALID_CLIENT_METADATA: { status: 400, message: "The metadata of this client is not valid." },
  INVALID_SCOPE: {
    status: 400,
    message: "A scope is not known, cannot be given to apps, or is more than this client may have.",
  },
  INVALID_TARGET: { status: 400, message: "This installation issues no tokens for this resource." },
  ACCESS_DENIED: { status: 400, message: "The user did not allow it." },
  INTERACTION_REQUIRED: { status: 400, message: "The user must be asked." },
  AUTHORIZATION_PENDING: {
    status: 400,
    message: "The user has not entered the code yet. Ask again after the interval.",
  },
  SLOW_DOWN: { status: 400, message: "Ask less often: wait 5 seconds more between two requests." },
  EXPIRED_TOKEN: { status: 400, message: "The device code has expired. Start again." },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    message: "The body is larger than {limit} KiB.",
    reasons: {
      tool_result:
        "The result has more than {limit} characters, which is more than an agent can use. Ask for fewer entries.",
    },
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: "Send the body as application/json.",
    reasons: { form: "Send the body as application/x-www-form-urlencoded." },
  },
  VALIDATION_ERROR: {
    status: 422,
    message: "Some fields are not valid. See details.",
    reasons: { idempotency_key_reused: "This Idempotency-Key was already used for a different request." },
  },
  RATE_LIMITED: {
    status: 429,
    message: "Too many requests. Wait retryAfter seconds.",
    reasons: {
      organization: "The API keys of this organization together have used up its limit. Wait retryAfter seconds.",
      user: "Your personal access tokens together have used up their limit. Wait retryAfter seconds.",
      invitations: "This email has received too many invitations. Try again later.",
      emails_to_others: "You or your organization have sent too many invitations and offers. Try again later.",
    },
  },
  ACCOUNT_TEMPORARILY_LOCKED: {
    status: 429,
    message: "Too many failed attempts. Wait retryAfter seconds.",
  },
  INTERNAL_ERROR: { status: 500, message: "Something went wrong on our side. Contact support with the requestId." },
  UNAVAILABLE: {
    status: 503,
    message: "The service is temporarily unavailable. Try again shortly.",
    reasons: {
      timeout: "This took too long. It may still take effect.",
      issuer_unavailable: "The issuer of this token does not answer. Try again shortly.",
      provider_unavailable: "This provider does not answer. Sign in in another way, or try again shortly.",
      backup_failed: "The backup could not be made. The server's log says why, by this requestId.",
    },
  },
} as const satisfies Record<string, ProblemEntry>;

const catalog = { ...builtIn, ...extension.problems };

/** What requests that succeed tell the person behind the client, where they tell anything. */
export const notices = {
  registered: "You can now sign in. If an account with this email already existed, it was not changed.",
  registeredUnverified:
    "Check your email, and follow the link we sent you. If an account with this email already existed, it was not changed.",
  emailRequested: "If an account matches, we've sent an email.",
  emailChangeRequested: "We've sent an email to the new address. It becomes yours when you follow the link.",
} as const;

type Catalog = typeof catalog;
export type ProblemCode = keyof Catalog;
/** The reasons of a code. */
export type ReasonOf<Code extends ProblemCode> = Catalog[Code] extends { reasons: infer Reasons }
  ? keyof Reasons & string
  : never;

export interface Detail {
  /** Where in the input, `address.city` or `scopes.0`; empty for the whole of it. */
  path: string;
  message: string;
}

export interface ProblemOptions<Code extends ProblemCode = ProblemCode> {
  /** Which of the code's causes it is; its sentence replaces the code's own. */
  reason?: ReasonOf<Code>;
  /** What the `{name}` in the sentence of the reason stand for. */
  values?: Record<string, string | number>;
  details?: Detail[];
  /** Whole seconds until it is worth trying again; also sent as Retry-After. */
  retryAfter?: number;
  headers?: Record<string, string>;
  /** What the answer carries besides, for programs. */
  fields?: Record<string, unknown>;
  /** For the log only. */
  cause?: unknown;
}

/** An error with a public sentence. Thrown by rules, turned into the one error shape by `http/`. */
export class Problem<Code extends ProblemCode = ProblemCode> extends Error {
  readonly code: ProblemCode;
  readonly reason: string | undefined;
  readonly status: number;
  readonly details: Detail[] | undefined;
  readonly retryAfter: number | undefined;
  readonly headers: Record<string, string> | undefined;
  readonly fields: Record<string, unknown> | undefined;

  constructor(code: Code, options: ProblemOptions<Code> = {}) {
    // Where it was thrown is of no interest, and finding that out costs as much as all the rest.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(sentence(catalog[code], options), { cause: options.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.reason = options.reason;
    this.status = catalog[code].status;
    this.details = options.details;
    this.retryAfter = options.retryAfter;
    this.headers = options.headers;
    this.fields = options.fields;
  }

  override get name() {
    return "Problem";
  }
}

function sentence(entry: ProblemEntry, { reason, values = {} }: ProblemOptions<never>): string {
  const template = (reason !== undefined && entry.reasons?.[reason]) || entry.message;
  return template.includes("{") ? template.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? "")) : template;
}

/** A well-formed input that breaks a rule, at one place. */
export function invalid(path: string, message: string): Problem {
  return new Problem("VALIDATION_ERROR", { details: [{ path, message }] });
}

/** Status, sentence and reasons of each code, for the documents that list them. */
export const problems: Readonly<Record<ProblemCode, ProblemEntry>> = catalog;
