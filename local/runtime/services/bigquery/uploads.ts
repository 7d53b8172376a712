import { randomUUID } from "node:crypto";
import type { Inputs } from "../../../simulator";
import { type Answer, HttpError, json, type Request } from "../../emulator/http";
import { parts } from "../storage/uploads";

/** Inserts a load job with its data. */
type Insert = (job: Inputs, content: Buffer) => Promise<Answer>;

/** Uploads of the data of load jobs: https://cloud.google.com/bigquery/docs/reference/api-uploads */
export class JobUploads {
    /** Resumable uploads by ID. */
    private readonly open = new Map<string, { job: Inputs; content: Buffer }>();

    /** Handles an upload, whose job is inserted once its data is complete. */
    answer(request: Request, insert: Insert): Answer | Promise<Answer> {
        const { method, query, headers, body, origin, path } = request;
        if (method === "PUT") {
            return this.resume(request, insert);
        }
        switch (query.get("uploadType")) {
            case "multipart": {
                const [metadata, media] = parts(headers["content-type"] ?? "", body);
                if (!metadata || !media) {
                    throw new HttpError(400, "invalid", "A multipart upload has two parts: the job and its data.");
                }
                return insert(json(metadata.content), media.content);
            }
            case "resumable": {
                const id = randomUUID();
                this.open.set(id, { job: json(body), content: Buffer.alloc(0) });
                return { status: 200, headers: { location: `${origin}${path}?uploadType=resumable&upload_id=${id}` } };
            }
            default:
                throw new HttpError(400, "invalid", "An upload has the parameter uploadType: multipart or resumable.");
        }
    }

    private resume({ query, headers, body }: Request, insert: Insert): Answer | Promise<Answer> {
        const id = query.get("upload_id") ?? "";
        const upload = this.open.get(id);
        if (!upload) {
            throw new HttpError(404, "notFound", "There is no such upload, or it is complete.");
        }
        const [, start, total] = /^bytes (?:\*|(\d+)-\d+)\/(\*|\d+)$/.exec(headers["content-range"] ?? "") ?? [];
        if (start !== undefined) {
            upload.content = Buffer.concat([upload.content.subarray(0, Number(start)), body]);
        }
        const { job, content } = upload;
        if (String(content.length) === total) {
            this.open.delete(id);
            return insert(job, content);
        }
        return { status: 308, headers: content.length > 0 ? { range: `bytes=0-${content.length - 1}` } : {} };
    }
}
