import { route } from "../http/route";
import { acceptOwnership, cancelTransfer, declineOwnership, getTransfer, offerOwnership } from "./ownership";
import { OfferOwnership, OwnershipTransfer } from "./ownership.contract";

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
  route("POST", "/organizations/:id/ownership-transfer/accept", {
    operationId: "acceptOwnership",
    access: "user",
    needs: "transfer-recipient",
    summary: "Accept ownership; the previous owner becomes an admin",
    description: "Makes you the owner of the organization. The previous owner becomes an admin.",
    errors: ["CONFLICT", "PLAN_LIMIT_REACHED"],
    response: null,
    run: ({ app, actor, params }) => acceptOwnership(app, actor, params.id),
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
