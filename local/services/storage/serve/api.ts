import type { Cloud } from "../../../cloud/cloud";
import type { Entry } from "../../../cloud/store";
import { type Answer, HttpError, json, type Request } from "../../../emulator/http";
import storage, { bucketName, objectName, writeObject } from "../../storage";
import { isVertexBucket } from "../../vertex/copies";
import { bucketResource, mediaAnswer, objectResource, writableMetadata } from "./resources";
import { type Metadata, type StorageRequest, Uploads } from "./uploads";

/** Options that change the result of a list and are not supported. */
const unlisted = ["endOffset", "filter", "matchGlob", "softDeleted", "startOffset", "versions"];

/** The paths of the API; the Node.js client omits `/storage/v1` for emulators. */
const address = /^(?:\/(download|upload))?(?:\/storage\/v1)?\/b\/([^/]+)(?:\/(o)(?:\/([^/]+))?)?$/;

/** The destination in the path of a copy request. */
const destination = /^(.+)\/copyTo\/b\/([^/]+)\/o\/([^/]+)$/;

/** The part of the Cloud Storage JSON API that clients use to read, list, write, copy and delete objects. */
export class StorageApi {
    private readonly uploads = new Uploads((request, metadata, content) => this.write(request, metadata, content));

    constructor(
        private readonly cloud: Cloud,
        /** Called after an object is written or deleted. */
        private readonly changed: () => void = () => undefined,
    ) {}

    /** Handles requests for buckets and objects. */
    readonly rest = (request: Request): Answer | undefined => {
        const { method, path } = request;
        const [, source, toBucket = "", toObject = ""] = destination.exec(path) ?? [];
        const [, bytes, bucket, objects, object = ""] = address.exec(source ?? path) ?? [];
        if (!bucket) {
            return undefined;
        }
        const verb = `${method} ${bytes ?? (objects ? (object ? "object" : "objects") : "bucket")}`;
        const about = {
            ...request,
            verb,
            bucket: decodeURIComponent(bucket),
            object: decodeURIComponent(object),
        };
        return source
            ? this.copy(about, decodeURIComponent(toBucket), decodeURIComponent(toObject))
            : this.answer(about);
    };

    private answer(request: StorageRequest): Answer {
        switch (request.verb) {
            case "GET bucket":
                return { status: 200, body: bucketResource(this.bucket(request), request.origin) };
            case "GET objects":
                return this.list(request);
            case "GET object":
                return request.query.get("alt") === "media" ? this.download(request) : this.get(request);
            case "GET download":
                return this.download(request);
            case "POST upload":
                this.bucket(request);
                // gcsfs posts the parts: https://github.com/fsspec/gcsfs/blob/main/gcsfs/core.py (`upload_chunk`).
                return request.query.has("upload_id") ? this.uploads.resume(request) : this.uploads.begin(request);
            case "PUT upload":
                return this.uploads.resume(request);
            case "DELETE upload":
                return this.uploads.cancel(request);
            case "DELETE object":
                return this.remove(request);
            default:
                throw new HttpError(501, "notImplemented", `The local Google Cloud does not support ${request.verb}.`);
        }
    }

    private bucket({ bucket }: StorageRequest): Entry {
        const found = this.cloud.store.read(bucketName(bucket));
        if (!found) {
            throw new HttpError(404, "notFound", "The specified bucket does not exist.");
        }
        return found;
    }

    private object(request: StorageRequest): Entry {
        const { bucket, object, query, verb } = request;
        this.bucket(request);
        const found = this.cloud.store.read(objectName(bucket, object));
        const generation = query.get("generation");
        if (!found || (generation !== null && generation !== String(found.state.generation))) {
            throw new HttpError(404, "notFound", `No such object: ${bucket}/${object}`);
        }
        requireConditions(query, found, verb);
        return found;
    }

    private content({ content }: Entry): Buffer {
        return content === undefined ? Buffer.alloc(0) : this.cloud.store.content(content);
    }

    private resource(object: Entry, { origin }: StorageRequest): object {
        return objectResource(object, this.content(object).length, origin);
    }

