/** A configuration that cannot be used. Its message names the variable and what to write instead, and holds no value. */
export class ConfigError extends Error {
  override name = "ConfigError";
}
