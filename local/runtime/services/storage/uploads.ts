import { randomUUID } from "node:crypto";
import { type Answer, HttpError, json, type Request } from "../../emulator/http";
import type { Metadata } from "./metadata";

/** A request to the JSON API of Cloud Storage. */
export interface StorageRequest extends Request {
    /** The method and the resource, such as `GET bucket`, with `download` and `upload` if they are in the path. */
    verb: string;
    bucket: string;
    object: string;
    /** Where a copy is written. */
    destination: { bucket: string; object: string };
}

const invalid = (message: string) => new HttpError(400, "invalid", message);
const unknownUpload = () => new HttpError(404, "notFound", "There is no such upload, or it is complete.");

/** The three types of "Uploads and downloads": simple, multipart and resumable. */
export class Uploads {
    /** Resumable uploads by ID. */
    private readonly open = new Map<string, { request: StorageRequest; metadata: Metadata; content: Buffer }>();
    /** The answers of complete resumable uploads, whose status clients can ask for. */
    private readonly complete = new Map<string, Answer>();

    constructor(private readonly write: (request: StorageRequest, metadata: Metadata, content: Buffer) => Answer) {}

    /** Handles an upload, or starts a resumable one. */
    begin(request: StorageRequest): Answer {
        const { query, headers, body, origin, bucket } = request;
        switch (query.get("uploadType")) {
            case "media":
                return this.write(request, { contentType: headers["content-type"] }, body);
            case "multipart": {
                const [metadata, media] = parts(headers["content-type"] ?? "", body);
                if (!metadata || !media) {
                    throw invalid("A multipart upload has two parts: the metadata and the content.");
                }
                return this.write(request, { contentType: media.type, ...json(metadata.content) }, media.content);
            }
            case "resumable": {
                const id = randomUUID();
                const contentType = [headers["x-upload-content-type"]].flat()[0];
                const metadata = { contentType, ...(body.length > 0 && json(body)) };
                this.open.set(id, { request, metadata, content: Buffer.alloc(0) });
                const path = `/upload/storage/v1/b/${bucket}/o?uploadType=resumable&upload_id=${id}`;
                return { status: 200, headers: { location: origin + path } };
            }
            default:
                throw invalid("An upload has the parameter uploadType: media, multipart or resumable.");
        }
    }

    /** Handles a part of a resumable upload, or returns its status: "Perform resumable uploads". */
    resume({ query, headers, body }: StorageRequest): Answer {
        const id = query.get("upload_id") ?? "";
        const upload = this.open.get(id);
        if (!upload) {
            const answer = this.complete.get(id);
            if (!answer) {
                throw unknownUpload();
            }
            return answer;
        }
        // The Node.js client sends content of unknown length like this.
        const range = headers["content-range"] ?? "bytes 0-*/*";
        const [, start, end, total] = /^bytes (?:\*|(\d+)-(\*|\d+))\/(\*|\d+)$/.exec(range) ?? [];
        if (!total || Number(start ?? 0) > upload.content.length) {
            throw invalid(`The range '${range}' does not follow the ${upload.content.length} bytes that are there.`);
        }
        if (start !== undefined) {
            upload.content = Buffer.concat([upload.content.subarray(0, Number(start)), body]);
        }
        const { request, metadata, content } = upload;
        if (end === "*" || String(content.length) === total) {
            this.open.delete(id);
            // Only the last request can have the hashes of a stream.
            const { "x-goog-hash": hashes } = headers;
            const all = { ...request, headers: { ...request.headers, ...(hashes && { "x-goog-hash": hashes }) } };
            const answer = this.write(all, metadata, content);
            this.complete.set(id, answer);
            return answer;
        }
        return { status: 308, headers: content.length > 0 ? { range: `bytes=0-${content.length - 1}` } : {} };
    }

    /** Ends a resumable upload: https://cloud.google.com/storage/docs/performing-resumable-uploads#cancel-upload */
    cancel({ query }: StorageRequest): Answer {
        if (!this.open.delete(query.get("upload_id") ?? "")) {
            throw unknownUpload();
        }
        return { status: 499 };
    }
}

/**
 * The parts of a body such as `multipart/related`. Its lines can also end without a carriage return, as those of gcsfs do:
 * https://github.com/fsspec/gcsfs/blob/main/gcsfs/core.py (`simple_upload`).
 */
export function parts(contentType: string, body: Buffer): { type?: string; id?: string; content: Buffer }[] {
    const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
    const delimiter = `--${quoted ?? plain}`;
    const found: { type?: string; id?: string; content: Buffer }[] = [];
    let start = body.indexOf(delimiter);
    const newline = body[start + delimiter.length] === 0x0a ? "\n" : "\r\n";
    for (let end = start; ; start = end + newline.length) {
        end = body.indexOf(newline + delimiter, start);
        if (end < 0) {
            return found;
        }
        const content = body.indexOf(newline + newline, start) + 2 * newline.length;
        const head = body.toString("latin1", start, content);
        found.push({
            type: /^content-type: *(.+?)\r?$/im.exec(head)?.[1],
            id: /^content-id: *<?(.+?)>?\r?$/im.exec(head)?.[1],
            content: body.subarray(content, end),
        });
    }
}
