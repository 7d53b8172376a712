import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";

/** The types of files that programs and browsers tell apart by them; of others Cloud Storage looks at the content. */
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

/** Larger texts would make the stack's state large, which has them all. */
const largestText = 64 * 1024;

/** What an object has of a file: its content, and the type that its name tells. */
export function objectOf(file: string): Pick<BucketObjectArgs, "content" | "source" | "contentType"> {
    const contentType = contentTypes[extname(file).toLowerCase()];
    return { ...contentOf(file), ...(contentType && { contentType }) };
}

/**
 * The provider writes a changed text over the old one, so that readers always find one of the two. A changed file it
 * deletes first and makes again.
 */
function contentOf(file: string): Pick<BucketObjectArgs, "content" | "source"> {
    const { size } = statSync(file);
    const bytes = size > 0 && size <= largestText ? readFileSync(file) : undefined;
    return bytes && isUtf8(bytes) && !bytes.includes(0)
        ? { content: bytes.toString() }
        : { source: new pulumi.asset.FileAsset(file) };
}
