import { parseConfig } from "../../config/config";
import { environment } from "../../config/environment";
import { basePath } from "../../http/route";
import { openApiDocument } from "../../server/openapi/document";
import { routeGroups } from "../../server/routes";
import type { Call } from "../command";

export async function openapi({ out }: Call) {
  const { publicUrl, appName } = parseConfig(environment);
  const document = openApiDocument(routeGroups, publicUrl + basePath, appName);
  out.data(document, [JSON.stringify(document, null, 2)]);
}
