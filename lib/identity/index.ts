export type { Attachment, Capability, Grant, SecretFile, SecretVariable, Uses } from "./capability";
export type { Invokable } from "./invoker";
