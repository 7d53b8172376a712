import * as check from "../../internal/arguments/check";
import type { Duration } from "../../internal/arguments/duration";
import type { Converter, Value } from "./value";

/** Converts a key to an argument with another name. */
export function as(name: string, form: (value: Value) => unknown): Converter {
    return (value) => {
        const raw = form(value);
        return raw === undefined ? undefined : { [name]: raw };
    };
}

/** For keys that another function handles. */
export const handledElsewhere: Converter = () => undefined;

/** Readers of values. */
export const text = (value: Value) => value.text();
export const number = (value: Value) => value.number();

/** Reads a share between 0 and 1 as a percentage. */
export const percent = (value: Value) => {
    const share = value.number();
    return share === undefined ? undefined : Number((share * 100).toPrecision(12));
};
export const flag = (value: Value) => value.flag();
export const texts = (value: Value) => value.list().flatMap((item) => item.text() ?? []);

/** Reads a mapping of strings. */
export function record(value: Value): Record<string, string> {
    return Object.fromEntries(value.entries().map(([name, item]) => [name, item.anyText() ?? ""]));
}

const units = { day: 86_400, hour: 3600, minute: 60, second: 1 };

/** Formats seconds in the largest unit that gives a whole number. */
export function lengthOf(seconds: number): Duration {
    const unit = Object.entries(units).find(([, size]) => seconds > 0 && seconds % size === 0);
    const [name, size] = unit ?? ["second", 1];
    return `${seconds / size} ${name}${seconds / size === 1 ? "" : "s"}` as Duration;
}

/** Reads a number of seconds: `30`. */
export function seconds(value: Value): Duration | undefined {
    const raw = value.number();
    return raw === undefined ? undefined : whole(value, raw);
}

/** Reads a duration with units: `10m`, `4d 5h`, `30.0s`. */
export function span(value: Value): Duration | undefined {
    const text = value.text();
    if (text === undefined) {
        return undefined;
    }
    const parts = text.trim().split(/\s+/);
    const amounts = parts.map((part) => /^(\d+(?:\.\d+)?)([dhms]?)$/i.exec(part));
    const sum = amounts.reduce((all, found) => all + amountOf(found), 0);
    const reason = `must be a duration such as 10m or 4d 5h (got ${value.shown}).`;
    return Number.isNaN(sum)
        ? value.reject(check.problem(value.path, "appengine/yaml-not-duration", reason))
        : whole(value, sum);
}

function amountOf(found: RegExpExecArray | null): number {
    const [name] = Object.keys(units).filter((unit) => unit.startsWith(found?.[2]?.toLowerCase() || "s"));
    return Number(found?.[1]) * units[name as keyof typeof units];
}

function whole(value: Value, amount: number): Duration | undefined {
    const reason = `must be whole seconds (got ${value.shown}).`;
    return Number.isInteger(amount)
        ? lengthOf(amount)
        : value.reject(check.problem(value.path, "appengine/yaml-not-whole-seconds", reason));
}

/** Splits a target into a service and an optional version: `beta`, `v1.beta`, `v1-dot-beta`. */
export function target(value: Value): { service?: string; version?: string } {
    const parts = value.text()?.split(/-dot-|[.:]/) ?? [];
    const [service, version] = parts.reverse();
    return { ...(service === undefined ? {} : { service }), ...(version === undefined ? {} : { version }) };
}
