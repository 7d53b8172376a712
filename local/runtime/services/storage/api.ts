import { type Cloud, type Entry, type Inputs, projectName } from "../../../simulator";
import { bucketName, objectName, storageAgent } from "../../../simulator/services/storage";
import { isVertexBucket } from "../../../simulator/services/vertex/copies";
import type { Access } from "../../emulator/access";
import { type Answer, HttpError, json, pageOf, type Request } from "../../emulator/http";
import { compose } from "./compose";
import { requireConditions } from "./conditions";
import { copied, rewriteAnswer } from "./copy";
import { encryptionOf, requireKey, suppliedKey } from "./customerKeys";
import { page } from "./listing";
import { changedState, type Metadata } from "./metadata";
import { Objects, type Written } from "./objects";
import { bucketResource, mediaAnswer, objectResource } from "./resources";
import { type StorageRequest, Uploads } from "./uploads";

/** The paths of the API; the Node.js client omits `/storage/v1` for emulators. */
const address = /^(?:\/(download|upload))?(?:\/storage\/v1)?\/b(?:\/([^/]+)(?:\/(o)(?:\/([^/]+))?)?)?$/;

/** The action in the path of a request for an object, and its destination. */
const action = /^(.+)\/(?:(copyTo|rewriteTo)\/b\/([^/]+)\/o\/([^/]+)|(moveTo)\/o\/([^/]+)|(compose))$/;

const serviceAccount = /^(?:\/storage\/v1)?\/projects\/([^/]+)\/serviceAccount$/;

/** The part of the Cloud Storage JSON API that clients use to read buckets, and to read, list, write, change, copy and delete objects. */
export class StorageApi {
    private readonly uploads = new Uploads((request, metadata, content) => this.upload(request, metadata, content));
    private readonly objects: Objects;

    constructor(
        private readonly cloud: Cloud,
        /** Requires a permission of a caller: see {@link Access.require}. */
        private readonly need: Access["require"],
        /** Called after an object is written or deleted. */
        private readonly changed: () => void = () => undefined,
    ) {
        this.objects = new Objects(cloud);
    }

    /** Handles requests for buckets and objects. */
    readonly rest = (request: Request): Answer | undefined => {
        const { method, path } = request;
        const [, project] = (method === "GET" && serviceAccount.exec(path)) || [];
        if (project) {
            const email = storageAgent(this.cloud, decodeURIComponent(project));
            return { status: 200, body: { kind: "storage#serviceAccount", email_address: email } };
        }
        const [, source, copyOrRewrite, toBucket, toObject, move, moved, composing] = action.exec(path) ?? [];
        const parts = address.exec(source ?? path);
        if (!parts) {
            return undefined;
        }
        const [, bytes, bucket, objects, object = ""] = parts;
        const kind = bytes ?? (objects ? (object ? "object" : "objects") : bucket ? "bucket" : "buckets");
        const verb = `${method} ${copyOrRewrite ?? move ?? composing ?? kind}`;
        const target = decodeURIComponent(bucket ?? "");
        return this.answer({
            ...request,
            verb,
            bucket: target,
            object: decodeURIComponent(object),
            destination: {
                bucket: decodeURIComponent(toBucket ?? target),
                object: decodeURIComponent(toObject ?? moved ?? object),
            },
        });
    };

