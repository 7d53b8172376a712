import type { Inputs } from "../../../simulator";
import { addService, type Unary } from "../../emulator/grpc";
import type { Part, Serving } from "../../emulator/serving";
import { recordBacklogs, recordMessages } from "../monitoring/pubsub";
import { PubSubApi } from "./api";
import { BucketWriter } from "./bucket";
import { deliveries } from "./deliveries";
import { deliver } from "./delivery";
import { PubSub } from "./pubsub";
import { pubSubRest } from "./rest";
import { Stream } from "./stream";

export default function pubSubPart(serving: Serving): Part & { pubsub: PubSub } {
    const { access, cloud, terminal, caller, recorder } = serving;
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
    const api = new PubSubApi(pubsub, access.require);
    return {
        pubsub,
        rest: [pubSubRest(api)],
        grpc: (server) => {
            addService(server, "google.pubsub.v1.Publisher", grpcOf(api, api.publisher, serving));
            addService(server, "google.pubsub.v1.Subscriber", grpcOf(api, api.subscriber, serving), {
                StreamingPull: (call: ConstructorParameters<typeof Stream>[1]) => {
                    const account = access.accountOf(call.getPeer());
                    new Stream(api, call, (request) => api.authorize("StreamingPull", request, account));
                },
            });
        },
        start: () => pubsub.start(),
        close: () => {
            buckets.close();
            pubsub.close();
        },
    };
}

const grpcOf = (api: PubSubApi, methods: PubSubApi["publisher"], { access, handling }: Serving) =>
    Object.fromEntries(
        Object.entries(methods).map(([name, method]): [string, Unary] => [
            name,
            (request, ended, { peer }) => {
                const account = access.accountOf(peer);
                api.authorize(name, request, account);
                const { trace } = handling.causeOf(account);
                return method({ ...timesRead(request), trace }, "grpc", ended);
            },
        ]),
    );

/** The time of a seek request in milliseconds. */
function timesRead({ time, ...request }: Inputs): Inputs {
    return time ? { ...request, time: time.seconds * 1000 + time.nanos / 1e6 } : request;
}
