import { route } from "../http/route";
import { getAuditStream, removeAuditStream, setAuditStream } from "./audit-streams";
import { AuditStream, SetAuditStream } from "./audit-streams.contract";

export const auditStreamRoutes = [
  route("PUT", "/organizations/:id/audit-stream", {
    operationId: "setAuditStream",
    access: "actor",
    needs: "audit-logs:stream",
    summary: "Stream the audit log of an organization to a URL, as JSON lines",
    description:
      "Sends the audit log of an organization to a URL as it grows, as JSON lines with numbers and hashes, or changes where it is sent. A stream that was disabled goes on.",
    body: SetAuditStream,
    response: AuditStream,
    run: ({ app, actor, params, body }) => setAuditStream(app, actor, params.id, body),
  }),
  route("GET", "/organizations/:id/audit-stream", {
    operationId: "getAuditStream",
    access: "actor",
    needs: "audit-logs:stream",
    summary: "Get where the audit log is streamed to, and how far",
    description:
      "Returns where the audit log is streamed to, how far the receiver is, and why the latest attempt failed.",
    response: AuditStream,
    run: ({ app, actor, params }) => getAuditStream(app, actor, params.id),
  }),
  route("DELETE", "/organizations/:id/audit-stream", {
    operationId: "deleteAuditStream",
    access: "actor",
    needs: "audit-logs:stream",
    summary: "Stop streaming the audit log",
    description: "Ends the stream of the audit log.",
    response: null,
    run: ({ app, actor, params }) => removeAuditStream(app, actor, params.id),
  }),
];
