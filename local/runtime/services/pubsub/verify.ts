import { pubSubLimits } from "slipway/facts";
import type { Cloud, Entry } from "../../../simulator";
import { RpcError } from "../../emulator/errors";
import type { Draft } from "./message";
import { readerOf } from "./schemas/schemas";

const invalid = (message: string) => new RpcError("INVALID_ARGUMENT", message);

const { attributes, attributeKey, attributeValue } = pubSubLimits.rows;

/** "Pub/Sub quotas and limits: resource limits". */
const limits = {
    messages: 1000,
    bytes: 10_000_000,
    attributes: attributes.max,
    key: attributeKey.max,
    value: attributeValue.max,
    orderingKey: 1024,
};

/** Throws if messages cannot be published to a topic. */
export function verifyMessages(cloud: Cloud, topic: Entry, drafts: Draft[]): void {
    if (drafts.length === 0 || drafts.length > limits.messages) {
        throw invalid(
            `The value for message_count is ${drafts.length}: a request publishes 1 to ${limits.messages} messages.`,
        );
    }
    for (const draft of drafts) {
        verifyMessage(draft);
    }
    const bytes = drafts.reduce((sum, { data }) => sum + data.length, 0);
    if (bytes > limits.bytes) {
        throw invalid(`Request payload size exceeds the limit: ${limits.bytes} bytes.`);
    }
    const read = readerOf(cloud, topic);
    for (const { data } of drafts) {
        read?.(data);
    }
}

function verifyMessage({ data, attributes, orderingKey }: Draft): void {
    const keys = Object.keys(attributes);
    if (data.length === 0 && keys.length === 0) {
        throw invalid(
            "One or more messages in the publish request is empty. Each message must contain either non-empty data, or at least one attribute.",
        );
    }
    if (keys.length > limits.attributes) {
        throw invalid(`A message has up to ${limits.attributes} attributes (got ${keys.length}).`);
    }
    for (const [key, value] of Object.entries(attributes)) {
        if (key === "" || key.startsWith("goog") || Buffer.byteLength(key) > limits.key) {
            throw invalid(
                `Attribute key '${key}' is not valid: it has 1 to ${limits.key} bytes and does not start with 'goog'.`,
            );
        }
        if (Buffer.byteLength(value) > limits.value) {
            throw invalid(`The value of the attribute '${key}' has more than ${limits.value} bytes.`);
        }
    }
    if (Buffer.byteLength(orderingKey) > limits.orderingKey) {
        throw invalid(`An ordering key has up to ${limits.orderingKey} bytes.`);
    }
}
