import { route } from "../http/route";
import { acceptOwnership, cancelTransfer, declineOwnership, getTransfer, offerOwnership } from "./ownership";
import { OfferOwnership, OwnershipTransfer } from "./ownership.contract";

export const ownershipRoutes = [
  route("POST", "/organizations/:id/ownership-transfer", {
    access: "user",
    needs: "organization:delete",
    summary: "Offer the ownership of an organization to another member",
    body: OfferOwnership,
    response: OwnershipTransfer,
    status: 201,
    run: ({ app, actor, params, body }) => offerOwnership(app, actor, params.id, body),
  }),
  route("GET", "/organizations/:id/ownership-transfer", {
    access: "actor",
    needs: "members:read",
    summary: "Get the pending ownership transfer",
    response: OwnershipTransfer,
    run: ({ app, actor, params }) => getTransfer(app, actor, params.id),
  }),
  route("DELETE", "/organizations/:id/ownership-transfer", {
    access: "user",
    needs: "organization:delete",
    summary: "Cancel an ownership transfer",
    response: null,
    run: ({ app, actor, params }) => cancelTransfer(app, actor, params.id),
  }),
  route("POST", "/organizations/:id/ownership-transfer/accept", {
    access: "user",
    needs: "transfer-recipient",
    summary: "Accept ownership; the previous owner becomes an admin",
    response: null,
    run: ({ app, actor, params }) => acceptOwnership(app, actor, params.id),
  }),
  route("POST", "/organizations/:id/ownership-transfer/decline", {
    access: "user",
    needs: "transfer-recipient",
    summary: "Decline ownership",
    response: null,
    run: ({ app, actor, params }) => declineOwnership(app, actor, params.id),
  }),
];
