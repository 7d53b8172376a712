import { localCrypter } from "../../runtime/emulator/secretsKey";

/** Configuration values by key, such as `gcp:project`. */
export type Config = Record<string, unknown>;

/** Keys and indices of a value in an object or a list. */
type Path = (string | number)[];

/** An encrypted value in a stack file. */
interface Secure {
    secure: string;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const isSecure = (value: unknown): value is Secure =>
    isObject(value) && Object.keys(value).length === 1 && typeof value.secure === "string";

/** Whether a value is encrypted, or contains encrypted values. */
export const hasSecure = (value: unknown): boolean =>
    isSecure(value) || (isObject(value) && Object.values(value).some(hasSecure));

/** A merged configuration, and the paths of values that could not be read. */
interface Merged {
    config: Config;
    missing: string[];
}

/**
 * Merges a configuration with values that replace its own. Values that replace encrypted ones are encrypted as well; objects and lists
 * that contain encrypted values are merged.
 *
 * @param read decrypts a value of the shared configuration; undefined if it cannot
 */
export function merge(shared: Config, own: Config, read: (text: string) => string | undefined): Merged {
    const missing: string[] = [];
    const lacks = (path: Path) => {
        missing.push(formatPath(path));
        return undefined;
    };
    const encrypted = (text: string): Secure => ({ secure: localCrypter.encrypt(text) });

    /** Values of the local file that Pulumi encrypted have the key of local stacks. */
    const ofOwn = (value: unknown, path: Path): unknown => {
        if (isSecure(value)) {
            return localCrypter.decrypt(value.secure) === undefined ? lacks(path) : value;
        }
        return mapped(value, (item, step) => ofOwn(item, [...path, step]));
    };
    const ofShared = (value: unknown, given: unknown, path: Path): unknown => {
        // A key without a value replaces nothing.
        const replacement = given ?? undefined;
        if (isSecure(value)) {
            if (replacement !== undefined) {
                return isSecure(replacement) ? ofOwn(replacement, path) : encrypted(textOf(replacement));
            }
            const text = read(value.secure);
            return text === undefined ? lacks(path) : encrypted(text);
        }
        if (hasSecure(value) && (replacement === undefined || isObject(replacement))) {
            const both = Array.isArray(value)
                ? Object.assign([], value, replacement)
                : { ...(value as object), ...replacement };
            return mapped(both, (_, step) =>
                ofShared((value as Config)[step], (replacement as Config | undefined)?.[step], [...path, step]),
            );
        }
        return replacement === undefined ? value : ofOwn(replacement, path);
    };
    const keys = [...new Set([...Object.keys(shared), ...Object.keys(own)])];
    const entries = keys.map((key) => [key, ofShared(shared[key], own[key], [key])] as const);
    return { config: Object.fromEntries(entries.filter(([, value]) => value !== undefined)), missing };
}

/** Changes the items of an object or a list, without those that become undefined. */
function mapped(value: unknown, change: (item: unknown, step: string | number) => unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(change).filter((item) => item !== undefined);
    }
    if (!isObject(value)) {
        return value;
    }
    const entries = Object.entries(value).map(([key, item]) => [key, change(item, key)] as const);
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

/** The text that is encrypted: objects and lists as JSON. */
const textOf = (value: unknown): string =>
    isObject(value)
        ? JSON.stringify(value, (_, item) => (typeof item === "bigint" ? Number(item) : item))
        : String(value);

/** Formats a path as Pulumi's option `--path` reads it: `app:servers[0].token`. */
export const formatPath = ([key, ...steps]: Path): string =>
    steps.reduce<string>((text, step) => {
        const isName = typeof step === "string" && /^[\w-]+$/.test(step);
        return isName ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`;
    }, String(key));

/** Parses a path of Pulumi's option `--path`. */
export function parsePath(text: string): Path {
    const steps = text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g);
    return [...steps].map(([, quoted, index, name]) =>
        quoted !== undefined ? JSON.parse(`"${quoted}"`) : index !== undefined ? Number(index) : name,
    );
}

/** Sets the value of a path. */
export function withValue(owner: unknown, [step, ...steps]: Path, value: unknown): unknown {
    if (step === undefined) {
        return value;
    }
    const copy: unknown = Array.isArray(owner)
        ? [...owner]
        : isObject(owner)
          ? { ...owner }
          : typeof step === "number"
            ? []
            : {};
    (copy as Config)[step] = withValue((copy as Config)[step], steps, value);
    return copy;
}
