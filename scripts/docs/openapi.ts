import { openApiDocument } from "../../src/server/openapi/document";
import { routeGroups } from "../../src/server/routes";

/** `docs/openapi.json`: the API as it was last agreed on. What changes it shows in a review. */
export const openApiPage = (): string =>
  `${JSON.stringify(openApiDocument(routeGroups, "https://bask.test/api/v1", "Bask"), null, 2)}\n`;
