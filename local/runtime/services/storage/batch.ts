import { type Answer, HttpError, type Request, type RestApi } from "../../emulator/http";
import { failedAnswer } from "../../emulator/respond";
import { parts } from "./uploads";

/** "You should not include more than 100 calls in a single request": https://cloud.google.com/storage/docs/batch */
const maxCalls = 100;

const boundary = "batch_slipway";

/** Answers batches of calls, each as if it came alone: https://cloud.google.com/storage/docs/batch */
export const batchRest =
    (api: RestApi): RestApi =>
    (request) => {
        if (request.method !== "POST" || request.path !== "/batch/storage/v1") {
            return undefined;
        }
        const calls = parts(String(request.headers["content-type"]), request.body);
        if (calls.length === 0 || calls.length > maxCalls) {
            throw new HttpError(400, "badRequest", `A batch has 1 to ${maxCalls} calls (got ${calls.length}).`);
        }
        return answered(api, request, calls);
    };

async function answered(api: RestApi, request: Request, calls: { id?: string; content: Buffer }[]): Promise<Answer> {
    const texts: string[] = [];
    // In their order: a call can need the result of another one.
    for (const { id, content } of calls) {
        const { status, body } = await answerOf(api, request, content);
        const text = body === undefined ? "" : Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body);
        texts.push(
            `--${boundary}`,
            "Content-Type: application/http",
            ...(id ? [`Content-ID: <response-${id}>`] : []),
            "",
            `HTTP/1.1 ${status} ${status < 300 ? "OK" : "Error"}`,
            "Content-Type: application/json; charset=UTF-8",
            `Content-Length: ${Buffer.byteLength(text)}`,
            "",
            text,
        );
    }
    const body = Buffer.from([...texts, `--${boundary}--`, ""].join("\r\n"));
    return { status: 200, headers: { "content-type": `multipart/mixed; boundary=${boundary}` }, body };
}

/** A call in a batch: `DELETE /storage/v1/b/example-bucket/o/obj1 HTTP/1.1`, its headers, and its body. */
async function answerOf(api: RestApi, request: Request, content: Buffer): Promise<Answer> {
    const [, head = "", text = ""] = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(content.toString()) ?? [];
    const [line = "", ...lines] = head.split(/\r?\n/);
    const [, method = "", address = ""] = /^([A-Z]+) (\S+)/.exec(line) ?? [];
    const headers = Object.fromEntries(
        lines.flatMap((each) => {
            const [, name, value] = /^([^:]+): *(.*)$/.exec(each) ?? [];
            return name ? [[name.toLowerCase(), value]] : [];
        }),
    );
    try {
        const { pathname: path, searchParams: query } = new URL(address, request.origin);
        const answer = await api({ ...request, method, path, query, headers, body: Buffer.from(text.trimEnd()) });
        return answer ?? failedAnswer(new HttpError(501, "notImplemented", `A batch cannot have ${method} ${path}.`));
    } catch (error) {
        return failedAnswer(error as Error);
    }
}
