/** A message as it was published. */
export interface Message {
    messageId: string;
    /** In milliseconds. */
    published: number;
    data: Buffer;
    attributes: Record<string, string>;
    /** Empty for a message without one. */
    orderingKey: string;
}

/** A message on its way to one subscriber. */
export interface Received {
    ackId: string;
    message: Message;
    /** How often it has been delivered, counted only where there is a dead-letter policy; otherwise 0. */
    deliveryAttempt: number;
}

/** Seconds and nanoseconds, as gRPC has times and durations. */
export interface Seconds {
    seconds: number;
    nanos: number;
}

export function timestamp(milliseconds: number): Seconds {
    return { seconds: Math.floor(milliseconds / 1000), nanos: Math.floor((milliseconds % 1000) * 1e6) };
}

export const rfc3339 = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The seconds of a duration such as `604800s`. */
export function secondsOf(duration: unknown): number | undefined {
    return typeof duration === "string" && duration.endsWith("s") ? Number(duration.slice(0, -1)) : undefined;
}

/** A message as REST, push requests and events have it. */
export function messageJson({ messageId, published, data, attributes, orderingKey }: Message): object {
    return {
        ...(Object.keys(attributes).length > 0 && { attributes }),
        ...(data.length > 0 && { data: data.toString("base64") }),
        messageId,
        publishTime: rfc3339(published),
        ...(orderingKey && { orderingKey }),
    };
}
