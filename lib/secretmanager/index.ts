export type { Duration } from "../internal/duration";
export type {
    ExternalValue,
    GivenValue,
    SecretArgs,
    SecretExpiration,
    SecretNotifications,
    SecretRotation,
} from "./arguments";
export { type ExistingSecret, type ExistingSecretArgs, Secret } from "./secret";
export type { GeneratedValue } from "./value";
