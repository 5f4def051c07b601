import type {
  ApiKey,
  ApiKeyFilter,
  ApiKeys,
  CreateApiKey,
  CreatedApiKey,
  RevokeApiKey,
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
import type { UsageHistory, UsageRange } from "../usage/usage.contract";
import type { CreateTrust, ExchangedToken, TokenExchange, Trust, Trusts } from "../workload-identity/trusts.contract";
import type { Connection } from "./connection";
import { type Input, keyPath, type Output, query, segment } from "./wire";

/** API keys, workload identity and usage. */
export const machineCalls = ({ call }: Connection) => ({
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
    /** Replaces a key by a new one; the old one works for `overlap` more days. */
    rotate: (organization: string, id: string, input: Input<typeof RotateApiKey> = {}) =>
      call<Output<typeof CreatedApiKey>>("POST", `${keyPath(organization, id)}/rotate`, input),
    /** What a key that was sent to you is and is allowed to do. */
    verify: (input: Input<typeof VerifyApiKey>) => call<Output<typeof Verification>>("POST", "/api-keys/verify", input),
    verifyMany: (input: Input<typeof VerifyApiKeys>) =>
      call<Output<typeof Verifications>>("POST", "/api-keys/verify/batch", input),
    revokeLeaked: (key: string) =>
      call<Output<typeof RevokedLeak>>("POST", "/api-keys/revoke-leaked", { key } satisfies Input<typeof LeakedKey>),
    /** Makes a key another member's. */
    handOver: (organization: string, id: string, memberId: string) =>
      call<Output<typeof ApiKey>>("POST", `${keyPath(organization, id)}/hand-over`, { memberId }),
    /** @param input `descendants: "true"` also revokes the keys that it created, and those they created */
    revoke: (organization: string, id: string, input?: Input<typeof RevokeApiKey>) =>
      call<void>("DELETE", `${keyPath(organization, id)}${query(input)}`),
  },

  workloadIdentity: {
    trust: (organization: string, key: string, input: Input<typeof CreateTrust>) =>
      call<Output<typeof Trust>>("POST", `${keyPath(organization, key)}/trusts`, input),
    trusts: (organization: string, key: string) =>
      call<Output<typeof Trusts>>("GET", `${keyPath(organization, key)}/trusts`),
    distrust: (organization: string, key: string, id: string) =>
      call<void>("DELETE", `${keyPath(organization, key)}/trusts/${segment(id)}`),
    /** Exchanges the ID token that GitHub or GitLab gave a job for a token that stands for an API key for 15 minutes. */
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
});