    private answer(request: StorageRequest): Answer {
        const { bucket, origin, query } = request;
        this.authorize(request);
        switch (request.verb) {
            case "GET buckets":
                return this.buckets(request);
            case "GET bucket":
                return { status: 200, body: bucketResource(this.objects.bucket(bucket), origin) };
            case "GET objects":
                return this.list(request);
            case "GET object":
                return query.get("alt") === "media"
                    ? this.download(request)
                    : this.resource(this.object(request), request);
            case "GET download":
                return this.download(request);
            case "POST upload":
                this.objects.bucket(bucket);
                // gcsfs posts the parts: https://github.com/fsspec/gcsfs/blob/main/gcsfs/core.py (`upload_chunk`).
                return query.has("upload_id") ? this.uploads.resume(request) : this.uploads.begin(request);
            case "PUT upload":
                return this.uploads.resume(request);
            case "DELETE upload":
                return this.uploads.cancel(request);
            case "DELETE object":
                return this.remove(request);
            case "PATCH object":
            case "PUT object":
                return this.change(request);
            case "POST compose":
                return this.compose(request);
            case "POST copyTo":
                return this.resource(this.copy(request), request);
            case "POST rewriteTo":
                return { status: 200, body: rewriteAnswer(this.resource(this.copy(request), request).body as Inputs) };
            case "POST moveTo":
                return this.move(request);
            default:
                throw new HttpError(501, "notImplemented", `The local Google Cloud does not support ${request.verb}.`);
        }
    }

    /** Requires what a request needs of its bucket or object; what it writes is required when it is known. */
    private authorize({ account, verb, bucket, object, query }: StorageRequest): void {
        const permission = permissions[verb];
        if (permission !== undefined) {
            const name =
                bucket === ""
                    ? projectName(query.get("project") ?? "")
                    : object === ""
                      ? bucketName(bucket)
                      : objectName(bucket, object);
            this.need(account, permission, name);
        }
    }

    /** The object of a request, if it fulfils the request's preconditions. */
    private object(request: StorageRequest): Entry {
        const found = this.objects.require(request.bucket, request.object, request.query.get("generation"));
        requireConditions(request, found);
        return found;
    }

    private resource(object: Entry, { origin, headers }: StorageRequest): Answer & { body: object } {
        const { length } = this.objects.content(object);
        const bucket = this.objects.bucket(String(object.state.bucket));
        const body: Inputs = objectResource(object, length, origin, bucket);
        // "A metadata request without the key does not return the hashes":
        // https://cloud.google.com/storage/docs/encryption/customer-supplied-keys#restrictions
        const isHidden = encryptionOf(object) && !suppliedKey(headers);
        return { status: 200, body: isHidden ? { ...body, md5Hash: undefined, crc32c: undefined } : body };
    }

    private buckets({ query, origin }: StorageRequest): Answer {
        const prefix = query.get("prefix") ?? "";
        const all = this.cloud.store
            .list(bucketName(""))
            .filter(({ name, id, project }) => {
                return name === bucketName(id) && project === query.get("project") && id.startsWith(prefix);
            })
            .map((bucket) => bucketResource(bucket, origin));
        const { page: items, nextPageToken } = pageOf(all, query, 1000);
        return { status: 200, body: { kind: "storage#buckets", items, nextPageToken } };
    }

    private list(request: StorageRequest): Answer {
        const hasVersions = request.query.get("versions")?.toLowerCase() === "true";
        const { items, ...rest } = page(this.objects.list(request.bucket, hasVersions), request.query);
        const resources = items.map((object) => this.resource(object, request).body);
        return { status: 200, body: { kind: "storage#objects", items: resources, ...rest } };
    }

    private download(request: StorageRequest): Answer {
        const object = this.object(request);
        requireKey(object, suppliedKey(request.headers));
        return mediaAnswer(object, this.objects.content(object), request.headers.range);
    }

    private remove(request: StorageRequest): Answer {
        const object = this.object(request);
        requireWritable(request.bucket, "storage.objects.delete");
        this.objects.remove(object, request.query.has("generation"));
        this.changed();
        return { status: 204 };
    }

    private change(request: StorageRequest): Answer {
        const { bucket, body, method, query } = request;
        const object = this.object(request);
        requireWritable(bucket, "storage.objects.update");
        const isOverridden = query.get("overrideUnlockedRetention")?.toLowerCase() === "true";
        const state = changedState(object, json(body), method === "PATCH", isOverridden);
        const changed = this.objects.change(object, state);
        this.changed();
        return this.resource(changed, request);
    }

