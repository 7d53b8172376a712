import type { Inputs } from "../../../simulator";
import { json } from "../../emulator/http";
import { requireConditions } from "./conditions";
import { requireKey, suppliedKey } from "./customerKeys";
import { contextsResource, type Metadata, writableMetadata } from "./metadata";
import type { Objects } from "./objects";
import type { StorageRequest } from "./uploads";

/** What a copy keeps of its source: not what holds it. */
const kept = writableMetadata.filter(
    (key) => !["eventBasedHold", "retention", "storageClass", "temporaryHold"].includes(key),
);

/** The content and the metadata of a copy; metadata in the request takes precedence. */
export function copied(objects: Objects, request: StorageRequest): { content: Buffer; metadata: Metadata } {
    const { bucket, object, query, headers, body } = request;
    const source = objects.require(bucket, object, query.get("sourceGeneration"));
    requireConditions(request, source, "Source");
    requireKey(source, suppliedKey(headers, "copy-source-") ?? (isCopy(request) ? suppliedKey(headers) : undefined));
    const retained = kept.filter((key) => source.state[key]).map((key) => [key, source.state[key]]);
    const contexts = contextsResource(source);
    const metadata = {
        ...Object.fromEntries(retained),
        ...(contexts && { contexts }),
        ...(body.length > 0 && json(body)),
    };
    return { content: objects.content(source), metadata };
}

/** A copy has the key of its source, in the headers of the request; a rewrite has those of both. */
const isCopy = ({ verb }: StorageRequest) => verb !== "POST rewriteTo";

/** A rewrite in a single request: https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite#response */
export const rewriteAnswer = (resource: Inputs): object => ({
    kind: "storage#rewriteResponse",
    totalBytesRewritten: resource.size,
    objectSize: resource.size,
    done: true,
    resource,
});
