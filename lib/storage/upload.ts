import { BucketObject, type BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { filesOf, folder } from "../internal/files";
import { objectOf } from "../internal/objects";
import { refusal } from "../internal/refusal";
import { isObject } from "../internal/value";

/** A folder whose files become objects. */
export interface FolderUpload {
    /** The folder, seen from the program's working folder. */
    folder: string;
    /**
     * What the names of the objects start with, before the file's path: `sale-range/`.
     * @default nothing
     */
    prefix?: string;
    /**
     * How long browsers and caches may keep an object, as the header `Cache-Control` says it: `no-store`.
     * @default what Cloud Storage says: objects that are not public are not cached
     */
    cacheControl?: string;
}

const uploadOptions = check.options<FolderUpload>(
    {
        folder: folder(),
        prefix: check.matching(
            /^(?!\.{1,2}\/|\.well-known\/acme-challenge\/)[^\r\n]{0,500}$/,
            "must be the start of an object's name: up to 500 characters on one line",
        ),
        cacheControl: check.matching(/^[^\r\n]+$/, "must be what the header Cache-Control has"),
    },
    "folder",
);

/** Checks what is uploaded, and makes one form of both. */
export const upload: check.Check = check.lazily((given) => {
    const asOptions = check.transform((path) => ({ folder: path }));
    return isObject(given) ? uploadOptions : check.pipe(folder(), asOptions);
});

/** Registers an object of each file, by the file's path. */
export function uploaded(
    component: string,
    bucket: pulumi.Input<string>,
    given: FolderUpload | undefined,
    child: Child,
) {
    const { folder, prefix = "", cacheControl } = given ?? {};
    const files = folder === undefined ? [] : filesOf(folder);
    return Object.fromEntries(
        files.map(({ path, file }) => {
            const object: BucketObjectArgs = {
                bucket,
                name: `${prefix}${path}`,
                ...objectOf(file),
                ...(cacheControl && { cacheControl }),
            };
            return [path, new BucketObject(...child("object", `${component}-${path}`, object))];
        }),
    );
}

/** Refuses the path of an object that a program asks for and that was not uploaded. */
export function refuseObject(component: string, path: string, paths: string[]): never {
    const mending = paths.length > 0 ? `Did you mean "${closest(path, paths)}"?` : "Set upload to a folder with it.";
    throw refusal(`StorageBucket "${component}"`, [
        { path: "object", reason: `no file "${path}" is uploaded. ${mending}` },
    ]);
}
