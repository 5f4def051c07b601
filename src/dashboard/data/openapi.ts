import { queries } from "./queries";

/** What the pages read of the document that describes the API. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  webhooks?: Record<string, unknown>;
}

interface Operation {
  /** The credentials of which it takes one. */
  security: Record<string, unknown>[];
  "x-required-permission"?: string;
}

/** The document; loaded once, by the first who needs it. */
export const apiDocumentQuery = (base: string) => ({
  queryKey: ["api-document"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async () => (await (await fetch(`${base}/openapi.json`)).json()) as ApiDocument,
});

export const loadApiDocument = (base: string) => queries.fetchQuery(apiDocumentQuery(base));

/** The operation behind a request. @param path below the base path, with the ids in it */
export function operationAt({ paths }: ApiDocument, method: string, path: string): Operation | undefined {
  const parts = path.split("/");
  const isAt = (template: string) => {
    const names = template.split("/");
    return names.length === parts.length && names.every((name, i) => name.startsWith("{") || name === parts[i]);
  };
  // `/users/me/tokens` is itself before it is a `/users/{id}/tokens`.
  const [first] = Object.keys(paths)
    .filter((template) => isAt(template) && paths[template]![method.toLowerCase()])
    .toSorted((a, b) => a.split("{").length - b.split("{").length);
  return first === undefined ? undefined : paths[first]![method.toLowerCase()];
}
