import { configurationPage, environmentExample } from "./configuration";
import { emailsPage } from "./emails";
import { licensesPage } from "./licenses";
import { openApiPage } from "./openapi";
import { permissionsPage } from "./permissions";
import { routesPage } from "./routes";
import { scalePage } from "./scale";
import { sdkAdminRoutes, sdkRoutes, sdkTypes } from "./sdk/api";
import { securityPage } from "./security";

/** Every file that is generated from the program, in whole or in part, by its path: from what it holds, what it should hold. */
export const pages: Readonly<Record<string, (current: string) => string>> = {
  ".env.example": environmentExample,
  "docs/configuration.md": configurationPage,
  "docs/emails.md": emailsPage,
  "docs/licenses.md": licensesPage,
  "docs/openapi.json": openApiPage,
  "docs/permissions.md": permissionsPage,
  "docs/routes.md": routesPage,
  "docs/scale.md": scalePage,
  "docs/security.md": securityPage,
  "src/sdk/api.ts": sdkTypes,
  "src/sdk/routes.ts": sdkRoutes,
  "src/sdk/admin-routes.ts": sdkAdminRoutes,
};
