import { apiKeyRoutes } from "../api-keys/api-keys.http";
import type { App } from "../app";
import { auditRoutes } from "../audit/audit.http";
import { organizationRoutes } from "../organizations/organizations.http";
import { sessionRoutes } from "../sessions/sessions.http";
import { twoFactorRoutes } from "../two-factor/two-factor.http";
import { usageRoutes } from "../usage/usage.http";
import { userRoutes } from "../users/users.http";
import { healthRoutes } from "./health";
import type { Route } from "./route";
import { whoamiRoutes } from "./whoami";

/** Every route of the API. A new noun is one line here. */
export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...twoFactorRoutes,
  ...userRoutes,
  ...organizationRoutes,
  ...apiKeyRoutes,
  ...auditRoutes,
  ...usageRoutes,
  ...whoamiRoutes,
];

/** Documents for machines and operators: no base path, no credential, no input. */
export const plainRoutes: readonly { path: string; answer: (app: App) => Response | Promise<Response> }[] = [
  ...healthRoutes,
];
