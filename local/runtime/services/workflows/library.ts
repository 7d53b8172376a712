import { randomUUID } from "node:crypto";
import {
    exact,
    fromJson,
    isInteger,
    isMap,
    NotRun,
    Policy,
    raised,
    toJson,
    typeOf,
    type Value,
    type ValueMap,
} from "./values";

/** A function of the library that waits for nothing; optional parameters end with `?`. */
interface Function {
    params: string[];
    run(...args: Value[]): Value;
}

const wrong = (name: string, expected: string, value: Value | undefined) =>
    raised("TypeError", `${name} must be a ${expected}, not a ${typeOf(value ?? null)}`);

function text(value: Value | undefined, name: string): string {
    if (typeof value !== "string") {
        throw wrong(name, "string", value);
    }
    return value;
}

function number(value: Value | undefined, name: string): number {
    if (typeof value !== "number") {
        throw wrong(name, "number", value);
    }
    return value;
}

function list(value: Value | undefined, name: string): Value[] {
    if (!Array.isArray(value)) {
        throw wrong(name, "list", value);
    }
    return value;
}

function map(value: Value | undefined, name: string): ValueMap {
    if (!isMap(value)) {
        throw wrong(name, "map", value);
    }
    return value;
}

function bytes(value: Value | undefined, name: string): Buffer {
    if (!Buffer.isBuffer(value)) {
        throw wrong(name, "bytes", value);
    }
    return value;
}

