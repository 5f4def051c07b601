import { route } from "../http/route";
import { RemainingAccess } from "../members/members.contract";
import {
  acceptOwnership,
  cancelTransfer,
  declineOwnership,
  getPreviousOwnerAccess,
  getTransfer,
  offerOwnership,
} from "./ownership";
import { AcceptOwnership, OfferOwnership, OwnershipTransfer } from "./ownership.contract";

export const ownershipRoutes = [
  route("POST", "/organizations/:id/ownership-transfer", {
    operationId: "offerOwnership",
    access: "user",
    needs: "organization:delete",
    summary: "Offer the ownership of an organization to another member",
    description:
      "Offers the ownership of an organization to another member, who has seven days to accept. One offer can be pending at a time.",
    errors: ["CONFLICT", "RATE_LIMITED"],
    body: OfferOwnership,
    response: OwnershipTransfer,
    status: 201,
    run: ({ app, actor, params, body }) => offerOwnership(app, actor, params.id, body),
  }),
  route("GET", "/organizations/:id/ownership-transfer", {
    operationId: "getOwnershipTransfer",
    access: "actor",
    needs: "members:read",
    summary: "Get the pending ownership transfer",
    description: "Returns the pending offer of ownership, or 404 if there is none.",
    response: OwnershipTransfer,
    run: ({ app, actor, params }) => getTransfer(app, actor, params.id),
  }),
  route("DELETE", "/organizations/:id/ownership-transfer", {
    operationId: "cancelOwnershipTransfer",
    access: "user",
    needs: "organization:delete",
    summary: "Cancel an ownership transfer",
    description: "Cancels the pending offer of ownership.",
    response: null,
    run: ({ app, actor, params }) => cancelTransfer(app, actor, params.id),
  }),
  route("GET", "/organizations/:id/ownership-transfer/access", {
    operationId: "getPreviousOwnerAccess",
    access: "user",
    needs: "transfer-recipient",
    summary: "List what the owner could still use after the transfer: API keys they know, trusts they created",
    description:
      "Lists what the owner could still use beyond the role of an admin, which they have once you accept: keys of others they know, and trusts they created on them.",
    response: RemainingAccess,
    run: ({ app, actor, params }) => getPreviousOwnerAccess(app, actor, params.id),
  }),
  route("POST", "/organizations/:id/ownership-transfer/accept", {
    operationId: "acceptOwnership",
    access: "user",
    needs: "transfer-recipient",
    summary: "Accept ownership; the previous owner becomes an admin",
    description:
      "Makes you the owner of the organization. The previous owner becomes an admin, who may know API keys that can do more: look at their access beforehand.",
    errors: ["CONFLICT", "PLAN_LIMIT_REACHED"],
    body: AcceptOwnership,
    response: null,
    run: ({ app, actor, params, body }) => acceptOwnership(app, actor, params.id, body),
  }),
  route("POST", "/organizations/:id/ownership-transfer/decline", {
    operationId: "declineOwnership",
    access: "user",
    needs: "transfer-recipient",
    summary: "Decline ownership",
    description: "Declines the ownership that was offered to you.",
    response: null,
    run: ({ app, actor, params }) => declineOwnership(app, actor, params.id),
  }),
];
