import { route } from "../http/route";
import { blockApp, listEveryApp, unblockApp } from "./blocking";
import { AdminClient, AdminClients, ClientAction, ClientSearch } from "./blocking.contract";

export const blockingRoutes = [
  route("GET", "/admin/oauth-clients", {
    operationId: "adminListOAuthClients",
    access: "operator",
    summary: "List every app that is known, or search them by name or client_id",
    description:
      "Lists the apps that were registered, that registered themselves, and those described by a document that someone let act.",
    query: ClientSearch,
    response: AdminClients,
    run: ({ app, actor, query }) => listEveryApp(app, actor, query),
  }),
  route("POST", "/admin/oauth-clients/block", {
    operationId: "adminBlockOAuthClient",
    access: "operator",
    summary: "Block an app; its tokens are refused at once",
    description:
      "Refuses the tokens of an app at once, and gives it no others, until it is unblocked. What users have agreed to stays. An app that is described by a document can be blocked before anyone has met it.",
    errors: ["NOT_FOUND"],
    body: ClientAction,
    response: AdminClient,
    run: ({ app, actor, body }) => blockApp(app, actor, body),
  }),
  route("POST", "/admin/oauth-clients/unblock", {
    operationId: "adminUnblockOAuthClient",
    access: "operator",
    summary: "Unblock an app; its tokens work again",
    description: "Takes the block of an app back. What users had let it do works again.",
    errors: ["NOT_FOUND"],
    body: ClientAction,
    response: AdminClient,
    run: ({ app, actor, body }) => unblockApp(app, actor, body),
  }),
];
