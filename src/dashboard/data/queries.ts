import { QueryClient } from "@tanstack/react-query";
import { BaskError } from "../../sdk/client";

/** What was loaded of the API. A refusal is not asked for again; an unreachable server twice. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => !(error instanceof BaskError && error.status < 500) && count < 2,
    },
  },
});
