import { BucketObject, type BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import { argumentsError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { isObject } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import { folder } from "../internal/sources/files";
import { filesOf } from "../internal/sources/listing";
import { objectOf } from "./objects";

/** A folder to upload. */
export interface FolderUpload {
    /** The folder, relative to the program's working directory. */
    source: string;
    /**
     * A prefix of the object names, before the file's path: `sale-range/`.
     * @default none
     */
    prefix?: string;
    /**
     * The {@link https://cloud.google.com/storage/docs/metadata#cache-control Cache-Control} header of the objects, such as
     * `no-store`.
     * @default Cloud Storage's: objects that are not public are not cached
     */
    cacheControl?: string;
}

const uploadOptions = check.options<FolderUpload>(
    {
        source: folder(),
        prefix: check.matching(
            /^(?!\.{1,2}\/|\.well-known\/acme-challenge\/)[^\r\n]{0,500}$/,
            "must be the prefix of object names: up to 500 characters on one line",
        ),
        cacheControl: check.matching(/^[^\r\n]+$/, "must be a valid value of the header Cache-Control"),
    },
    "source",
);

/** Checks an upload, and normalizes a folder to {@link FolderUpload}. */
export const upload = check.lazily((value) => {
    const asOptions = check.transform((path) => ({ source: path }));
    return isObject(value) ? uploadOptions : check.pipe(folder(), asOptions);
});

/** Registers an object for each file, by the file's path. */
export function uploadFiles(
    component: string,
    bucket: pulumi.Input<string>,
    upload: FolderUpload | undefined,
    child: Child,
) {
    const { source, prefix = "", cacheControl } = upload ?? {};
    const files = source === undefined ? [] : filesOf(source);
    return Object.fromEntries(
        files.map(({ path, file }) => {
            const object: BucketObjectArgs = {
                bucket,
                name: `${prefix}${path}`,
                ...objectOf(file),
                cacheControl,
            };
            return [path, new BucketObject(...child("object", `${component}-${path}`, object))];
        }),
    );
}

/** Throws the error for a path at which no file was uploaded. */
export function throwMissingObject(component: string, path: string, paths: string[]): never {
    const hint = paths.length > 0 ? `Did you mean "${closest(path, paths)}"?` : "Set upload to a folder with it.";
    throw argumentsError(`StorageBucket "${component}"`, [
        check.problem("object", "storage/object-not-uploaded", `no file "${path}" is uploaded. ${hint}`),
    ]);
}
