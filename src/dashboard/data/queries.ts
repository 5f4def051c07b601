import { type InvalidateQueryFilters, QueryClient } from "@tanstack/react-query";
import { BaskError } from "../../sdk/client";

class Queries extends QueryClient {
  /** What is on its way may have been read before the act that changed it, so it is asked for again. A first request would be kept otherwise. */
  override async invalidateQueries(filters?: InvalidateQueryFilters) {
    await this.cancelQueries(filters);
    await super.invalidateQueries(filters);
  }
}

/** What was loaded of the API. A refusal is not asked for again; an unreachable server twice. */
export const queries = new Queries({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => !(error instanceof BaskError && error.status < 500) && count < 2,
    },
  },
});
