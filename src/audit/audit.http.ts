import { route } from "../http/route";
import { AuditEvents, AuditFile, AuditQuery } from "./audit.contract";
import { exportAuditLogs, listAuditLogs, listOwnAuditLogs } from "./audit-logs";

export const auditRoutes = [
  route("GET", "/organizations/:id/audit-logs", {
    operationId: "listAuditLogs",
    access: "actor",
    needs: "audit-logs:read",
    summary: "What happened in an organization",
    description: "Lists the events of an organization, the newest first. Filter by actor, action, target and time.",
    query: AuditQuery,
    response: AuditEvents,
    run: ({ app, actor, params, query }) => listAuditLogs(app, actor, params.id, query),
  }),
  route("GET", "/organizations/:id/audit-logs.csv", {
    operationId: "exportAuditLogs",
    exports: true,
    access: "actor",
    needs: "audit-logs:read",
    summary: "What happened in an organization, as a CSV file; the header X-Next-Cursor is the cursor of the next file",
    description:
      "Returns up to 10,000 events as a CSV file. If there are more, the header X-Next-Cursor is the cursor of the next file.",
    query: AuditFile,
    response: "text/csv",
    async run({ app, actor, params, query, headers }) {
      const { csv, nextCursor } = await exportAuditLogs(app, actor, params.id, query);
      headers.set("Content-Disposition", 'attachment; filename="audit-logs.csv"');
      if (nextCursor) headers.set("X-Next-Cursor", nextCursor);
      return csv;
    },
  }),
  route("GET", "/users/me/audit-logs", {
    operationId: "listMyAuditLogs",
    access: "user",
    summary: "What happened to your account",
    description: "Lists the events of your own account, the newest first.",
    query: AuditQuery,
    response: AuditEvents,
    run: ({ app, actor, query }) => listOwnAuditLogs(app, actor, query),
  }),
];