    private upload(request: StorageRequest, metadata: Metadata, content: Buffer): Answer {
        const name = request.query.get("name") ?? metadata.name;
        if (!name) {
            throw new HttpError(400, "required", "Required parameter: name");
        }
        const [, md5] = /md5=([^,]+)/.exec(String(request.headers["x-goog-hash"])) ?? [];
        const [, crc32c] = /crc32c=([^,]+)/.exec(String(request.headers["x-goog-hash"])) ?? [];
        const hashes = { md5: metadata.md5Hash ?? md5, crc32c: metadata.crc32c ?? crc32c } as Written["hashes"];
        const contentType = metadata.contentType ?? "application/octet-stream";
        const written = this.write(request, { ...request, object: name }, { ...metadata, contentType }, content, {
            hashes,
        });
        return this.resource(written, request);
    }

    /** Writes an object with the request's preconditions and key. */
    private write(
        request: StorageRequest,
        { bucket, object }: { bucket: string; object: string },
        metadata: Metadata,
        content: Buffer,
        more: Written = {},
    ): Entry {
        const entry = this.objects.bucket(bucket);
        requireWritable(bucket, "storage.objects.create");
        this.need(request.account, "storage.objects.create", objectName(bucket, object));
        if (this.objects.find(bucket, object)) {
            this.need(request.account, "storage.objects.delete", objectName(bucket, object));
        }
        requireConditions(request, this.objects.find(bucket, object));
        const encryption = suppliedKey(request.headers);
        const written = this.objects.write(entry, object, content, metadata, { ...more, encryption });
        this.changed();
        return written;
    }

    private compose(request: StorageRequest): Answer {
        const { account, bucket, object, body } = request;
        const { sourceObjects = [] }: Inputs = json(body);
        for (const { name } of sourceObjects) {
            this.need(account, "storage.objects.get", objectName(bucket, String(name)));
        }
        const { content, metadata, componentCount, sources } = compose(this.objects, request, json(body));
        const written = this.write(request, { bucket, object }, metadata, content, { componentCount });
        for (const source of sources.filter(({ name }) => name !== written.name)) {
            this.objects.remove(source, true);
        }
        this.changed();
        return this.resource(written, request);
    }

    private copy(request: StorageRequest): Entry {
        const { content, metadata } = copied(this.objects, request);
        return this.write(request, request.destination, metadata, content);
    }

    /** Renames an object: https://cloud.google.com/storage/docs/json_api/v1/objects/move */
    private move(request: StorageRequest): Answer {
        const source = this.objects.require(request.bucket, request.object);
        this.need(request.account, "storage.objects.delete", objectName(request.bucket, request.object));
        const written = this.copy(request);
        this.objects.remove(source, false);
        this.changed();
        return this.resource(written, request);
    }
}

/** What requests need of their bucket or object: https://cloud.google.com/storage/docs/access-control/iam-json */
const permissions: Record<string, string> = {
    "GET buckets": "storage.buckets.list",
    "GET bucket": "storage.buckets.get",
    "GET objects": "storage.objects.list",
    "GET object": "storage.objects.get",
    "GET download": "storage.objects.get",
    "DELETE object": "storage.objects.delete",
    "PATCH object": "storage.objects.update",
    "PUT object": "storage.objects.update",
    "POST copyTo": "storage.objects.get",
    "POST rewriteTo": "storage.objects.get",
    "POST moveTo": "storage.objects.get",
};

/** Only Vertex AI writes to its buckets; who else calls is unknown, as clients send no credentials to emulators. */
function requireWritable(bucket: string, permission: string): void {
    if (isVertexBucket(bucket)) {
        const message = `The caller does not have ${permission} access to the Google Cloud Storage object. Permission '${permission}' denied on resource (or it may not exist).`;
        throw new HttpError(403, "forbidden", message);
    }
}
