import { randomUUID } from "node:crypto";
import type { Schema } from "avsc";
import type { Cloud, Entry, Inputs } from "../../../simulator";
import { bucketName, writeObject } from "../../../simulator/services/storage";
import type { Delivery, DeliveryFailure } from "./delivery";
import { type Message, secondsOf } from "./message";

/** "Cloud Storage subscription properties": the default maximum number of messages. */
const defaultMaxMessages = 1000;

interface Batch {
    subscription: Entry;
    messages: Message[];
    size: number;
    /** Reports the result to the deliveries of the written messages. */
    ended: ((failure: DeliveryFailure | undefined) => void)[];
    timer: NodeJS.Timeout;
}

/** Batches the messages of Cloud Storage subscriptions, and writes objects when a limit is reached. */
export class BucketWriter {
    private readonly batches = new Map<string, Batch>();

    constructor(
        private readonly cloud: Cloud,
        /** Called after an object is written. */
        private readonly written: () => void,
    ) {}

    delivery(subscription: Entry): Delivery {
        const config: Inputs = (subscription.state as Inputs).cloudStorageConfig;
        const seconds = secondsOf(config.maxDuration) ?? 300;
        return {
            target: `gs://${config.bucket}`,
            maxOutstanding: config.maxMessages ?? defaultMaxMessages,
            seconds: seconds + 60,
            deliver: ({ message }) =>
                new Promise((resolve) => {
                    const batch = this.batches.get(subscription.id) ?? this.begin(subscription, seconds);
                    batch.messages.push(message);
                    batch.size += message.data.length;
                    batch.ended.push(resolve);
                    const { maxMessages = defaultMaxMessages, maxBytes = Number.POSITIVE_INFINITY } = config;
                    if (batch.messages.length >= maxMessages || batch.size >= maxBytes) {
                        this.write(subscription.id);
                    }
                }),
        };
    }

    /** Writes all pending messages. */
    close(): void {
        for (const id of [...this.batches.keys()]) {
            this.write(id);
        }
    }

    private begin(subscription: Entry, seconds: number): Batch {
        const timer = setTimeout(() => this.write(subscription.id), seconds * 1000).unref();
        const batch: Batch = { subscription, messages: [], size: 0, ended: [], timer };
        this.batches.set(subscription.id, batch);
        return batch;
    }

    private write(id: string): void {
        const { subscription, messages, ended, timer } = this.batches.get(id) as Batch;
        clearTimeout(timer);
        this.batches.delete(id);
        let failure: DeliveryFailure | undefined;
        try {
            const config: Inputs = (subscription.state as Inputs).cloudStorageConfig;
            const bucket = this.cloud.store.read(bucketName(config.bucket));
            if (!bucket) {
                throw new Error("The specified bucket does not exist.");
            }
            const { content, type } = file(id, config, messages);
            writeObject(this.cloud, bucket, nameOf(config, new Date()), content, type);
        } catch (error) {
            failure = { reason: (error as Error).message };
        }
        for (const end of ended) {
            end(failure);
        }
        this.written();
    }
}

/** "File names": the prefix, the time, a unique part, and the suffix. */
function nameOf({ filenamePrefix = "", filenameSuffix = "", filenameDatetimeFormat }: Inputs, now: Date): string {
    const [year = "", month = "", day = "", hour = "", minute = "", second = ""] = now.toISOString().split(/[-T:.]/);
    const parts: Record<string, string> = { YYYY: year, MM: month, DD: day, hh: hour, mm: minute, ss: second };
    const format: string = filenameDatetimeFormat || "YYYY-MM-DDThh:mm:ss+00:00";
    const time = format.replace(/YYYY|MM|DD|hh|mm|ss/g, (part) => parts[part] as string);
    return `${filenamePrefix}${time}_${randomUUID()}${filenameSuffix}`;
}

const messageFields = [{ name: "data", type: "bytes" }];

/** "Avro file format": the fields of a record, with and without metadata. */
const plainSchema: Schema = {
    type: "record",
    namespace: "com.google.pubsub",
    name: "PubsubMessage",
    fields: messageFields,
};
const describedSchema: Schema = {
    ...plainSchema,
    name: "PubsubMessageWithMetadata",
    fields: [
        { name: "subscription_name", type: "string" },
        { name: "message_id", type: "string" },
        { name: "publish_time", type: { type: "long", logicalType: "timestamp-micros" } },
        { name: "attributes", type: { type: "map", values: "string" } },
        ...messageFields,
    ],
};

function file(subscription: string, { avroConfig }: Inputs, messages: Message[]): { content: Buffer; type: string } {
    if (!avroConfig) {
        const lines = messages.flatMap(({ data }) => [data, Buffer.from("\n")]);
        return { content: Buffer.concat(lines), type: "text/plain" };
    }
    if (avroConfig.useTopicSchema) {
        throw new Error("the local Google Cloud does not support Avro files with the topic's schema");
    }
    const { writeMetadata } = avroConfig;
    const records = messages.map(({ data, messageId, published, attributes }) => ({
        subscription_name: subscription,
        message_id: messageId,
        publish_time: Math.round(published * 1000),
        attributes,
        data,
    }));
    const { avroFile } = require("./schemas/avroFile") as typeof import("./schemas/avroFile");
    const content = avroFile(writeMetadata ? describedSchema : plainSchema, records);
    return { content, type: "application/octet-stream" };
}
