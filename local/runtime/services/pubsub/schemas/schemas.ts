import type { Cloud, Entry, Inputs } from "../../../../simulator";
import { RpcError } from "../../../emulator/errors";

/** Decodes messages of a topic with a schema to plain JSON values. */
export type ReadMessage = (data: Buffer) => unknown;

/** Libraries are loaded on demand. */
const kinds = {
    AVRO: (definition: string) => new (require("./avro") as typeof import("./avro")).AvroSchema(definition),
    PROTOCOL_BUFFER: (definition: string) =>
        new (require("./protobuf") as typeof import("./protobuf")).ProtobufSchema(definition),
};

/** The error of Pub/Sub: "Associate a schema with a topic". */
const reasons: Record<string, string> = {
    "AVRO JSON": "INVALID_JSON_AVRO_MESSAGE",
    "AVRO BINARY": "INVALID_BINARY_AVRO_MESSAGE",
    "PROTOCOL_BUFFER JSON": "INVALID_JSON_PROTO_MESSAGE",
    "PROTOCOL_BUFFER BINARY": "INVALID_BINARY_PROTO_MESSAGE",
};

/** Returns the decoder of a topic; undefined for a topic without a schema. It throws for invalid messages. */
export function readerOf(cloud: Cloud, topic: Entry): ReadMessage | undefined {
    const { schema: path, encoding = "JSON" } = (topic.state as Inputs).schemaSettings ?? {};
    if (!path) {
        return undefined;
    }
    const found = cloud.store.read(`//pubsub.googleapis.com/${path}`);
    if (!found) {
        // "Delete a schema": topics with a deleted schema accept no messages.
        throw new RpcError("NOT_FOUND", `Resource not found (resource=${path}).`);
    }
    const { type, definition } = found.state as { type: keyof typeof kinds; definition: string };
    const schema = kinds[type](definition);
    return (data) => {
        try {
            return encoding === "BINARY" ? schema.fromBinary(data) : schema.fromJson(data);
        } catch (error) {
            const reason = reasons[`${type} ${encoding === "BINARY" ? "BINARY" : "JSON"}`] as string;
            const message = "Message failed schema validation";
            throw new RpcError(
                "INVALID_ARGUMENT",
                `Invalid data in message: ${message}. (${(error as Error).message})`,
                {
                    reason,
                    domain: "pubsub.googleapis.com",
                    metadata: { message },
                },
            );
        }
    };
}
