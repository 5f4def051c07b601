import { route } from "../http/route";
import { authenticateClient } from "./clients";
import { approveDevice, denyDevice, readDevice, startDevice } from "./devices";
import { ApproveDevice, DeviceConsent, ReadDevice, StartDevice, StartedDevice } from "./devices.contract";

export const deviceRoutes = [
  route("POST", "/oauth/device_authorization", {
    operationId: "startDevice",
    access: "anyone",
    throttle: "session",
    oauth: true,
    summary: "Begin to connect a device without a browser (RFC 8628)",
    description:
      "Returns a code that the user types on the page, and one with which the device asks `POST /oauth/token` whether they have agreed.",
    errors: ["INVALID_REQUEST", "INVALID_CLIENT", "UNAUTHORIZED_CLIENT", "INVALID_SCOPE", "INVALID_TARGET"],
    body: StartDevice,
    form: true,
    response: StartedDevice,
    async run({ app, actor, body, request }) {
      const { client_id: clientId, client_secret: clientSecret, scope, resource } = body;
      const authorization = request.headers.get("authorization");
      const client = await authenticateClient(app, { authorization, clientId, clientSecret }, "anew");
      return startDevice(app, actor, client, { scope, resource });
    },
  }),
  route("POST", "/oauth/device", {
    operationId: "readDevice",
    access: "user",
    throttle: "credentials",
    summary: "Show what an app on a device asks for",
    description:
      "Returns what the page must show the user who has typed the code of a device: the app, and where the device is.",
    errors: ["NOT_FOUND", "INVALID_CLIENT"],
    body: ReadDevice,
    response: DeviceConsent,
    run: ({ app, actor, body }) => readDevice(app, actor, body.userCode),
  }),
  route("POST", "/oauth/device/approve", {
    operationId: "approveDevice",
    access: "user",
    throttle: "credentials",
    summary: "Let an app on a device act for you in an organization",
    description: "Lets the app act for you, with what you were shown and at most what you may do yourself.",
    errors: ["NOT_FOUND", "INVALID_CLIENT", "FORBIDDEN", "CONFLICT"],
    body: ApproveDevice,
    response: null,
    run: ({ app, actor, body }) => approveDevice(app, actor, body),
  }),
  route("POST", "/oauth/device/deny", {
    operationId: "denyDevice",
    access: "user",
    throttle: "credentials",
    summary: "Refuse an app on a device what it asks for",
    description: "Refuses the app. The device is told so.",
    errors: ["NOT_FOUND", "INVALID_CLIENT"],
    body: ReadDevice,
    response: null,
    run: ({ app, actor, body }) => denyDevice(app, actor, body.userCode),
  }),
];
