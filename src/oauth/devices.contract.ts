import { z } from "zod";
import { about, text } from "../shapes.contract";
import { consent, consentAnswer } from "./authorization.contract";
import { clientFields, Token } from "./token.contract";

export const StartDevice = z
  .object({ ...clientFields, scope: Token.shape.scope, resource: Token.shape.resource })
  .meta({ id: "OAuthDeviceRequest", description: "The parameters of RFC 8628, 3.1, as a form." });

export const StartedDevice = z
  .object({
    device_code: z.string().meta(about("Ask `POST /oauth/token` with it.", "bdc_…")),
    user_code: z.string().meta(about("Show it: the user types it on the page.", "WDJB-MJHT")),
    verification_uri: z.string().meta(about("The page to show beside it.", "https://api.example.com/dashboard/device")),
    expires_in: z.number().int().meta(about("Seconds until both expire.", 600)),
    interval: z.number().int().meta(about("Seconds to wait between two questions.", 5)),
  })
  .meta({ id: "OAuthDeviceCode", description: "What a device begins with (RFC 8628, 3.2)." });

const userCode = text(40).min(1).meta(about("The code that the device shows.", "WDJB-MJHT"));
export const ReadDevice = z.strictObject({ userCode }).meta({ id: "ReadDevice" });
export const ApproveDevice = z.strictObject({ userCode, ...consentAnswer }).meta({ id: "ApproveDevice" });

export const DeviceConsent = z
  .object(consent)
  .meta({ id: "DeviceConsent", description: "What a user is asked to let an app on a device do." });
