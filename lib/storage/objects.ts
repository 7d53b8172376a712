import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";

/** Content types by file extension. For other extensions Cloud Storage detects the type. */
const contentTypes: Record<string, string> = {
    ".avro": "application/avro",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
};

/** Inline content is stored in the stack's state, so it is limited. */
const maxInlineBytes = 64 * 1024;

/** The content and content type of an object from a file. */
export function objectOf(file: string): Pick<BucketObjectArgs, "content" | "source" | "contentType"> {
    return { ...contentOf(file), contentType: contentTypes[extname(file).toLowerCase()] };
}

/**
 * Small text files become inline content, which the provider updates in place. For a changed file asset it deletes the object first.
 */
function contentOf(file: string): Pick<BucketObjectArgs, "content" | "source"> {
    const { size } = statSync(file);
    const bytes = size > 0 && size <= maxInlineBytes ? readFileSync(file) : undefined;
    return bytes && isUtf8(bytes) && !bytes.includes(0)
        ? { content: bytes.toString() }
        : { source: new pulumi.asset.FileAsset(file) };
}
