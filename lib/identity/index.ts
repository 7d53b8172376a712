export type { Attachment, Capability, Grant, Uses } from "./capability";