    private list(request: StorageRequest): Answer {
        const { query } = request;
        const requested = unlisted.find((option) => (query.get(option) ?? "false") !== "false");
        if (requested) {
            throw new HttpError(501, "notImplemented", `The local Google Cloud does not list by '${requested}'.`);
        }
        const prefix = query.get("prefix") ?? "";
        const delimiter = query.get("delimiter");
        const found = new Map<string, Entry | undefined>();
        for (const object of this.cloud.store.list(objectName(this.bucket(request).id, ""))) {
            const name = object.state.name as string;
            const end = delimiter ? name.indexOf(delimiter, prefix.length) : -1;
            if (name.startsWith(prefix)) {
                found.set(end < 0 ? name : name.slice(0, end + 1), end < 0 ? object : undefined);
            }
        }
        const names = [...found.keys()];
        const start = names.indexOf(query.get("pageToken") ?? "") + 1;
        const page = names.slice(start, start + Number(query.get("maxResults") ?? 1000));
        const items = page.flatMap((name) => found.get(name) ?? []).map((object) => this.resource(object, request));
        const prefixes = page.filter((name) => !found.get(name));
        const nextPageToken = start + page.length < names.length ? page.at(-1) : undefined;
        return { status: 200, body: { kind: "storage#objects", items, prefixes, nextPageToken } };
    }

    private get(request: StorageRequest): Answer {
        return { status: 200, body: this.resource(this.object(request), request) };
    }

    private download(request: StorageRequest): Answer {
        const object = this.object(request);
        return mediaAnswer(object, this.content(object), request.headers.range);
    }

    private remove(request: StorageRequest): Answer {
        const { name, state } = this.object(request);
        requireWritable(request.bucket, "storage.objects.delete");
        // Deletes like the provider: buckets with versioning keep a noncurrent version.
        storage.types?.["gcp:storage/bucketObject:BucketObject"]?.remove?.(state, { cloud: this.cloud });
        this.cloud.store.remove(name);
        this.changed();
        return { status: 204 };
    }

    /** Copies an object and its metadata; metadata in the request takes precedence. */
    private copy(request: StorageRequest, bucket: string, object: string): Answer {
        const { query, body } = request;
        const generation = query.get("sourceGeneration");
        const source = this.object({ ...request, query: new URLSearchParams(generation ? { generation } : {}) });
        const { contentType } = source.state as Metadata;
        const retained = Object.fromEntries(
            writableMetadata.filter((key) => source.state[key]).map((key) => [key, source.state[key]]),
        );
        const metadata = { contentType, ...retained, ...(body.length > 0 && json(body)) };
        const to = { ...request, bucket, query: new URLSearchParams(query) };
        to.query.set("name", object);
        return this.write(to, metadata, this.content(source));
    }

    private write(request: StorageRequest, metadata: Metadata, content: Buffer): Answer {
        const bucket = this.bucket(request);
        requireWritable(bucket.id, "storage.objects.create");
        const name = request.query.get("name") ?? metadata.name;
        if (!name) {
            throw new HttpError(400, "required", "Required parameter: name");
        }
        requireConditions(request.query, this.cloud.store.read(objectName(bucket.id, name)));
        writeObject(this.cloud, bucket, name, content, metadata.contentType ?? "application/octet-stream");
        const object = this.cloud.store.read(objectName(bucket.id, name)) as Entry;
        const rest = Object.fromEntries(Object.entries(metadata).filter(([key]) => writableMetadata.includes(key)));
        if (Object.keys(rest).length > 0) {
            Object.assign(object.state, rest);
            this.cloud.store.write(object);
        }
        this.changed();
        return { status: 200, body: this.resource(object, request) };
    }
}

/** Only Vertex AI writes to its buckets; who else calls is unknown, as clients send no credentials to emulators. */
function requireWritable(bucket: string, permission: string): void {
    if (isVertexBucket(bucket)) {
        const message = `The caller does not have ${permission} access to the Google Cloud Storage object. Permission '${permission}' denied on resource (or it may not exist).`;
        throw new HttpError(403, "forbidden", message);
    }
}

/** Checks generation preconditions; missing objects have generation 0. */
function requireConditions(query: URLSearchParams, object: Entry | undefined, verb = ""): void {
    const generation = String(object?.state.generation ?? 0);
    const values = { Generation: generation, Metageneration: object ? "1" : "0" };
    for (const [which, value] of Object.entries(values)) {
        const changed = query.get(`if${which}NotMatch`) !== value;
        if (!changed || (query.get(`if${which}Match`) ?? value) !== value) {
            const message = "At least one of the pre-conditions you specified did not hold.";
            throw new HttpError(!changed && verb.startsWith("GET") ? 304 : 412, "conditionNotMet", message);
        }
    }
}
