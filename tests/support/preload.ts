import { afterAll } from "bun:test";
import { closeEverything } from "./world";

afterAll(closeEverything);
