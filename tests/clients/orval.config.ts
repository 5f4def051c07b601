import { defineConfig } from "orval";

export default defineConfig({
  bask: {
    input: "./openapi.json",
    output: { target: "./orval.gen.ts", client: "fetch", baseUrl: { getBaseUrlFromSpecification: true } },
  },
});
