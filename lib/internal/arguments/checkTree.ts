import type { AnyCheck } from "./checkType";
import { type Parts, partsOf } from "./checkValues";

/** A check and the checks of its alternatives, down to objects, lists and records. */
export function alternativesOf(check: AnyCheck): Parts[] {
    const parts = partsOf(check);
    if (!parts?.alternatives) {
        return parts ? [parts] : [];
    }
    const { alternatives } = parts;
    const all = Array.isArray(alternatives) ? alternatives : alternatives();
    parts.alternatives = all;
    return all.flatMap(alternativesOf);
}

/** The options of an object, or of all of its alternatives, with their checks. */
export function optionsOf(check: AnyCheck): [option: string, check: AnyCheck][] {
    return alternativesOf(check).flatMap(({ options = {} }) => Object.entries(options));
}

const itemsOf = (check: AnyCheck): AnyCheck[] => alternativesOf(check).flatMap(({ item }) => item ?? []);

/** Whether an option is at a path such as `scaling.max` or `routes.<name>.cdn`. Of what cannot be read, it is assumed. */
export function isOption(check: AnyCheck, [first, ...others]: string[]): boolean {
    if (first === undefined || alternativesOf(check).length === 0) {
        return true;
    }
    return first === "<name>"
        ? itemsOf(check).some((item) => isOption(item, others))
        : optionsOf(check).some(([option, below]) => option === first && isOption(below, others));
}

/** More levels than an option that someone looks for at the top has. */
const maxLevels = 4;

/** Arguments of the provider's own resources, options of all components, and names that a database gives. */
const left = new Set(["transform", "uses", "alerts", "flags"]);

/** The paths of the options with such a name below an object, of the lowest number of levels at which there are any. */
export function pathsBelow(check: AnyCheck, isWanted: (option: string) => boolean): string[] {
    let level: [path: string, check: AnyCheck][] = [["", check]];
    for (let depth = 0; depth < maxLevels && level.length > 0; depth++) {
        const next = level.flatMap(([path, above]) =>
            [above, ...itemsOf(above)].flatMap((each, index) =>
                optionsOf(each)
                    .filter(([option]) => !left.has(option))
                    .map(([option, below]): [string, AnyCheck] => {
                        const place = index === 0 ? path : `${path}.<name>`;
                        return [place ? `${place}.${option}` : option, below];
                    }),
            ),
        );
        const found = next.filter(([path]) => isWanted(path.slice(path.lastIndexOf(".") + 1)));
        if (depth > 0 && found.length > 0) {
            return [...new Set(found.map(([path]) => path))];
        }
        level = next;
    }
    return [];
}
