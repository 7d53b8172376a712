import { type Cloud, GoogleError, type Inputs } from "../../../simulator";
import type { OperationRequest, Operations } from "./operations";

/** A call of an API method. */
export interface Call {
    cloud: Cloud;
    operations: Operations;
    /** Parameters in the path, such as `appsId`. */
    names: Inputs;
    query: URLSearchParams;
    body: Inputs;
    /** Whether a fault lets the containers fail that the call starts. */
    isFailing: boolean;
    /** Starts a long-running operation, unless a fault makes it fail. */
    operate(startedOperation: Omit<OperationRequest, "response" | "error" | "takes">, effect: () => object): object;
}

/** An API method. */
export interface Method {
    /** Its ID in Google's discovery document. */
    id: string;
    verb: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
    /** The path in that document. */
    path: string;
    query?: string[];
    /** The fields that the body can have. */
    fields?: string[];
    /** The path in the body with the name of what it creates, for faults; by default, they refer to the last name of the path. */
    creates?: string;
    answer(call: Call): object | Promise<object>;
}

/** Parameters of all methods. */
const always = ["$.xgafv", "$alt", "alt", "key", "prettyPrint", "quotaUser"];

/** Throws for unknown parameters and fields. */
export function verifyRequest({ query: known = [], fields = [] }: Method, query: URLSearchParams, body: Inputs): void {
    for (const name of query.keys()) {
        if (!known.includes(name) && !always.includes(name)) {
            throw new GoogleError(
                400,
                `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
            );
        }
    }
    for (const name of Object.keys(body)) {
        if (!fields.includes(name)) {
            throw new GoogleError(400, `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`);
        }
    }
}

/** The paths of an update mask in JSON spelling: `automaticScaling.minIdleInstances`. */
export function maskOf(query: URLSearchParams, allowed: string[]): string[] {
    const mask = (query.get("updateMask") ?? "").split(",").filter((path) => path !== "");
    if (mask.length === 0) {
        throw new GoogleError(400, "The update_mask must not be empty.");
    }
    const paths = mask.map((path) => path.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()));
    for (const [index, path] of paths.entries()) {
        if (!allowed.includes(path)) {
            throw new GoogleError(400, `Invalid update mask: the field '${mask[index]}' cannot be updated.`);
        }
    }
    return paths;
}

/** Reads the value at a path of an object. */
export const valueAt = (value: Inputs, path: string): unknown =>
    path.split(".").reduce<unknown>((owner, key) => (owner as Inputs | undefined)?.[key], value);

/** Returns a copy of an object with a changed value at a path. */
export function withValueAt(value: Inputs | undefined, path: string, desired: unknown): Inputs {
    const [key = "", rest] = path.split(/\.(.*)/s);
    return { ...value, [key]: rest === undefined ? desired : withValueAt(value?.[key], rest, desired) };
}

/** The maximum and default page size. */
const maxPageSize = 100;

/** Returns a page of a list, by page size and token. */
export function page<Item>(query: URLSearchParams, items: Item[]): { items: Item[]; nextPageToken?: string } {
    const size = Math.min(Number(query.get("pageSize")) || maxPageSize, maxPageSize);
    const start = Number(Buffer.from(query.get("pageToken") ?? "", "base64url").toString() || 0);
    if (!(size > 0) || !Number.isInteger(start)) {
        throw new GoogleError(400, "Invalid page size or page token.");
    }
    const end = start + size;
    const more = end < items.length && { nextPageToken: Buffer.from(String(end)).toString("base64url") };
    return { items: items.slice(start, end), ...more };
}
