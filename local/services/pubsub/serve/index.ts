import { addService, type Unary } from "../../../emulator/grpc";
import type { Part, Serving } from "../../../emulator/serving";
import type { Inputs } from "../../../rules/rules";
import { recordBacklogs, recordMessages } from "../../monitoring/serve/pubsub";
import { PubSubApi } from "./api";
import { BucketWriter } from "./bucket";
import { deliveries } from "./deliveries";
import { deliver } from "./delivery";
import { PubSub } from "./pubsub";
import { pubSubRest } from "./rest";
import { Stream } from "./stream";

export default function pubSubPart(serving: Serving): Part & { pubsub: PubSub } {
    const { cloud, terminal, caller, recorder } = serving;
    const buckets = new BucketWriter(cloud, () => serving.objectsWritten());
    const messages = recordMessages(recorder);
    const kinds = deliveries(cloud, caller, buckets, messages);
    const pubsub: PubSub = new PubSub(
        cloud,
        terminal,
        (subscription) => deliver(pubsub, subscription, kinds, terminal),
        messages,
    );
    recordBacklogs(pubsub, recorder);
    const api = new PubSubApi(pubsub);
    return {
        pubsub,
        rest: [pubSubRest(api)],
        grpc: (server) => {
            addService(server, "google.pubsub.v1.Publisher", grpcOf(api.publisher));
            addService(server, "google.pubsub.v1.Subscriber", grpcOf(api.subscriber), {
                StreamingPull: (call: ConstructorParameters<typeof Stream>[1]) => void new Stream(api, call),
            });
        },
        start: () => pubsub.start(),
        close: () => {
            buckets.close();
            pubsub.close();
        },
    };
}

const grpcOf = (methods: PubSubApi["publisher"]) =>
    Object.fromEntries(
        Object.entries(methods).map(([name, method]): [string, Unary] => [
            name,
            (request, ended) => method(timesRead(request), "grpc", ended),
        ]),
    );

/** The time of a seek request in milliseconds. */
function timesRead({ time, ...request }: Inputs): Inputs {
    return time ? { ...request, time: time.seconds * 1000 + time.nanos / 1e6 } : request;
}
