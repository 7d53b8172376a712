import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** A request or an answer. */
export interface Message {
    headers: IncomingHttpHeaders;
    body: Buffer;
}

/** What happens to a request. */
export type Fault =
    | { kind: "reset" }
    /** An error; of an upload that fails later, what was received before. */
    | { kind: "status"; code: number; received?: Message }
    /** An answer that ends after so many bytes. */
    | { kind: "broken"; after: number };

/** The methods of objects by their HTTP method and what follows the bucket in the path. */
const methods: [RegExp, string][] = [
    [/^GET \/o$/, "list"],
    [/^(POST|PUT) \/upload/, "insert"],
    [/^POST \/o\/[^/]+\/compose$/, "compose"],
    [/^POST \/o\/[^/]+\/copyTo\//, "copy"],
    [/^POST \/o\/[^/]+\/rewriteTo\//, "rewrite"],
    [/^GET \/o\/[^/]+$/, "get"],
    [/^DELETE \/o\/[^/]+$/, "delete"],
    [/^PATCH \/o\/[^/]+$/, "patch"],
    [/^PUT \/o\/[^/]+$/, "update"],
];

/** The methods of a project by the path. */
const projectMethods: [RegExp, string][] = [
    [/^\/storage\/v1\/b\?/, "storage.buckets.list"],
    [/^\/storage\/v1\/projects\/[^/]+\/serviceAccount\b/, "storage.serviceaccount.get"],
];

/** The API method of a request: `storage.objects.get`. */
function methodOf(method: string, url: string): string {
    const [, ofProject] = (method === "GET" && projectMethods.find(([pattern]) => pattern.test(url))) || [];
    if (ofProject) {
        return ofProject;
    }
    const [, upload = "", below = ""] =
        /^(?:\/(upload|download))?\/storage\/v1\/b\/[^/?]+(\/[^?]*)?/.exec(url)?.map((part) => part ?? "") ?? [];
    if (below === "") {
        return method === "GET" ? "storage.buckets.get" : "";
    }
    const form = `${method} ${upload === "upload" ? "/upload" : below}`;
    const [, name] = methods.find(([pattern]) => pattern.test(form)) ?? [];
    return name ? `storage.objects.${name}` : "";
}

interface RetryTest {
    id: string;
    /** The faults of each API method, in their order. */
    instructions: Record<string, string[]>;
}

const kib = 1024;

/**
 * Faults by the interface of Google's testbench of Cloud Storage, which the tests of retries use:
 * https://github.com/googleapis/storage-testbench#simulating-errors
 */
export class Faults {
    private readonly tests = new Map<string, RetryTest>();

    /** Answers what tests ask for: new faults, and whether all of them happened. */
    answer(method: string, url: string, body: Buffer): object {
        const [, id = ""] = /^\/retry_test\/(.+)$/.exec(url) ?? [];
        if (method === "POST") {
            const test = { id: randomUUID(), ...JSON.parse(body.toString()) };
            this.tests.set(test.id, test);
            return test;
        }
        const test = this.tests.get(id);
        if (method === "DELETE") {
            this.tests.delete(id);
        }
        const completed = Object.values(test?.instructions ?? {}).every((faults) => faults.length === 0);
        return { ...test, completed };
    }

    /** The fault of a request. */
    next(method: string, url: string, given: Message): Fault | undefined {
        const faults = this.tests.get(String(given.headers["x-retry-test-id"]))?.instructions[methodOf(method, url)];
        const [, action = "", after] = /^return-([\w-]+?)(?:-after-(\d+)K)?$/.exec(faults?.[0] ?? "") ?? [];
        const fault = action === "" ? undefined : faultOf(action, after && Number(after) * kib, given);
        if (fault) {
            faults?.shift();
        }
        return fault;
    }
}

function faultOf(action: string, after: number | "" | undefined, given: Message): Fault | undefined {
    switch (action) {
        case "reset-connection":
            return { kind: "reset" };
        case "broken-stream":
            return { kind: "broken", after: after || 10 };
        default: {
            const code = Number(action);
            if (!after) {
                return { kind: "status", code };
            }
            const received = until(after, given);
            return received && { kind: "status", code, received };
        }
    }
}

/** The part of an upload before a position; undefined if it is not in this request. */
function until(position: number, { headers, body }: Message): Message | undefined {
    const [range, first] = /^bytes (\d+)-/.exec(headers["content-range"] ?? "") ?? [];
    const start = Number(first ?? 0);
    if (!range || position <= start || position > start + body.length) {
        return undefined;
    }
    const content = `bytes ${start}-${position - 1}/*`;
    return { headers: { ...headers, "content-range": content }, body: body.subarray(0, position - start) };
}
