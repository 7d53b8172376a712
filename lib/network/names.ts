import { nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { shortenName } from "../internal/names";

const { max, pattern, rule } = nameFormats.rows.computeResource;

/** The longest part that a name always keeps. */
const maxPart = 30;

/** Checks the key of a part of a network, which becomes the suffix of the part's name. */
export const partKey = (what: string) => check.matching(pattern, `${what} ${rule}`);

/** The {@link https://cloud.google.com/compute/docs/naming-resources name} of a part of a network: at most 63 characters. */
export function partName(name: string, part: string): string {
    return part.length > maxPart
        ? shortenName(`${name}-${part}`, max)
        : `${shortenName(name, max - 1 - part.length)}-${part}`;
}
