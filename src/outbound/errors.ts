/** Why a URL is not requested at all. */
export type RefusalReason =
  | "invalid_url"
  | "credentials_in_url"
  | "https_required"
  | "port_not_allowed"
  | "unknown_host"
  | "private_network";

/** Why a request that was made brought nothing. */
export type FailureReason =
  | "timeout"
  /** Nothing was sent: others used all that the host is given. */
  | "host_busy"
  | "connection_failed"
  | "certificate_invalid"
  | "response_too_large"
  | "response_invalid";

/** A URL that must not be requested. Who configured it is told the reason. */
export class OutboundRefused extends Error {
  override name = "OutboundRefused";
  constructor(
    readonly reason: RefusalReason,
    options?: ErrorOptions,
  ) {
    super(`the URL is refused: ${reason}`, options);
  }
}

/** A request that brought no usable response. */
export class OutboundFailed extends Error {
  override name = "OutboundFailed";
  constructor(
    readonly reason: FailureReason,
    options?: ErrorOptions,
  ) {
    super(`the request failed: ${reason}`, options);
  }
}
