import type { App } from "../../src/app";
import { openWebhookSender } from "../../src/webhooks/sending";

/** Fans out and sends everything that is due, as a process of its own would. */
export async function sendWebhooks({ app }: { app: App }) {
  const sender = openWebhookSender(app);
  while ((await sender.tick()) > 0) await sender.idle();
}
