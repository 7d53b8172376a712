import { nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { shortenName } from "../internal/names";

/** Checks the key of a part of a network, which becomes the suffix of the part's name. */
export const partKey = (what: string) =>
    check.matching(
        /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
        `${what} must have up to 30 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen`,
    );

/** The {@link https://cloud.google.com/compute/docs/naming-resources name} of a part of a network: at most 63 characters. */
export function partName(name: string, part: string): string {
    return `${shortenName(name, nameFormats.rows.computeResource.max - 1 - part.length)}-${part}`;
}
