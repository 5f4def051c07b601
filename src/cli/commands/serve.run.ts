import { parseConfig } from "../../config/config";
import { environment } from "../../config/environment";
import { serve } from "../../serve";

export async function serveUntilStopped() {
  await serve(parseConfig(environment));
  await new Promise(() => {}); // until a signal ends the process
}
