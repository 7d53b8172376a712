/** A published message. */
export interface Message {
    messageId: string;
    /** In milliseconds. */
    published: number;
    data: Buffer;
    attributes: Record<string, string>;
    /** Empty if the message has none. */
    orderingKey: string;
    /** The ID of the trace of its publication, if it is known. Subscribers do not see it. */
    trace?: string;
}

/** A message to publish. */
export type Draft = Pick<Message, "data" | "attributes" | "orderingKey" | "trace">;

/** A message that is delivered to a subscriber. */
export interface ReceivedMessage {
    ackId: string;
    message: Message;
    /** The number of deliveries, counted only with a dead letter policy; otherwise 0. */
    deliveryAttempt: number;
}

/** Seconds and nanoseconds, for gRPC timestamps and durations. */
export interface ProtobufTime {
    seconds: number;
    nanos: number;
}

export function timestamp(milliseconds: number): ProtobufTime {
    return { seconds: Math.floor(milliseconds / 1000), nanos: Math.floor((milliseconds % 1000) * 1e6) };
}

export const rfc3339 = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The seconds of a duration such as `604800s`. */
export function secondsOf(duration: unknown): number | undefined {
    return typeof duration === "string" && duration.endsWith("s") ? Number(duration.slice(0, -1)) : undefined;
}

/** A message in the JSON format of REST, push requests and events. */
export function messageJson({ messageId, published, data, attributes, orderingKey }: Message): object {
    return {
        ...(Object.keys(attributes).length > 0 && { attributes }),
        ...(data.length > 0 && { data: data.toString("base64") }),
        messageId,
        publishTime: rfc3339(published),
        ...(orderingKey && { orderingKey }),
    };
}
