import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import type { Begun, Operations } from "./operations";

/** One call of the API, as a method sees it. */
export interface Call {
    cloud: Cloud;
    operations: Operations;
    /** What stands in the path, such as `appsId`. */
    names: Inputs;
    query: URLSearchParams;
    body: Inputs;
    /** Begins a long operation that does something, unless it is to fail. */
    operate(begun: Omit<Begun, "response" | "error" | "takes">, effect: () => object): object;
}

/** A method of the API. */
export interface Method {
    /** Its id in Google's discovery document. */
    id: string;
    verb: "GET" | "POST" | "PATCH" | "DELETE";
    /** The path as that document writes it. */
    path: string;
    query?: string[];
    /** The fields that a body may have. */
    fields?: string[];
    answer(call: Call): object;
}

/** What every method takes. */
const always = ["$.xgafv", "alt", "key", "prettyPrint", "quotaUser"];

/** Refuses what no method of this API knows. */
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

/** The paths of a mask, in the spelling of JSON: `automaticScaling.minIdleInstances`. */
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

/** What stands at a path of an object. */
export const at = (value: Inputs, path: string): unknown =>
    path.split(".").reduce<unknown>((holder, key) => (holder as Inputs | undefined)?.[key], value);

/** An object with something else at a path. */
export function withAt(value: Inputs | undefined, path: string, wanted: unknown): Inputs {
    const [key = "", rest] = path.split(/\.(.*)/s);
    return { ...value, [key]: rest === undefined ? wanted : withAt(value?.[key], rest, wanted) };
}

/** The largest page, which is also the one that a list has when nothing is said. */
const largestPage = 100;

/** A page of a list, by the size and the token that were asked for. */
export function page<Item>(query: URLSearchParams, items: Item[]): { items: Item[]; nextPageToken?: string } {
    const size = Math.min(Number(query.get("pageSize")) || largestPage, largestPage);
    const start = Number(Buffer.from(query.get("pageToken") ?? "", "base64url").toString() || 0);
    if (!(size > 0) || !Number.isInteger(start)) {
        throw new GoogleError(400, "Invalid page size or page token.");
    }
    const end = start + size;
    const more = end < items.length && { nextPageToken: Buffer.from(String(end)).toString("base64url") };
    return { items: items.slice(start, end), ...more };
}
