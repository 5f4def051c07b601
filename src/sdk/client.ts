import type { z } from "zod";
import type {
  ApiKey,
  ApiKeyFilter,
  ApiKeys,
  CreateApiKey,
  CreatedApiKey,
  RotateApiKey,
  UpdateApiKey,
} from "../api-keys/api-keys.contract";
import type {
  LeakedKey,
  RevokedLeak,
  Verification,
  Verifications,
  VerifyApiKey,
  VerifyApiKeys,
} from "../api-keys/verification.contract";
import type { AuditEvents, AuditFile, AuditQuery } from "../audit/audit.contract";
import type {
  Accepted,
  AnswerInvitation,
  Invitation,
  Invitations,
  InvitationsQuery,
  Invite,
  MyInvitations,
} from "../invitations/invitations.contract";
import type { PlanOverview } from "../limits/limits.contract";
import type { ChangeMember, Member, Members, MembersQuery, RemoveMember } from "../members/members.contract";
import type {
  Act,
  AdminOrganizationDetails,
  AdminOrganizations,
  AdminUserDetails,
  AdminUsers,
  Search,
  SetPlan,
} from "../operators/operators.contract";
import type {
  CreateOrganization,
  MyOrganization,
  MyOrganizations,
  Organization,
  OrganizationsQuery,
  UpdateOrganization,
} from "../organizations/organizations.contract";
import type { OfferOwnership, OwnershipTransfer } from "../ownership/ownership.contract";
import type { ChangePolicy, Policy } from "../policies/policies.contract";
import type { CreateRole, Role, Roles, UpdateRole } from "../roles/roles.contract";
import type { LoggedIn, Login, Session } from "../sessions/sessions.contract";
import type { Page, Wire } from "../shapes.contract";
import type {
  BackupCodes,
  Confirm,
  Enrolment,
  SetUp,
  Status,
  TrustedDevice,
  WithFactor,
} from "../two-factor/two-factor.contract";
import type { UsageHistory, UsageRange } from "../usage/usage.contract";
import type {
  ChangeEmail,
  ChangePassword,
  DeleteAccount,
  ForAddress,
  Proof,
  Register,
  Registered,
  Requested,
  ResetPassword,
  UpdateUser,
  User,
  VerifyEmail,
} from "../users/users.contract";
import type { CreateTrust, ExchangedToken, TokenExchange, Trust, Trusts } from "../workload-identity/trusts.contract";
import { BaskError, readError } from "./error";

type Input<Schema extends z.ZodType> = z.input<Schema>;
type Output<Schema extends z.ZodType> = Wire<z.output<Schema>>;
type List<Schema extends z.ZodType> = { data: Output<Schema>[]; nextCursor: string | null };
/** A query as a program writes it: numbers may be numbers. */
type Query<Schema extends z.ZodType> = Partial<Omit<Input<Schema>, "limit">> & { limit?: number };
type PageInput = Query<typeof Page>;

export interface TokenPair {
  accessToken: string;
  /** Empty in cookie mode: the browser keeps it. */
  refreshToken: string;
}

