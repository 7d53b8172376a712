import { bucketName } from "../../../simulator/services/storage";
import { RpcError } from "../../emulator/errors";
import { addService } from "../../emulator/grpc";
import type { Part, Serving } from "../../emulator/serving";
import pubsub from "../pubsub";
import { StorageApi } from "./api";
import { batchRest } from "./batch";
import { ObjectEvents } from "./events";
import { storageLayout } from "./resources";
import { xmlReads } from "./xmlReads";

export default function storage(serving: Serving): Part {
    const { cloud, terminal, url } = serving;
    const events = new ObjectEvents(cloud, serving.part(pubsub).pubsub, terminal, url);
    serving.objectsWritten = () => events.look();
    const { rest } = new StorageApi(cloud, serving.access.require, () => events.look());
    return {
        rest: [rest, batchRest(rest), xmlReads(cloud, rest)],
        grpc: (server) =>
            addService(server, "google.storage.control.v2.StorageControl", {
                GetStorageLayout: ({ name }) => {
                    const [, id = ""] = /^projects\/_\/buckets\/([^/]+)\/storageLayout$/.exec(name) ?? [];
                    const bucket = cloud.store.read(bucketName(id));
                    if (!bucket) {
                        throw new RpcError("NOT_FOUND", "The specified bucket does not exist.");
                    }
                    return storageLayout(bucket);
                },
            }),
        close: () => events.close(),
    };
}
