/** A value's properties by name. */
export type Values = Record<string, unknown>;

export const isObject = (value: unknown): value is Values =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** False, zero and what is empty: what the provider does not tell from a missing argument. */
export const isZero = (value: unknown): boolean =>
    value === undefined ||
    value === null ||
    value === false ||
    value === 0 ||
    value === "" ||
    (typeof value === "object" && Object.values(value).every(isZero));

/** A text as it is compared: with single spaces and none around brackets and commas, and JSON without its layout and without null. */
export function plainText(value: unknown): string {
    const text = String(value)
        .trim()
        .replaceAll(/\s+/g, " ")
        .replaceAll(/ ?([()[\],]) ?/g, "$1");
    if (!/^[[{]/.test(text)) {
        return text;
    }
    try {
        return JSON.stringify(sorted(JSON.parse(text)));
    } catch {
        return text;
    }
}

function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    if (!isObject(value)) {
        return value;
    }
    const all = Object.entries(value).filter(([, item]) => item !== null);
    const entries = all.sort(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
