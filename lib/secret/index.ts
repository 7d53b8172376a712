export type { Duration } from "../internal/duration";
export type { Expiration, ExternalValue, GeneratedValue, GivenValue, Notifications, SecretArgs } from "./arguments";
export { Secret } from "./secret";
