import { route } from "../http/route";
import { AuditEvents, AuditFile, AuditQuery } from "./audit.contract";
import { exportAuditLogs, listAuditLogs, listOwnAuditLogs } from "./audit-logs";

export const auditRoutes = [
  route("GET", "/organizations/:id/audit-logs", {
    access: "actor",
    needs: "audit-logs:read",
    summary: "What happened in an organization",
    query: AuditQuery,
    response: AuditEvents,
    run: ({ app, actor, params, query }) => listAuditLogs(app, actor, params.id, query),
  }),
  route("GET", "/organizations/:id/audit-logs.csv", {
    access: "actor",
    needs: "audit-logs:read",
    summary: "What happened in an organization, as a CSV file; the header X-Next-Cursor is the cursor of the next file",
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
    access: "user",
    summary: "What happened to your account",
    query: AuditQuery,
    response: AuditEvents,
    run: ({ app, actor, query }) => listOwnAuditLogs(app, actor, query),
  }),
];