export interface ConnectOptions {
  /** Where Bask lives, `https://api.example.com`. */
  url: string;
  /** For machines. */
  apiKey?: string;
  /** For people who signed in before. */
  tokens?: TokenPair;
  /** For pages in a browser: the refresh token is kept in a cookie that no script can read. */
  cookie?: boolean;
  /** Called with each new pair, to keep it; with undefined after a logout or when the session has ended. */
  onTokens?: (tokens: TokenPair | undefined) => void;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * A typed client for browsers, Bun and Node. It refreshes the access token by itself when it has expired, once for all
 * calls that wait for it, and repeats them. Every refusal is thrown as a BaskError.
 */
export function connect({
  url,
  apiKey,
  tokens,
  cookie = false,
  onTokens = () => {},
  fetch: send = fetch,
}: ConnectOptions) {
  const base = `${url.replace(/\/+$/, "")}/api/v1`;
  let pair = tokens;
  let refreshing: Promise<void> | undefined;

  function keep(next: { accessToken: string; refreshToken?: string | undefined } | undefined) {
    pair = next && { accessToken: next.accessToken, refreshToken: next.refreshToken ?? "" };
    onTokens(pair);
  }

  async function request(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (apiKey) headers["X-API-Key"] = apiKey;
    else if (pair) headers.Authorization = `Bearer ${pair.accessToken}`;
    return send(base + path, {
      method,
      headers,
      ...(cookie && { credentials: "include" as const }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** Calls that find their token expired at the same time share one refresh. */
  function refresh(): Promise<void> {
    refreshing ??= (async () => {
      try {
        const response = await request(
          "POST",
          "/auth/refresh",
          cookie ? {} : { refreshToken: pair?.refreshToken ?? "" },
        );
        if (response.ok) return keep((await response.json()) as TokenPair);
        if (response.status === 401) keep(undefined);
        throw await readError(response);
      } finally {
        refreshing = undefined;
      }
    })();
    return refreshing;
  }

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const used = pair?.accessToken;
    let response = await request(method, path, body);
    if (response.status === 401 && pair && !apiKey) {
      const error = await readError(response);
      if (error.code !== "TOKEN_EXPIRED") throw error;
      if (pair.accessToken === used) await refresh();
      response = await request(method, path, body);
    }
    if (!response.ok) throw await readError(response);
    if (response.status === 204) return undefined as T;
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return (isJson ? await response.json() : await response.text()) as T;
  }

  const query = (values: Record<string, unknown> = {}) => {
    const given = Object.entries(values).filter(([, value]) => value !== undefined);
    return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
  };
  const segment = encodeURIComponent;
  const keyPath = (organization: string, id: string) =>
    `/organizations/${segment(organization)}/api-keys/${segment(id)}`;

  return {
    /** The tokens in use. */
    tokens: () => pair,

    auth: {
      register: (input: Input<typeof Register>) => call<Output<typeof Registered>>("POST", "/auth/register", input),
      /** For who is signed in, or sends the password of the account. */
      async verifyEmail(input: Input<typeof VerifyEmail>) {
        // An access token that has expired is no proof there, and nobody says so.
        if (pair && input.password === undefined) await refresh();
        await call<void>("POST", "/auth/verify-email", input);
      },
      resendVerification: (input: Input<typeof ForAddress>) =>
        call<Output<typeof Requested>>("POST", "/auth/resend-verification", input),
      forgotPassword: (input: Input<typeof ForAddress>) =>
        call<Output<typeof Requested>>("POST", "/auth/forgot-password", input),
      resetPassword: (input: Input<typeof ResetPassword>) => call<void>("POST", "/auth/reset-password", input),
      undoEmailChange: (input: Input<typeof Proof>) => call<void>("POST", "/auth/undo-email-change", input),
      /** Signs in; from here on the client acts as this person. */
      async login(input: Input<typeof Login>) {
        const session = cookie ? "cookie" : "tokens";
        const answer = await call<Output<typeof LoggedIn>>("POST", "/auth/login", { session, ...input });
        keep(answer);
        return answer;
      },
      refresh: async () => {
        await refresh();
        return pair as TokenPair;
      },
      async logout(input: { allSessions?: boolean } = {}) {
        await call<void>("POST", "/auth/logout", {
          ...input,
          ...(pair?.refreshToken && { refreshToken: pair.refreshToken }),
        });
        keep(undefined);
      },
    },

    twoFactor: {
      status: () => call<Output<typeof Status>>("GET", "/auth/two-factor"),
      devices: () => call<List<typeof TrustedDevice>>("GET", "/auth/two-factor/devices"),
      forgetDevice: (id: string) => call<void>("DELETE", `/auth/two-factor/devices/${segment(id)}`),
      setUp: (input: Input<typeof SetUp>) => call<Output<typeof Enrolment>>("POST", "/auth/two-factor/setup", input),
      verify: (input: Input<typeof Confirm>) =>
        call<Output<typeof BackupCodes>>("POST", "/auth/two-factor/verify", input),
      disable: (input: Input<typeof WithFactor>) => call<void>("POST", "/auth/two-factor/disable", input),
      regenerateBackupCodes: (input: Input<typeof WithFactor>) =>
        call<Output<typeof BackupCodes>>("POST", "/auth/two-factor/backup-codes", input),
    },

    users: {
      me: () => call<Output<typeof User>>("GET", "/users/me"),
      update: (input: Input<typeof UpdateUser>) => call<Output<typeof User>>("PATCH", "/users/me", input),
      changePassword: (input: Input<typeof ChangePassword>) => call<void>("PUT", "/users/me/password", input),
      changeEmail: (input: Input<typeof ChangeEmail>) =>
        call<Output<typeof Requested>>("POST", "/users/me/email", input),
      async delete(input: Input<typeof DeleteAccount> = {}) {
        await call<void>("DELETE", "/users/me", input);
        keep(undefined);
      },
      sessions: () => call<List<typeof Session>>("GET", "/users/me/sessions"),
      endSession: (id: string) => call<void>("DELETE", `/users/me/sessions/${segment(id)}`),
      endOtherSessions: () => call<void>("DELETE", "/users/me/sessions"),
    },

    organizations: {
      create: (input: Input<typeof CreateOrganization>) =>
        call<Output<typeof MyOrganization>>("POST", "/organizations", input),
      list: (input?: Query<typeof OrganizationsQuery>) =>
        call<Output<typeof MyOrganizations>>("GET", `/organizations${query(input)}`),
      get: (id: string) => call<Output<typeof Organization>>("GET", `/organizations/${segment(id)}`),
      update: (id: string, input: Input<typeof UpdateOrganization>) =>
        call<Output<typeof Organization>>("PATCH", `/organizations/${segment(id)}`, input),
      delete: (id: string) => call<void>("DELETE", `/organizations/${segment(id)}`),
      restore: (id: string) => call<Output<typeof Organization>>("POST", `/organizations/${segment(id)}/restore`),
      leave: (id: string) => call<void>("POST", `/organizations/${segment(id)}/leave`),
    },

    members: {
      list: (organization: string, input?: Query<typeof MembersQuery>) =>
        call<Output<typeof Members>>("GET", `/organizations/${segment(organization)}/members${query(input)}`),
      changeRole: (organization: string, id: string, input: Input<typeof ChangeMember>) =>
        call<Output<typeof Member>>("PATCH", `/organizations/${segment(organization)}/members/${segment(id)}`, input),
      remove: (organization: string, id: string, input?: Input<typeof RemoveMember>) =>
        call<void>("DELETE", `/organizations/${segment(organization)}/members/${segment(id)}${query(input)}`),
    },

    invitations: {
      create: (organization: string, input: Input<typeof Invite>) =>
        call<Output<typeof Invitation>>("POST", `/organizations/${segment(organization)}/invitations`, input),
      list: (organization: string, input?: Query<typeof InvitationsQuery>) =>
        call<Output<typeof Invitations>>("GET", `/organizations/${segment(organization)}/invitations${query(input)}`),
      cancel: (organization: string, id: string) =>
        call<void>("DELETE", `/organizations/${segment(organization)}/invitations/${segment(id)}`),
      resend: (organization: string, id: string) =>
        call<Output<typeof Invitation>>(
          "POST",
          `/organizations/${segment(organization)}/invitations/${segment(id)}/resend`,
        ),
      /** Those that wait for you. */
      mine: (page?: PageInput) => call<Output<typeof MyInvitations>>("GET", `/users/me/invitations${query(page)}`),
      accept: (input: Input<typeof AnswerInvitation>) =>
        call<Output<typeof Accepted>>("POST", "/invitations/accept", input),
      decline: (input: Input<typeof AnswerInvitation>) => call<void>("POST", "/invitations/decline", input),
    },

    ownership: {
      transfer: (organization: string) =>
        call<Output<typeof OwnershipTransfer>>("GET", `/organizations/${segment(organization)}/ownership-transfer`),
      offer: (organization: string, input: Input<typeof OfferOwnership>) =>
        call<Output<typeof OwnershipTransfer>>(
          "POST",
          `/organizations/${segment(organization)}/ownership-transfer`,
          input,
        ),
      accept: (organization: string) =>
        call<void>("POST", `/organizations/${segment(organization)}/ownership-transfer/accept`),
      decline: (organization: string) =>
        call<void>("POST", `/organizations/${segment(organization)}/ownership-transfer/decline`),
      cancel: (organization: string) =>
        call<void>("DELETE", `/organizations/${segment(organization)}/ownership-transfer`),
    },

    policy: {
      get: (organization: string) =>
        call<Output<typeof Policy>>("GET", `/organizations/${segment(organization)}/policy`),
      change: (organization: string, input: Input<typeof ChangePolicy>) =>
        call<Output<typeof Policy>>("PATCH", `/organizations/${segment(organization)}/policy`, input),
    },

    roles: {
      list: (organization: string) =>
        call<Output<typeof Roles>>("GET", `/organizations/${segment(organization)}/roles`),
      create: (organization: string, input: Input<typeof CreateRole>) =>
        call<Output<typeof Role>>("POST", `/organizations/${segment(organization)}/roles`, input),
      update: (organization: string, name: string, input: Input<typeof UpdateRole>) =>
        call<Output<typeof Role>>("PATCH", `/organizations/${segment(organization)}/roles/${segment(name)}`, input),
      delete: (organization: string, name: string) =>
        call<void>("DELETE", `/organizations/${segment(organization)}/roles/${segment(name)}`),
    },

    apiKeys: {
      create: (organization: string, input: Input<typeof CreateApiKey>) =>
        call<Output<typeof CreatedApiKey>>("POST", `/organizations/${segment(organization)}/api-keys`, input),
      list: (organization: string, filter?: Partial<Input<typeof ApiKeyFilter>>) =>
        call<Output<typeof ApiKeys>>("GET", `/organizations/${segment(organization)}/api-keys${query(filter)}`),
      get: (organization: string, id: string) => call<Output<typeof ApiKey>>("GET", keyPath(organization, id)),
      update: (organization: string, id: string, input: Input<typeof UpdateApiKey>) =>
        call<Output<typeof ApiKey>>("PATCH", keyPath(organization, id), input),
      disable: (organization: string, id: string) =>
        call<Output<typeof ApiKey>>("POST", `${keyPath(organization, id)}/disable`),
      enable: (organization: string, id: string) =>
        call<Output<typeof ApiKey>>("POST", `${keyPath(organization, id)}/enable`),
      /** A new key in the place of an old one, which works on for `overlap` days. */
      rotate: (organization: string, id: string, input: Input<typeof RotateApiKey> = {}) =>
        call<Output<typeof CreatedApiKey>>("POST", `${keyPath(organization, id)}/rotate`, input),
      /** What a key that was sent to you is and may do. */
      verify: (input: Input<typeof VerifyApiKey>) =>
        call<Output<typeof Verification>>("POST", "/api-keys/verify", input),
      verifyMany: (input: Input<typeof VerifyApiKeys>) =>
        call<Output<typeof Verifications>>("POST", "/api-keys/verify/batch", input),
      revokeLeaked: (key: string) =>
        call<Output<typeof RevokedLeak>>("POST", "/api-keys/revoke-leaked", { key } satisfies Input<typeof LeakedKey>),
      revoke: (organization: string, id: string) => call<void>("DELETE", keyPath(organization, id)),
    },

    auditLogs: {
      list: (organization: string, input?: Query<typeof AuditQuery>) =>
        call<Output<typeof AuditEvents>>("GET", `/organizations/${segment(organization)}/audit-logs${query(input)}`),
      /** A file of CSV. */
      export: (organization: string, input?: Query<typeof AuditFile>) =>
        call<string>("GET", `/organizations/${segment(organization)}/audit-logs.csv${query(input)}`),
      mine: (input?: Query<typeof AuditQuery>) =>
        call<Output<typeof AuditEvents>>("GET", `/users/me/audit-logs${query(input)}`),
    },

    plans: {
      /** What an organization's plan allows, and how much of it is in use. */
      of: (organization: string) =>
        call<Output<typeof PlanOverview>>("GET", `/organizations/${segment(organization)}/plan`),
    },

    workloadIdentity: {
      trust: (organization: string, key: string, input: Input<typeof CreateTrust>) =>
        call<Output<typeof Trust>>("POST", `${keyPath(organization, key)}/trusts`, input),
      trusts: (organization: string, key: string) =>
        call<Output<typeof Trusts>>("GET", `${keyPath(organization, key)}/trusts`),
      distrust: (organization: string, key: string, id: string) =>
        call<void>("DELETE", `${keyPath(organization, key)}/trusts/${segment(id)}`),
      /** A token that stands for an API key for 15 minutes, for one that GitHub or GitLab gave this job. */
      exchange: (key: string, subjectToken: string) =>
        call<Output<typeof ExchangedToken>>("POST", "/auth/token-exchange", {
          grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
          subject_token: subjectToken,
          subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
          audience: key,
        } satisfies Input<typeof TokenExchange>),
    },

    usage: {
      ofOrganization: (organization: string, range?: Input<typeof UsageRange>) =>
        call<Output<typeof UsageHistory>>("GET", `/organizations/${segment(organization)}/usage${query(range)}`),
      ofKey: (organization: string, id: string, range?: Input<typeof UsageRange>) =>
        call<Output<typeof UsageHistory>>("GET", `${keyPath(organization, id)}/usage${query(range)}`),
    },

    /** For operators of the installation. */
    admin: {
      users: (input?: Query<typeof Search>) => call<Output<typeof AdminUsers>>("GET", `/admin/users${query(input)}`),
      user: (id: string) => call<Output<typeof AdminUserDetails>>("GET", `/admin/users/${segment(id)}`),
      suspendUser: (id: string, input: Input<typeof Act>) =>
        call<Output<typeof AdminUserDetails>>("POST", `/admin/users/${segment(id)}/suspend`, input),
      restoreUser: (id: string, input: Input<typeof Act>) =>
        call<Output<typeof AdminUserDetails>>("POST", `/admin/users/${segment(id)}/restore`, input),
      endSessions: (id: string, input: Input<typeof Act>) =>
        call<Output<typeof AdminUserDetails>>("POST", `/admin/users/${segment(id)}/end-sessions`, input),
      resetTwoFactor: (id: string, input: Input<typeof Act>) =>
        call<Output<typeof AdminUserDetails>>("POST", `/admin/users/${segment(id)}/reset-two-factor`, input),
      organizations: (input?: Query<typeof Search>) =>
        call<Output<typeof AdminOrganizations>>("GET", `/admin/organizations${query(input)}`),
      organization: (id: string) =>
        call<Output<typeof AdminOrganizationDetails>>("GET", `/admin/organizations/${segment(id)}`),
      suspendOrganization: (id: string, input: Input<typeof Act>) =>
        call<Output<typeof AdminOrganizationDetails>>("POST", `/admin/organizations/${segment(id)}/suspend`, input),
      restoreOrganization: (id: string, input: Input<typeof Act>) =>
        call<Output<typeof AdminOrganizationDetails>>("POST", `/admin/organizations/${segment(id)}/restore`, input),
      setPlan: (id: string, input: Input<typeof SetPlan>) =>
        call<Output<typeof AdminOrganizationDetails>>("PUT", `/admin/organizations/${segment(id)}/plan`, input),
      auditLogs: (id: string, input?: Query<typeof AuditQuery>) =>
        call<Output<typeof AuditEvents>>("GET", `/admin/organizations/${segment(id)}/audit-logs${query(input)}`),
    },

    /** Calls a route that this client has no name for: your own. */
    call,
    whoami: () => call<{ type: "user" | "api_key" } & Record<string, unknown>>("GET", "/whoami"),
  };
}

export type Bask = ReturnType<typeof connect>;
export { BaskError };
