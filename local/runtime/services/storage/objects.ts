import { createHash } from "node:crypto";
import type { Cloud, Entry } from "../../../simulator";
import { bucketName, objectName, writeObject } from "../../../simulator/services/storage";
import { crc32c } from "../../../simulator/services/storage/checksum";
import { noncurrentName, removeObject } from "../../../simulator/services/storage/object";
import { refusedRemoval } from "../../../simulator/services/storage/retention";
import { HttpError } from "../../emulator/http";
import type { CustomerEncryption } from "./customerKeys";
import { type Metadata, writtenState } from "./metadata";

/** What is written besides the content and its metadata. */
export interface Written {
    encryption?: CustomerEncryption;
    /** Of a composite object, which has no MD5 hash. */
    componentCount?: number;
    /** The hashes that the client has calculated. */
    hashes?: { md5?: string; crc32c?: string };
}

/** Throws if an object cannot be deleted or replaced. */
function requireReleased(object: Entry | undefined, bucket: Entry): void {
    const refused = refusedRemoval(object, bucket, new Date());
    if (refused) {
        throw new HttpError(403, refused.reason, refused.text);
    }
}

/** The objects of buckets, with their noncurrent versions. */
export class Objects {
    constructor(private readonly cloud: Cloud) {}

    bucket(name: string): Entry {
        const found = this.cloud.store.read(bucketName(name));
        if (!found) {
            throw new HttpError(404, "notFound", "The specified bucket does not exist.");
        }
        return found;
    }

    /** The live version of an object, or that of a generation. */
    find(bucket: string, name: string, generation?: string | null): Entry | undefined {
        const live = this.cloud.store.read(objectName(bucket, name));
        if (generation === undefined || generation === null || String(live?.state.generation) === generation) {
            return live;
        }
        return this.cloud.store.read(noncurrentName(bucket, name, generation));
    }

    require(bucket: string, name: string, generation?: string | null): Entry {
        this.bucket(bucket);
        const found = this.find(bucket, name, generation);
        if (!found) {
            throw new HttpError(404, "notFound", `No such object: ${bucket}/${name}`);
        }
        return found;
    }

    /** In the order of their names, and of the generations of a name. */
    list(bucket: string, hasVersions: boolean): Entry[] {
        const { id } = this.bucket(bucket);
        const live = this.cloud.store.list(objectName(id, ""));
        if (!hasVersions) {
            return live;
        }
        const name = ({ state }: Entry) => String(state.name);
        return [...live, ...this.cloud.store.list(`${bucketName(id)}/noncurrent/`)].sort((one, other) =>
            name(one) === name(other)
                ? Number(one.state.generation) - Number(other.state.generation)
                : name(one) < name(other)
                  ? -1
                  : 1,
        );
    }

    content({ content }: Entry): Buffer {
        return content === undefined ? Buffer.alloc(0) : this.cloud.store.content(content);
    }

    write(bucket: Entry, name: string, content: Buffer, metadata: Metadata, more: Written = {}): Entry {
        const { encryption, componentCount, hashes = {} } = more;
        requireReleased(this.find(bucket.id, name), bucket);
        verifyHashes(content, hashes);
        const { storageClass = "STANDARD", defaultEventBasedHold } = bucket.state;
        writeObject(this.cloud, bucket, name, content, undefined, {
            contentType: metadata.contentType,
            storageClass,
            ...(defaultEventBasedHold === true && { eventBasedHold: true }),
            ...writtenState(metadata),
            ...(encryption && { customerEncryption: encryption }),
            ...(componentCount && { componentCount, md5hash: undefined, md5hexhash: undefined }),
        });
        return this.require(bucket.id, name);
    }

    /** Stores the changed metadata of an object. */
    change(object: Entry, state: Entry["state"]): Entry {
        const changed = { ...object, state };
        this.cloud.store.write(changed);
        return changed;
    }

    /** Deletes the live version, which a bucket with versioning keeps as a noncurrent one, or a generation for good. */
    remove(object: Entry, isGeneration: boolean): void {
        const { bucket, name } = object.state as { bucket: string; name: string };
        requireReleased(object, this.bucket(bucket));
        if (isGeneration) {
            this.cloud.store.remove(object.name);
        } else {
            removeObject(this.cloud, bucket, name);
        }
    }
}

/**
 * Throws if the content did not arrive as it was sent:
 * https://cloud.google.com/storage/docs/data-validation#server-side_validation
 */
function verifyHashes(content: Buffer, { md5, crc32c: checksum }: NonNullable<Written["hashes"]>): void {
    const checks = [
        { label: "MD5 hash", given: md5, actual: () => createHash("md5").update(content).digest("base64") },
        { label: "CRC32C", given: checksum, actual: () => crc32c(content) },
    ];
    for (const { label, given, actual } of checks) {
        if (given && given !== actual()) {
            const message = `Provided ${label} "${given}" doesn't match calculated ${label} "${actual()}".`;
            throw new HttpError(400, "invalid", message);
        }
    }
}
