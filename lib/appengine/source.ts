import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import type { Child } from "../internal/children";
import type { SourceFile } from "../internal/files";
import { hashOf } from "../internal/names";
import { sourceBucketArgs } from "../internal/sourceBucket";
import type { DeployedFile } from "./standard";

/** A file of a service, from a folder or made for it, with what tells its content. */
export interface HashedFile {
    path: string;
    source: pulumi.asset.Asset;
    sha256: string;
    sha1: string;
}

/** The files of a folder, and what is deployed beside them. */
export function hashed(files: SourceFile[], others: { name: string; content: string }[]): HashedFile[] {
    return [
        ...files.map(({ path, file }) => hashedFile(path, readFileSync(file), new pulumi.asset.FileAsset(file))),
        ...others.map(({ name, content }) => hashedFile(name, content, new pulumi.asset.StringAsset(content))),
    ];
}

function hashedFile(path: string, content: string | Buffer, source: pulumi.asset.Asset): HashedFile {
    const hash = (algorithm: string) => createHash(algorithm).update(content).digest("hex");
    return { path, source, sha256: hash("sha256"), sha1: hash("sha1") };
}

/** The SHA-256 of a folder's content: of what its files are called and what they hold. */
export function digestOf(files: HashedFile[]): string {
    const lines = files.map(({ path, sha256 }) => `${sha256} ${path}\n`);
    return hashOf(lines.join(""));
}

/** Where the files of all services are uploaded, each content once: what did not change is not uploaded again. */
export class Source {
    readonly bucket: Bucket;
    private readonly objects = new Map<string, BucketObject>();

    constructor(
        private readonly component: string,
        { project, region }: Environment,
        private readonly child: Child,
        labels: Record<string, pulumi.Input<string>> | undefined,
    ) {
        this.bucket = new Bucket(
            ...child(
                "sourceBucket",
                `${component}-source`,
                sourceBucketArgs(`${project}-${component}-appengine`, region, labels),
            ),
        );
    }

    /** Uploads files, and returns how a version names them and what it has to wait for. */
    uploaded(files: HashedFile[]): { files: DeployedFile[]; objects: BucketObject[] } {
        return {
            files: files.map(({ path, sha1, sha256 }) => ({
                name: path,
                sha1Sum: sha1,
                sourceUrl: pulumi.interpolate`https://storage.googleapis.com/${this.bucket.name}/${sha256}`,
            })),
            objects: files.map((file) => this.object(file)),
        };
    }

    private object({ source, sha256 }: HashedFile): BucketObject {
        const made =
            this.objects.get(sha256) ??
            new BucketObject(
                ...this.child("file", `${this.component}-${sha256.slice(0, 12)}`, {
                    bucket: this.bucket.name,
                    name: sha256,
                    source,
                }),
            );
        this.objects.set(sha256, made);
        return made;
    }
}
