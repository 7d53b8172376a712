import { randomUUID } from "node:crypto";
import { type Answer, json, Refusal, type Request } from "../http";

/** A request to the JSON API of Cloud Storage. */
export interface StorageRequest extends Request {
    /** The method and what it is about, such as `GET bucket`; `download` and `upload` are in the path where so. */
    verb: string;
    bucket: string;
    object: string;
}

const invalid = (message: string) => new Refusal(400, "invalid", message);

/** What a client says of an object that it writes. */
export type Metadata = Record<string, unknown> & { name?: string; contentType?: string };

/** Uploads in the three ways of "Uploads and downloads": the content alone, with its metadata, or part by part. */
export class Uploads {
    /** Those that come in parts, by their ids. */
    private readonly open = new Map<string, { request: StorageRequest; metadata: Metadata; content: Buffer }>();

    constructor(private readonly write: (request: StorageRequest, metadata: Metadata, content: Buffer) => Answer) {}

    /** Takes an upload, or opens one that comes in parts. */
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

    /** Takes a part of an upload, or tells how far it is: "Perform resumable uploads". */
    resume({ query, headers, body }: StorageRequest): Answer {
        const id = query.get("upload_id") ?? "";
        const upload = this.open.get(id);
        if (!upload) {
            throw new Refusal(404, "notFound", "There is no such upload, or it is complete.");
        }
        // The Node client sends a content of unknown length, to its end, as this.
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
            return this.write(request, metadata, content);
        }
        return { status: 308, headers: content.length > 0 ? { range: `bytes=0-${content.length - 1}` } : {} };
    }
}

/** The parts of a `multipart/related` body. */
function parts(contentType: string, body: Buffer): { type?: string; content: Buffer }[] {
    const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
    const delimiter = `--${quoted ?? plain}`;
    const found: { type?: string; content: Buffer }[] = [];
    let start = body.indexOf(delimiter);
    for (let end = start; ; start = end + 2) {
        end = body.indexOf(`\r\n${delimiter}`, start);
        if (end < 0) {
            return found;
        }
        const content = body.indexOf("\r\n\r\n", start) + 4;
        const head = body.toString("latin1", start, content);
        found.push({ type: /^content-type: *(.+?)\r$/im.exec(head)?.[1], content: body.subarray(content, end) });
    }
}
