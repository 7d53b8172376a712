import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { hashOf } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import type { SourceFile } from "../internal/sources/listing";
import { sourceBucketArgs } from "../internal/sources/sourceBucket";

/** An uploaded file. */
export interface DeployedFile {
    /** The path in the source. */
    name: string;
    sha1Sum: string;
    sourceUrl: pulumi.Input<string>;
}

/** A file of a service, from a folder or generated, with the hashes of its content. */
export interface HashedFile {
    path: string;
    source: pulumi.asset.Asset;
    sha256: string;
    sha1: string;
}

/** Hashes the files of a folder and generated files. */
export function hashFiles(files: readonly SourceFile[], others: { name: string; content: string }[]): HashedFile[] {
    return [
        ...files.map(({ path, file }) => hashFile(path, readFileSync(file), new pulumi.asset.FileAsset(file))),
        ...others.map(({ name, content }) => hashFile(name, content, new pulumi.asset.StringAsset(content))),
    ];
}

function hashFile(path: string, content: string | Buffer, source: pulumi.asset.Asset): HashedFile {
    const hash = (algorithm: string) => createHash(algorithm).update(content).digest("hex");
    return { path, source, sha256: hash("sha256"), sha1: hash("sha1") };
}

/** The SHA-256 of a folder's content: the names and contents of its files. */
export function digestOf(files: HashedFile[]): string {
    const lines = files.map(({ path, sha256 }) => `${sha256} ${path}\n`);
    return hashOf(lines.join(""));
}

/** The bucket with the files of all services, each content once: an unchanged file is not uploaded again. */
export class SourceBucket {
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

    /** Uploads files; returns how a version refers to them, and the resources to wait for. */
    upload(files: HashedFile[]): { files: DeployedFile[]; objects: BucketObject[] } {
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
        const object =
            this.objects.get(sha256) ??
            new BucketObject(
                ...this.child("file", `${this.component}-${sha256.slice(0, 12)}`, {
                    bucket: this.bucket.name,
                    name: sha256,
                    source,
                }),
            );
        this.objects.set(sha256, object);
        return object;
    }
}
