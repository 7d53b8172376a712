import * as check from "../internal/check";
import { fitted } from "../internal/names";

/** Checks by what a part of a network is told: it stands behind the network's own name. */
export const partName = (what: string) =>
    check.matching(
        /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
        `${what} must have up to 30 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen`,
    );

/** What a part of a network is called in the cloud: 63 characters at most ("Naming resources"). */
export function partOf(name: string, part: string): string {
    return `${fitted(name, 62 - part.length)}-${part}`;
}
