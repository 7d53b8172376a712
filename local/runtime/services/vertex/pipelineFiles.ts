import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Cloud, isAllowedOn } from "../../../simulator";
import { writeObject } from "../../../simulator/services/storage";
import { bucketName, findBucket, objectName } from "../../../simulator/services/storage/names";

const parts = (uri: string): [bucket: string, name: string] => {
    const [, bucket = "", name = ""] = /^gs:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
    return [bucket, name];
};

/** Everybody may write, as containers run as any user. */
function makeFolder(folder: string, root: string): void {
    mkdirSync(folder, { recursive: true });
    for (let at = folder; at.startsWith(root); at = dirname(at)) {
        chmodSync(at, 0o777);
    }
}

/**
 * The folder that a task has as `/gcs`. Vertex AI mounts all buckets of the account there; this folder has the task's inputs, and what the
 * task writes is stored when it has ended.
 */
export class PipelineFiles {
    constructor(
        private readonly cloud: Cloud,
        readonly folder: string,
        private readonly account: string,
    ) {
        makeFolder(folder, folder);
    }

    /** The place of an object or a folder on this machine. */
    place(uri: string): string {
        return join(this.folder, uri.replace(/^gs:\/\//, ""));
    }

    /** Creates the folder in which an output is written. */
    prepare(uri: string): void {
        makeFolder(dirname(this.place(uri)), this.folder);
    }

    /** Copies an object, or all objects below a folder. */
    fetch(uri: string): void {
        const [bucket, name] = parts(uri);
        if (!findBucket(this.cloud, bucket)) {
            return;
        }
        if (!isAllowedOn(this.cloud, this.account, "storage.objects.get", bucketName(bucket))) {
            throw new Error(`${this.account} does not have storage.objects.get access to the bucket ${bucket}.`);
        }
        const prefix = objectName(bucket, "");
        for (const { name: full, content } of this.cloud.store.list(`${bucketName(bucket)}/objects`)) {
            const object = full.slice(prefix.length);
            if (object === name || object.startsWith(`${name}/`)) {
                const file = join(this.folder, bucket, object);
                makeFolder(dirname(file), this.folder);
                writeFileSync(file, content === undefined ? Buffer.alloc(0) : this.cloud.store.content(content));
            }
        }
    }

    read(uri: string): string | undefined {
        const file = this.place(uri);
        return existsSync(file) && statSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
    }

    /** Stores an output: a file, or all files of a folder. */
    store(uri: string): void {
        const [bucket, name] = parts(uri);
        const found = findBucket(this.cloud, bucket);
        const files = filesBelow(this.place(uri));
        if (files.length === 0) {
            return;
        }
        if (!found || !isAllowedOn(this.cloud, this.account, "storage.objects.create", bucketName(bucket))) {
            throw new Error(`${this.account} does not have storage.objects.create access to the bucket ${bucket}.`);
        }
        for (const path of files) {
            const content = readFileSync(join(this.place(uri), path));
            writeObject(this.cloud, found, path === "" ? name : `${name}/${path}`, content);
        }
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** The files below a folder; the empty path for a file. */
function filesBelow(place: string, path = ""): string[] {
    const at = join(place, path);
    if (!existsSync(at)) {
        return [];
    }
    return statSync(at).isDirectory()
        ? readdirSync(at).flatMap((name) => filesBelow(place, path === "" ? name : `${path}/${name}`))
        : [path];
}
