export type { Duration } from "../internal/duration";
export type {
    ExternalValue,
    GeneratedValue,
    GivenValue,
    SecretArgs,
    SecretExpiration,
    SecretNotifications,
} from "./arguments";
export { Secret } from "./secret";
