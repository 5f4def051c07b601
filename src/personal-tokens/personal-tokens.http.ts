import { route } from "../http/route";
import { Page } from "../shapes.contract";
import { identityErrors } from "../users/reauthenticate";
import { approveMemberToken, endMemberToken, listMemberTokens } from "./access";
import {
  createPersonalToken,
  getPersonalToken,
  listPersonalTokens,
  revokePersonalToken,
  rotatePersonalToken,
  updatePersonalToken,
} from "./personal-tokens";
import {
  CreatedPersonalToken,
  CreatePersonalToken,
  MemberToken,
  MemberTokens,
  PersonalTokens,
  PersonalTokenWithAccess,
  RotatePersonalToken,
  UpdatePersonalToken,
} from "./personal-tokens.contract";

export const personalTokenRoutes = [
  route("POST", "/users/me/tokens", {
    operationId: "createPersonalToken",
    access: "user",
    throttle: "credentials",
    summary: "Create a personal access token; the token itself is only in this response",
    description:
      "Creates a personal access token, with which your own programs act for you. The token itself is only in this response: store it now. It never does more than its scopes and you may at that moment, and never creates credentials. Asks for your identity again unless you signed in within the last ten minutes.",
    errors: [
      ...identityErrors,
      "EMAIL_NOT_VERIFIED",
      "PLAN_LIMIT_REACHED",
      "FORBIDDEN",
      "NOT_FOUND",
      "ORGANIZATION_SUSPENDED",
      "TWO_FACTOR_SETUP_REQUIRED",
    ],
    body: CreatePersonalToken,
    response: CreatedPersonalToken,
    status: 201,
    run: ({ app, actor, body }) => createPersonalToken(app, actor, body),
  }),
  route("GET", "/users/me/tokens", {
    operationId: "listPersonalTokens",
    access: "user",
    summary: "List your personal access tokens",
    description: "Lists your personal access tokens that are not revoked, with when and from where each was last used.",
    query: Page,
    response: PersonalTokens,
    run: ({ app, actor, query }) => listPersonalTokens(app, actor, query),
  }),
  route("GET", "/users/me/tokens/:tokenId", {
    operationId: "getPersonalToken",
    access: "user",
    summary: "Get one of your personal access tokens",
    description: "Returns a personal access token with what it may do in each organization that it reaches.",
    response: PersonalTokenWithAccess,
    run: ({ app, actor, params }) => getPersonalToken(app, actor, params.tokenId),
  }),
  route("PATCH", "/users/me/tokens/:tokenId", {
    operationId: "updatePersonalToken",
    access: "user",
    throttle: "credentials",
    summary: "Update one of your personal access tokens",
    description:
      "Changes a personal access token. Fields that are left out keep their value, and null removes one. Where it needs approval, one that may do more than before must be approved again. Asks for your identity again unless you signed in within the last ten minutes.",
    errors: [...identityErrors, "CONFLICT"],
    body: UpdatePersonalToken,
    response: PersonalTokenWithAccess,
    run: ({ app, actor, params, body }) => updatePersonalToken(app, actor, params.tokenId, body),
  }),
  route("POST", "/users/me/tokens/:tokenId/rotate", {
    operationId: "rotatePersonalToken",
    access: "user",
    throttle: "credentials",
    summary: "Rotate a personal access token; the old one still works during the overlap",
    description:
      "Creates a successor with the same scopes. The old token works until the end of the overlap. Asks for your identity again unless you signed in within the last ten minutes.",
    errors: [...identityErrors, "CONFLICT", "EMAIL_NOT_VERIFIED"],
    body: RotatePersonalToken,
    response: CreatedPersonalToken,
    status: 201,
    run: ({ app, actor, params, body }) => rotatePersonalToken(app, actor, params.tokenId, body),
  }),
  route("DELETE", "/users/me/tokens/:tokenId", {
    operationId: "revokePersonalToken",
    access: "user",
    summary: "Revoke one of your personal access tokens, for good and at once",
    description: "Revokes a personal access token for good. The next request with it is refused.",
    response: null,
    run: ({ app, actor, params }) => revokePersonalToken(app, actor, params.tokenId),
  }),
  route("GET", "/organizations/:id/personal-tokens", {
    operationId: "listMemberTokens",
    access: "actor",
    needs: "personal-tokens:read",
    summary: "List the personal access tokens of members that reach an organization",
    description:
      "Lists the personal access tokens of members that reach the organization, with what they may do there. Those that await approval have `blockedBecause: awaits_approval`.",
    query: Page,
    response: MemberTokens,
    run: ({ app, actor, params, query }) => listMemberTokens(app, actor, params.id, query),
  }),
  route("POST", "/organizations/:id/personal-tokens/:tokenId/approve", {
    operationId: "approveMemberToken",
    access: "user",
    needs: "personal-tokens:approve",
    summary: "Approve a member's personal access token",
    description: "Gives a member's personal access token access, where the policy demands approval.",
    response: MemberToken,
    run: ({ app, actor, params }) => approveMemberToken(app, actor, params.id, params.tokenId),
  }),
  route("DELETE", "/organizations/:id/personal-tokens/:tokenId", {
    operationId: "endMemberToken",
    access: "actor",
    needs: "personal-tokens:end",
    summary: "End the access of a member's personal access token to an organization",
    description:
      "Ends the access of a member's personal access token to the organization, for good and at once. The token works on elsewhere, and its user gets an email.",
    response: null,
    run: ({ app, actor, params }) => endMemberToken(app, actor, params.id, params.tokenId),
  }),
];
