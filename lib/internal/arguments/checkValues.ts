import { closest } from "fastest-levenshtein";
import type { Limit } from "../../facts/limits/limit";
import type { NameFormat } from "../../facts/names";
import * as v from "../bundled/valibot";
import type { AnyCheck, Check, Step } from "./checkType";

/** What a check consists of. */
export interface Parts {
    /** The checks of an object's options. */
    options?: Record<string, AnyCheck>;
    /** The check of the items of a list, or of the values of a record. */
    item?: AnyCheck;
    /** The checks of which a value meets one. */
    alternatives?: AnyCheck[] | (() => AnyCheck[]);
}

const partsByCheck = new WeakMap<AnyCheck, Parts>();

export const partsOf = (check: AnyCheck): Parts | undefined => partsByCheck.get(check);

/** Notes what a check consists of, for errors that name where an option is. */
export function consistsOf<Noted extends AnyCheck>(check: Noted, parts: Parts): Noted {
    partsByCheck.set(check, parts);
    return check;
}

/** Notes that a check consists of the same as another check. */
export function consistsOfSame<Noted extends AnyCheck>(check: Noted, other: AnyCheck): Noted {
    const parts = partsOf(other);
    return parts ? consistsOf(check, parts) : check;
}

/** Checks a string. */
export function text(): Check<string> {
    return v.string("must be a string");
}

/** A text in which a function finds no problem. The problem is what follows the path in the message: `must be an existing file`. */
export function validText(problemOf: (text: string) => string | undefined): Check<string> {
    return v.pipe(
        text(),
        v.check(
            (value) => problemOf(value) === undefined,
            ({ input }) => String(problemOf(input)),
        ),
    );
}

/**
 * Checks a boolean.
 *
 * @param other what is accepted in its place, in the error
 */
export function flag(other?: string): Check<boolean> {
    return v.boolean(other === undefined ? "must be true or false" : `must be true, false or ${other}`);
}

/** Checks an enum. */
export function oneOf<Value extends string>(...values: Value[]): Check<Value> {
    return v.picklist(values, `must be one of ${values.join(", ")}`);
}

/** Marks the issues of {@link listed} among all issues of valibot. */
export const listedValue = "a value that this release lists";
const updateHint = "If Google Cloud added it since, update slipway or set allowUnlisted: true.";

/**
 * A value from a list of facts. An unlisted value is refused, unless its component has `allowUnlisted`: then one of the right
 * form passes with a warning, since a library that is not updated must not stop a deployment.
 *
 * @param form the form of all values of the list, also of future ones
 */
export function listed<Value extends string>(
    isListed: (value: string) => boolean,
    form: RegExp,
    wording: string,
): Check<Value> {
    const unlisted = () => ({ expected: listedValue, message: `${wording}\n${updateHint}` });
    return ofList(isListed, unlisted, form, wording) as AnyCheck;
}

/** Checks a string of a list; an unlisted one of the right form has an issue of its own. */
function ofList(
    isListed: (value: string) => boolean,
    unlisted: (value: string) => { expected: string; message: string },
    form: RegExp,
    wording: string,
): Check<string> {
    return v.pipe(
        text(),
        v.rawCheck(({ dataset, addIssue }) => {
            if (dataset.typed && !isListed(dataset.value)) {
                addIssue(form.test(dataset.value) ? unlisted(dataset.value) : { message: wording });
            }
        }),
    );
}

/** Marks the issues of {@link known} among all issues of valibot. */
export const unknownValue = "a value that this release knows";

/**
 * A value that Google Cloud may have added since this release: one of the right form that is not in the list passes with a
 * warning that names the nearest one.
 *
 * @param hint refuses it instead, unless `allowUnlisted` is set, and describes how to set it
 */
export function known(what: string, values: string[], form: RegExp, wording: string, hint?: string): Check<string> {
    const unlisted = (value: string) => {
        const message = `is not a ${what} that this release of slipway lists; the nearest is ${closest(value, values)}`;
        return hint === undefined
            ? { expected: unknownValue, message }
            : { expected: listedValue, message: `${message}\nIf Google Cloud added it since, ${hint}` };
    };
    return ofList((value) => values.includes(value), unlisted, form, wording);
}

/** Marks the issues of {@link safe} among all issues of valibot. */
export const safeValue = "a value that policy accepts";

/** How to accept what policy refuses. */
export const insecureHint = "To accept it nevertheless, set insecure: true.";

/**
 * A condition of policy, not of Google Cloud, which components with `insecure` accept with a warning; for `pipe`.
 *
 * @param hint how to meet it
 */
export function safe<Value>(isSafe: (value: Value) => boolean, wording: string, hint = ""): Step<Value> {
    return v.rawCheck<Value>(({ dataset, addIssue }) => {
        if (dataset.typed && !isSafe(dataset.value)) {
            addIssue({ expected: safeValue, message: `${wording}\n${`${hint} ${insecureHint}`.trim()}` });
        }
    });
}

/** A number, string or boolean that no list covers: refused, or passed with a warning under `allowUnlisted`. */
export function unlisted<Value>(wording: string): Check<Value> {
    return v.pipe(
        v.custom((value) => ["string", "number", "boolean"].includes(typeof value), wording),
        v.rawCheck(({ addIssue }) => addIssue({ expected: listedValue, message: `${wording}\n${updateHint}` })),
    );
}

/** Checks a string against a pattern. */
export function matching<Value extends string = string>(pattern: RegExp, wording: string): Check<Value> {
    // The wording of a whole rule also says what another type must be.
    const isRule = wording.startsWith("must be ");
    return v.pipe(isRule ? v.string(wording) : text(), v.regex(pattern, wording)) as AnyCheck;
}

/** Checks a name of a resource type; a row of `nameFormats`. */
export function nameOf({ pattern, rule }: NameFormat): Check<string> {
    return matching(pattern, rule);
}

/** Checks an integer within bounds. */
export function whole(min: number, max: number, unit = ""): Check<number> {
    const wording = `must be a whole number from ${min} to ${max}${unit && ` ${unit}`}`;
    const isWithin = (value: number) => Number.isInteger(value) && value >= min && value <= max;
    return v.pipe(v.number(wording), v.check(isWithin, wording));
}

/** Checks a percentage. */
export function percentage(): Check<number> {
    const isPercentage = (value: unknown) => typeof value === "number" && value >= 0 && value <= 100;
    return v.custom(isPercentage, "must be a percentage, from 0 to 100");
}

/** Checks an integer within a limit of Google Cloud. */
export function limit({ min = 0, max, unit }: Limit & { max: number }): Check<number> {
    return whole(min, max, unit);
}

/**
 * Checks that a text is not longer than Google Cloud allows; for `pipe`.
 *
 * @param what the subject of the message; by default, the argument
 */
export function longest(max: number, unit: "characters" | "bytes" = "characters", what = ""): Step<string> {
    const lengthOf = (text: string) => (unit === "bytes" ? Buffer.byteLength(text) : [...text].length);
    return v.check<string, string>(
        (text) => lengthOf(text) <= max,
        `${what && `${what} `}must have ${max} ${unit} at most`,
    );
}

/** Checks that a list or an object has no more items than Google Cloud allows; for `pipe`. */
export function atMost({ max, unit }: Limit & { max: number }): Step<object> {
    const isWithin = (items: object) => Object.keys(items).length <= max;
    return v.check(isWithin, `there can be ${max} ${unit} at most`);
}
