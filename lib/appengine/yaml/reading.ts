import type { Duration } from "../../internal/duration";
import type { Carried, Value } from "./value";

/** A key that becomes an argument of another name, as it is or in another form. */
export function as(name: string, form: (value: Value) => unknown): Carried {
    return (value) => {
        const given = form(value);
        return given === undefined ? undefined : { [name]: given };
    };
}

/** What is told elsewhere. */
export const known: Carried = () => undefined;

/** The forms of values. */
export const text = (value: Value) => value.text();
export const number = (value: Value) => value.number();
export const flag = (value: Value) => value.flag();
export const texts = (value: Value) => value.list().flatMap((item) => item.text() ?? []);

/** Names with texts. */
export function record(value: Value): Record<string, string> {
    return Object.fromEntries(value.entries().map(([name, item]) => [name, item.anyText() ?? ""]));
}

const units = { day: 86_400, hour: 3600, minute: 60, second: 1 };

/** A number of seconds in the largest unit in which it is a whole one. */
export function lengthOf(seconds: number): Duration {
    const unit = Object.entries(units).find(([, size]) => seconds > 0 && seconds % size === 0);
    const [name, size] = unit ?? ["second", 1];
    return `${seconds / size} ${name}${seconds / size === 1 ? "" : "s"}` as Duration;
}

/** A length of time in a number of seconds: `30`. */
export function seconds(value: Value): Duration | undefined {
    const given = value.number();
    return given === undefined ? undefined : whole(value, given);
}

/** A length of time in units: `10m`, `4d 5h`, `30.0s`. */
export function span(value: Value): Duration | undefined {
    const text = value.text();
    if (text === undefined) {
        return undefined;
    }
    const parts = text.trim().split(/\s+/);
    const amounts = parts.map((part) => /^(\d+(?:\.\d+)?)([dhms]?)$/i.exec(part));
    const sum = amounts.reduce((all, found) => all + amountOf(found), 0);
    return Number.isNaN(sum) ? value.wrong("must be a length of time, as 10m or 4d 5h is") : whole(value, sum);
}

function amountOf(found: RegExpExecArray | null): number {
    const [name] = Object.keys(units).filter((unit) => unit.startsWith(found?.[2]?.toLowerCase() || "s"));
    return Number(found?.[1] ?? Number.NaN) * units[name as keyof typeof units];
}

function whole(value: Value, amount: number): Duration | undefined {
    return Number.isInteger(amount) ? lengthOf(amount) : value.wrong("must be whole seconds");
}
