import { closest, distance } from "fastest-levenshtein";
import { packageFile } from "../sources/packageFile";
import { yaml } from "./yaml";

/** A name without capitals and separators: `kms_key` and `kmsKey` are the same. */
export const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** What each name elsewhere can mean here, in the order of the table; filled by the first error. */
const meanings = new Map<string, string[]>();

/** What a name elsewhere can mean here: options, and paths of options. */
export function meaningsOf(name: string): string[] {
    if (meanings.size === 0) {
        const names: Record<string, string> = yaml().parse(packageFile("docs", "equivalents", "names.yaml"));
        for (const [here, elsewhere] of Object.entries(names)) {
            for (const each of new Set(elsewhere.split(" ").map(plain))) {
                meanings.set(each, [...(meanings.get(each) ?? []), ...here.split(" ")]);
            }
        }
    }
    return meanings.get(plain(name)) ?? [];
}

/** Units at the end of a name: `timeoutSeconds`. */
const unit = /(?<=.)(seconds|secs|sec|minutes|hours|days|ms|milliseconds|gb|gib|mb|mib)$/;

/** A name, then the same without its unit. */
const withoutUnit = (name: string): string[] => [...new Set([plain(name), plain(name).replace(unit, "")])];

/** What Terraform's attributes and the variables of modules add to the name of an option. */
const affixes = /^(enable|use|custom)(?=.{3})|(enabled|configs?|configuration|policy|policies|settings|options|spec)$/g;

/** Whether an option is meant by a name that has more or fewer words than it, or a unit: `enableCdn` and `cdn`. */
export const isSameButForm = (name: string, option: string) =>
    withoutUnit(name).some((each) => root(each) === root(plain(option)));

const root = (name: string) => name.replaceAll(affixes, "").replace(/s$/, "");

/** The option that is meant by another name, if any: one that is spelled nearly like it, or that is called so elsewhere. */
export function meant(name: string, known: string[], isKnown = (path: string) => known.includes(first(path))) {
    const bare = withoutUnit(name);
    const same = (text: string) => known.find((option) => plain(option) === text);
    const called = (text: string) => meaningsOf(text).find(isKnown);
    for (const text of bare) {
        const found = same(text) ?? called(text);
        if (found !== undefined) {
            return found;
        }
    }
    return (
        known.find((option) => plain(name).length > 3 && plain(option).replace(unit, "") === bare.at(-1)) ??
        known.find((option) => plain(name).length > 3 && isSameButForm(name, option)) ??
        known.find((option) => /.[A-Z]/.test(option) && plain(name).startsWith(plain(option)))
    );
}

const first = (path: string) => path.split(".")[0] as string;

/**
 * The option that a typing error was made in, if any: a quarter of the letters, at most two, or letters in another order; or the start of a
 * name: its first words, or two thirds of it. A word that has a meaning elsewhere is no typing error: `users` is not `uses`.
 */
export function misspelled(name: string, known: string[]): string | undefined {
    if (known.length === 0 || words.has(plain(name)) || meaningsOf(name).length > 0) {
        return undefined;
    }
    const nearest = closest(name, known);
    const isNear = distance(name.toLowerCase(), nearest.toLowerCase()) <= Math.min(2, Math.floor(name.length / 4));
    const isTurned = letters(name) === letters(nearest);
    return isNear || isTurned ? nearest : known.find((option) => option.startsWith(name) && isStart(name, option));
}

/** Whether a name is the first words of an option that starts with it, or most of its letters. */
const isStart = (name: string, option: string) =>
    name.length > 2 && (/^[A-Z]/.test(option.slice(name.length)) || name.length * 3 >= option.length * 2);

const letters = (name: string) => [...plain(name)].sort().join("");

/** Words that are spelled like an option of another meaning. */
const words = new Set(["data", "iam", "ipv4", "private", "streaming", "users"]);
