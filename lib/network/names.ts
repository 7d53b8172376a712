import { hyphenated, nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { shortenName } from "../internal/names";

const part = hyphenated(30);

/** Checks the key of a part of a network, which becomes the suffix of the part's name. */
export const partKey = (what: string) => check.matching(part.pattern, `${what} ${part.rule}`);

/** The {@link https://cloud.google.com/compute/docs/naming-resources name} of a part of a network: at most 63 characters. */
export function partName(name: string, part: string): string {
    return `${shortenName(name, nameFormats.rows.computeResource.max - 1 - part.length)}-${part}`;
}
