import { afterAll } from "bun:test";
import { removeTemplate } from "./databases";
import { closeEverything } from "./world";

afterAll(async () => {
  await closeEverything();
  await removeTemplate();
});
