/** Numbers between 0 and 1 by a seed (https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32). */
export function random(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isAsset = (value) => isObject(value) && "4dabf18193072939515e22adb298388d" in value;
const isBlock = ({ type, maxItems, elem }) => type === "map" || (maxItems === 1 && elem === undefined);

const texts = [
    "WRONG_VALUE",
    "wrong value!",
    "Upper-Case",
    "a".repeat(300),
    "ab",
    "-x-",
    "1",
    "1.2.3",
    "10.0.0.1/24",
    "10.0.0.0/33",
    "8.8.8.0/24",
    "2026-02-30T00:00:00Z",
    "25:00",
    "3",
    "3.5",
    "3.s",
    "-5s",
    "{",
    "[]",
    "gcp-reserved",
    "deleted:user:a@b.c",
    "a/b/c",
    "goog",
    "é".repeat(40),
    "12345678901234567890",
    "projects/p/x/y",
    "*",
    "_",
    "0",
    "true",
    "null",
    "a.b",
    "=",
    "Zm9v=",
];
const numbers = [-1, 0, 1, 2, 7, 13, 61, 1000, 65_536, 1e9, 0.5, 99.5, -0.5];

/** Every place of the inputs that has a schema: `{ holder, key, property, path }`. */
function* placesOf(holder, properties, path = "") {
    for (const [key, property] of Object.entries(properties)) {
        const value = holder[key];
        yield { holder, key, property, path: `${path}${key}` };
        if (property.fields && !isAsset(value)) {
            for (const item of [value].flat().filter(isObject)) {
                yield* placesOf(item, property.fields, `${path}${key}.`);
            }
        }
    }
}

/**
 * Changes one place of a copy of the inputs.
 *
 * @returns the inputs, the path and what was changed; undefined if nothing could be
 */
export function mutated(inputs, properties, next) {
    const copy = structuredClone(inputs);
    const all = [...placesOf(copy, properties)].filter(({ property }) => property.required || property.optional);
    const given = all.filter(({ holder, key }) => holder[key] !== undefined && !isAsset(holder[key]));
    const pick = (items) => items[Math.floor(next() * items.length)];
    const place = pick(next() < 0.55 && given.length > 0 ? given : all);
    if (!place || isAsset(place.holder[place.key])) {
        return undefined;
    }
    const { holder, key, property, path } = place;
    const is = holder[key];
    const [how, value] = pick(is === undefined ? additions(property, pick, next) : changes(is, property, pick));
    if (value === undefined) {
        delete holder[key];
    } else {
        holder[key] = value;
    }
    return { inputs: copy, path, how };
}

/** Values for a property that is not there: mostly plausible ones, which are in conflict with others. */
function additions(property, pick, next) {
    return [
        ["added", plausible(property, pick, next)],
        ...changes(plausible(property, pick, next), property, pick).slice(1),
    ];
}

function plausible(property, pick, next, depth = 0) {
    const { type, elem, fields, enum: listed, maxItems } = property;
    const scalar = (kind) =>
        listed
            ? pick(listed)
            : ({ string: pick(["a", "example", "10.0.0.0/28", "3600s"]), boolean: next() < 0.5, integer: 1, number: 1 }[
                  kind
              ] ?? "a");
    const block = () =>
        Object.fromEntries(
            Object.entries(fields ?? {})
                .filter(([, one]) => one.required || (one.optional && depth < 2 && next() < 0.2))
                .map(([name, one]) => [name, plausible(one, pick, next, depth + 1)]),
        );
    if (type === "map") {
        return { key: scalar(elem) };
    }
    if (type === "list" || type === "set") {
        const item = fields ? block() : scalar(elem);
        return maxItems === 1 ? item : [item];
    }
    return scalar(type);
}

function changes(value, property, pick) {
    const { type, elem, maxItems } = property;
    const found = [["removed", undefined]];
    if (Array.isArray(value)) {
        const [item = "a"] = value;
        found.push(["no items", []]);
        found.push(["too many items", Array.from({ length: (maxItems ?? 3) + 1 }, () => structuredClone(item))]);
        if (!isObject(item)) {
            found.push(...scalars(elem, pick).map(([how, one]) => [how, [one, ...value.slice(1)]]));
        }
    } else if (isObject(value)) {
        found.push(isBlock(property) && type !== "map" ? ["empty block", {}] : ["no entries", {}]);
        if (type === "map") {
            found.push(
                ["a wrong key", { ...value, "Wrong Key!": "a" }],
                ["another key", { ...value, "X-Google-a": "a", AIRFLOW_HOME: "a" }],
            );
        }
    } else {
        found.push(...scalars(elem ?? type, pick));
    }
    found.push(["unknown", unknown]);
    return found;
}

function scalars(kind, pick) {
    switch (kind) {
        case "boolean":
            return [
                ["true", true],
                ["false", false],
            ];
        case "integer":
        case "number":
            return [
                ["a number", pick(numbers)],
                ["another number", pick(numbers)],
            ];
        default:
            return [
                ["empty text", ""],
                ["a text", pick(texts)],
                ["another text", pick(texts)],
            ];
    }
}
