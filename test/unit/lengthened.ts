import * as pulumi from "@pulumi/pulumi";

/**
 * The maximum length of names, titles and descriptions, by the end of the resource's type and property. The whole type and property is `unlimited`
 * if it is an ID of the tests' mocks, or a text of the user that the component checks, or for which no page has a limit.
 */
export type LongestNames = Record<string, number | "unlimited">;

/** Lengths at which names end: the limits of Google Cloud, some without a suffix. */
const lengths = [
    1100, 1024, 512, 500, 300, 255, 248, 222, 128, 100, 98, 93, 80, 64, 63, 58, 56, 49, 46, 40, 33, 32, 30, 25, 20,
];

const filler = (length: number) => "x".repeat(Math.max(0, length));

/** A name that begins with another one, has this length and consists of characters that every format of names accepts. */
const withLength = (name: string, length: number) =>
    `${name}${filler(Math.min(4, length - name.length))}${filler(length - name.length - 4)}`;

/**
 * A module whose components get the longest name that they accept, and the longest key of each record whose keys they do not know: routes,
 * tables, jobs.
 *
 * @param fixed the keys by which the program refers to something
 */
export function lengthening<Module extends object>(module: Module, fixed: string[]): Module {
    return new Proxy(module, {
        get: (target, key) => {
            const value = Reflect.get(target, key);
            const isComponent = typeof value === "function" && value.prototype instanceof pulumi.ComponentResource;
            return isComponent ? lengthened(value, fixed) : value;
        },
    });
}

function lengthened(component: object, fixed: string[]): object {
    return new Proxy(component, {
        construct: (target, [name, args, ...options]: [string, object, ...unknown[]]) => {
            const make = (one: string, its: unknown) =>
                Reflect.construct(target as never, [one, its, ...options]) as object;
            const problems = (its: object) => problemsOf(() => make(name, { ...its, unknownArgument: 1 }));
            const own = isPlain(args) ? problems(args) : "";
            const keys = isPlain(args) ? longestKeys(args, fixed, (its) => problems(its) === own) : [];
            const names = fixed.includes(name) ? [] : lengths.filter((length) => length > name.length);
            for (;;) {
                const its = keys.reduce<unknown>((result, { path, longest }) => renamed(result, path, longest), args);
                for (const length of [...names, name.length]) {
                    const made = attempt(() => make(withLength(name, length), its));
                    if (made) {
                        return made;
                    }
                }
                // What is checked only if all arguments are valid.
                if (!keys.shift()) {
                    return make(name, args);
                }
            }
        },
    });
}

function attempt(make: () => object): object | undefined {
    try {
        return make();
    } catch (error) {
        if (pulumi.RunError.isInstance(error)) {
            return undefined;
        }
        throw error;
    }
}

/** The refusal, without the lines of code that it names. */
function problemsOf(make: () => object): string {
    try {
        make();
    } catch (error) {
        return String((error as Error).message).split(/\n(?= {4}at )/)[0] as string;
    }
    throw new Error("An unknown argument was accepted.");
}

/** The keys that can be longer, with the greatest length. */
function longestKeys(
    args: object,
    fixed: string[],
    accepts: (args: object) => boolean,
): { path: string[]; longest: number }[] {
    return keysOf(args).flatMap((path) => {
        const key = path.at(-1) as string;
        const found = (length: number) => accepts(renamed(args, path, length) as object);
        if (fixed.includes(key) || !found(key.length + 1)) {
            return [];
        }
        const longest = longestOf(lengths.filter((length) => length > key.length).reverse(), found);
        return longest === undefined ? [] : [{ path, longest }];
    });
}

/** The greatest of ascending lengths that is accepted, as all up to it are. */
function longestOf(ascending: number[], accepts: (length: number) => boolean): number | undefined {
    let [low, high] = [0, ascending.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        [low, high] = accepts(ascending[middle] as number) ? [middle + 1, high] : [low, middle];
    }
    return ascending[low - 1];
}

/** The paths of all keys, the innermost first, whose own paths then stay the same. */
function keysOf(value: unknown, path: string[] = []): string[][] {
    return isPlain(value)
        ? Object.entries(value).flatMap(([key, inner]) => [...keysOf(inner, [...path, key]), [...path, key]])
        : [];
}

/** The same object with a longer key at a path. */
function renamed(value: unknown, [key, ...rest]: string[], length: number): unknown {
    return Object.fromEntries(
        Object.entries(value as object).map(([name, inner]) =>
            name !== key
                ? [name, inner]
                : rest.length > 0
                  ? [name, renamed(inner, rest, length)]
                  : [length > name.length ? withLength(name, length) : name, inner],
        ),
    );
}

/** Whether a value has arguments, and is not a resource that exists already. */
const isPlain = (value: unknown): value is object =>
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !("existing" in value);