/** A regular expression of RE2, as far as JavaScript's mean the same. */
function pattern(source: string): RegExp {
    if (/\(\?(?!:)|\\[1-9]|\\[ACQEpPzx]|\[\[:/.test(source)) {
        throw new NotRun(`the regular expression ${source}: flags, named groups, classes and \\A, \\z and \\Q of RE2`);
    }
    try {
        return new RegExp(source, "gu");
    } catch (error) {
        throw raised("ValueError", `invalid regular expression: ${(error as Error).message}`);
    }
}

/** Google indexes code points. */
const pointsBefore = (source: string, index: number) => [...source.slice(0, index)].length;

function indexesOf(source: string, part: string): number[] {
    const found: number[] = [];
    if (part === "") {
        throw new NotRun("text.find_all with an empty substring");
    }
    for (let at = source.indexOf(part); at >= 0; at = source.indexOf(part, at + part.length)) {
        found.push(pointsBefore(source, at));
    }
    return found;
}

/** https://cloud.google.com/workflows/docs/reference/stdlib/text/url_encode */
const urlEncoded = (source: string) =>
    encodeURIComponent(source).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function urlDecoded(source: string): string {
    try {
        return decodeURIComponent(source.replaceAll("+", " "));
    } catch {
        throw raised("ValueError", `invalid URL-encoded text: ${source}`);
    }
}

function mergedNested(one: ValueMap, other: ValueMap): ValueMap {
    const merged = { ...one };
    for (const [key, value] of Object.entries(other)) {
        const before = Object.hasOwn(one, key) ? one[key] : undefined;
        merged[key] = isMap(before) && isMap(value) ? mergedNested(before, value) : value;
    }
    return merged;
}

/** https://cloud.google.com/workflows/docs/reference/stdlib/map/get */
function valueAt(of: ValueMap, keys: Value): Value {
    let found: Value | undefined = of;
    for (const key of Array.isArray(keys) ? keys : [keys]) {
        const name = text(key, "keys");
        found = isMap(found) && Object.hasOwn(found, name) ? found[name] : undefined;
    }
    return found ?? null;
}

/** https://cloud.google.com/workflows/docs/reference/stdlib/time/format */
function formatted(seconds: number, zone: string): string {
    const micros = Math.round(seconds * 1e6);
    const date = new Date(Math.floor(micros / 1000));
    const fraction = String(((micros % 1e6) + 1e6) % 1e6).padStart(6, "0");
    const at = (offset: number) => new Date(date.getTime() + offset).toISOString().slice(0, 19);
    if (/^(|UTC|GMT|Etc\/(UTC|GMT))$/.test(zone)) {
        return `${at(0)}.${fraction}Z`;
    }
    let name: string;
    try {
        const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(
            date,
        );
        name = parts.find(({ type }) => type === "timeZoneName")?.value.slice(3) ?? "";
    } catch {
        throw raised("ValueError", `unknown time zone ${zone}`);
    }
    const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    const offset = (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
    return `${at(offset)}.${fraction}${name || "Z"}`;
}

/** https://cloud.google.com/workflows/docs/reference/stdlib/time/parse */
function parsed(value: string): number {
    const [, whole, fraction = "", zone] =
        /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(value) ?? [];
    const seconds = Date.parse(`${whole}${zone}`) / 1000;
    if (Number.isNaN(seconds)) {
        throw raised("ValueError", `invalid time ${value}`);
    }
    return seconds + Number(fraction || 0);
}

function asString(value: Value): string {
    if (typeof value === "string") {
        return value;
    }
    if (typeof value !== "number" && typeof value !== "boolean") {
        throw wrong("the argument of string", "string, number or boolean", value);
    }
    return String(value);
}

function asNumber(value: Value, helper: "int" | "double"): number {
    const form = helper === "int" ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
    if (typeof value === "number") {
        return helper === "int" ? Math.trunc(value) : value;
    }
    if (!form.test(text(value, `the argument of ${helper}`))) {
        throw raised("ValueError", `${helper} cannot convert '${value}'`);
    }
    return exact(Number(value));
}

function length(value: Value): number {
    if (typeof value === "string") {
        return [...value].length;
    }
    return isMap(value) ? Object.keys(value).length : list(value, "the argument of len").length;
}

/** https://cloud.google.com/workflows/docs/reference/stdlib/overview */
export const library: Record<string, Function> = {
    default: { params: ["val", "defaultVal"], run: (value = null, other = null) => value ?? other },
    double: { params: ["value"], run: (value = null) => asNumber(value, "double") },
    // A condition of null is false: "Expression helpers".
    if: {
        params: ["condition", "ifTrue", "ifFalse"],
        run: (condition = null, yes = null, no = null) => {
            if (condition !== null && typeof condition !== "boolean") {
                throw wrong("condition", "boolean", condition);
            }
            return condition ? yes : no;
        },
    },
    int: { params: ["value"], run: (value = null) => asNumber(value, "int") },
    keys: { params: ["map"], run: (of) => Object.keys(map(of, "the argument of keys")) },
    len: { params: ["value"], run: (value = null) => length(value) },
    string: { params: ["value"], run: (value = null) => asString(value) },

    "base64.decode": {
        params: ["data", "padding?"],
        run: (data) => {
            const source = text(data, "data");
            if (!/^[A-Za-z0-9+/]*={0,2}$/.test(source)) {
                throw raised("ValueError", "data is not in base64");
            }
            return Buffer.from(source, "base64");
        },
    },
    "base64.encode": {
        params: ["data", "padding?"],
        run: (data, padding = true) => {
            const encoded = bytes(data, "data").toString("base64");
            return padding ? encoded : encoded.replace(/=+$/, "");
        },
    },
    "json.decode": {
        params: ["data"],
        run: (data = null) => fromJson(Buffer.isBuffer(data) ? data.toString() : text(data, "data")),
    },
    "json.encode": { params: ["data", "indent?"], run: (data = null, indent) => Buffer.from(encoded(data, indent)) },
    "json.encode_to_string": { params: ["data", "indent?"], run: (data = null, indent) => encoded(data, indent) },
    "list.concat": { params: ["objs", "val"], run: (of, value = null) => [...list(of, "objs"), value] },
    "list.prepend": { params: ["objs", "val"], run: (of, value = null) => [value, ...list(of, "objs")] },
    "map.delete": {
        params: ["map", "key"],
        run: (of, key) => {
            const { [text(key, "key")]: _, ...rest } = map(of, "map");
            return rest;
        },
    },
    "map.get": {
        params: ["map", "keys"],
        run: (of, keys = null) => (of === null ? null : valueAt(map(of, "map"), keys)),
    },
    "map.merge": {
        params: ["first", "second"],
        run: (one, other) => ({ ...map(one, "first"), ...map(other, "second") }),
    },
    "map.merge_nested": {
        params: ["first", "second"],
        run: (one, other) => mergedNested(map(one, "first"), map(other, "second")),
    },
    "math.abs": { params: ["x"], run: (x) => Math.abs(number(x, "x")) },
    "math.floor": { params: ["x"], run: (x) => Math.floor(number(x, "x")) },
    "math.max": { params: ["x", "y"], run: (x, y) => Math.max(number(x, "x"), number(y, "y")) },
    "math.min": { params: ["x", "y"], run: (x, y) => Math.min(number(x, "x"), number(y, "y")) },
    "sys.now": { params: [], run: () => Date.now() / 1000 },
    "text.decode": {
        params: ["data", "charset?"],
        run: (data, charset) => utf8(charset, () => bytes(data, "data").toString()),
    },
    "text.encode": {
        params: ["text", "charset?"],
        run: (of, charset) => utf8(charset, () => Buffer.from(text(of, "text"))),
    },
    "text.find_all": {
        params: ["source", "substr"],
        run: (source, part) => indexesOf(text(source, "source"), text(part, "substr")),
    },
    "text.find_all_regex": {
        params: ["source", "regexp"],
        run: (source, regexp) => {
            const of = text(source, "source");
            return [...of.matchAll(pattern(text(regexp, "regexp")))].map((found) => ({
                index: pointsBefore(of, found.index),
                match: found[0],
            }));
        },
    },
    "text.match_regex": {
        params: ["source", "regexp"],
        run: (source, regexp) => pattern(text(regexp, "regexp")).test(text(source, "source")),
    },
    "text.replace_all": {
        params: ["source", "substr", "repl"],
        run: (source, part, by) => text(source, "source").split(text(part, "substr")).join(text(by, "repl")),
    },
    "text.replace_all_regex": {
        params: ["source", "regexp", "repl"],
        run: (source, regexp, by) => {
            const replacement = text(by, "repl");
            if (/[\\$]/.test(replacement)) {
                throw new NotRun("text.replace_all_regex with groups in the replacement");
            }
            return text(source, "source").replace(pattern(text(regexp, "regexp")), replacement);
        },
    },
    "text.split": {
        params: ["source", "separator"],
        run: (source, separator) => text(source, "source").split(text(separator, "separator")),
    },
    "text.substring": {
        params: ["source", "start", "end"],
        run: (source, start, end) => {
            const points = [...text(source, "source")];
            const [from, to] = [number(start, "start"), number(end, "end")];
            if (![from, to].every((each) => isInteger(each) && each >= 0 && each <= points.length) || from > to) {
                throw raised("IndexError", `${from} to ${to} is not within the text of ${points.length} characters`);
            }
            return points.slice(from, to).join("");
        },
    },
    "text.to_lower": { params: ["source"], run: (source) => text(source, "source").toLowerCase() },
    "text.to_upper": { params: ["source"], run: (source) => text(source, "source").toUpperCase() },
    "text.url_decode": { params: ["source"], run: (source) => urlDecoded(text(source, "source")) },
    "text.url_encode": { params: ["source"], run: (source) => urlEncoded(text(source, "source")) },
    "text.url_encode_plus": {
        params: ["source"],
        run: (source) => urlEncoded(text(source, "source")).replaceAll("%20", "+"),
    },
    "time.format": {
        params: ["seconds", "timezone?"],
        run: (seconds, zone) => formatted(number(seconds, "seconds"), text(zone ?? "", "timezone")),
    },
    "time.parse": { params: ["value"], run: (value) => parsed(text(value, "value")) },
    "uuid.generate": { params: [], run: () => randomUUID() },
    "http.default_retry_predicate": {
        params: ["exception"],
        run: (error = null) => isRetried(error, [429, 502, 503, 504]),
    },
    "http.default_retry_predicate_non_idempotent": {
        params: ["exception"],
        run: (error = null) => isRetried(error, [429, 503]),
    },
    "retry.always": { params: ["exception"], run: () => true },
    "retry.never": { params: ["exception"], run: () => false },
};

const backoff = { initial_delay: 1, max_delay: 60, multiplier: 1.25 };
const policy = (predicate: string) => ({ predicate: new Policy(predicate), max_retries: 5, backoff });

/** https://cloud.google.com/workflows/docs/reference/stdlib/http/default_retry */
export const objects: Record<string, Value> = {
    "http.default_retry": policy("http.default_retry_predicate"),
    "http.default_retry_non_idempotent": policy("http.default_retry_predicate_non_idempotent"),
    "retry.default_backoff": backoff,
};

/** Which errors are retried: https://cloud.google.com/workflows/docs/reference/stdlib/http/default_retry_predicate */
function isRetried(error: Value, codes: number[]): boolean {
    const tags = isMap(error) && Array.isArray(error.tags) ? error.tags : [];
    const known = codes.includes(502)
        ? ["ConnectionError", "ConnectionFailedError", "TimeoutError"]
        : ["ConnectionFailedError"];
    const isCode = isMap(error) && tags.includes("HttpError") && codes.includes(Number(error.code));
    return isCode || known.some((tag) => tags.includes(tag));
}

function encoded(data: Value, indent: Value | undefined): string {
    if (indent !== undefined && indent !== null) {
        throw new NotRun("json.encode with an indent");
    }
    return toJson(data);
}

function utf8<Result>(charset: Value | undefined, run: () => Result): Result {
    if (charset !== undefined && charset !== null && !/^utf-?8$/i.test(text(charset, "charset"))) {
        throw new NotRun(`the character set ${charset}`);
    }
    return run();
}

/** Named arguments in the order of the parameters of a function. */
export function inOrder(name: string, params: string[], args: ValueMap): Value[] {
    const names = params.map((each) => each.replace("?", ""));
    const unknown = Object.keys(args).find((key) => !names.includes(key));
    if (unknown !== undefined) {
        throw raised("TypeError", `${name} has no parameter '${unknown}'`);
    }
    const given = names.filter((each) => Object.hasOwn(args, each));
    const count = given.length === 0 ? 0 : names.indexOf(given.at(-1) as string) + 1;
    return names.slice(0, count).map((each) => args[each] ?? null);
}

/** Calls a function; undefined if there is none with this name. */
export function callLibrary(name: string, args: Value[]): Value | undefined {
    const found = Object.hasOwn(library, name) ? library[name] : undefined;
    if (!found) {
        return undefined;
    }
    const required = found.params.filter((each) => !each.endsWith("?")).length;
    if (args.length < required || args.length > found.params.length) {
        throw raised("TypeError", `${name} expects ${required} arguments (got ${args.length})`);
    }
    return found.run(...args);
}
