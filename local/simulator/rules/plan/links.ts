/**
 * How the provider compares references to resources: `google-beta/tpgresource/self_link_helpers.go` and `common_diff_suppress.go`. `found` is
 * in the form of the API, which is a link; `wanted` is what the program says.
 */

const after = (marker: string) => (link: string) => {
    const start = link.indexOf(marker);
    return start < 0 ? undefined : link.slice(start);
};

const fromProject = after("projects/");
const fromRegion = after("regions/");

export const nameIn = (link: string): string => link.split("/").at(-1) as string;

export function isSamePath(found: string, wanted: string): boolean {
    const path = fromProject(found);
    return path !== undefined && path === fromProject(wanted);
}

export function isSameInRegion(found: string, wanted: string): boolean {
    const path = fromRegion(found);
    return path !== undefined && path === fromRegion(wanted);
}

export const isSamePathOrName = (found: string, wanted: string): boolean =>
    (!wanted.includes("/") && nameIn(found) === wanted) || isSamePath(found, wanted);

/** The same path in a project of which one link has the number. */
function isSameWithNumber(one: string | undefined, withNumber: string | undefined): boolean {
    return (
        one !== undefined &&
        withNumber !== undefined &&
        one.replaceAll(/projects\/[^/]+/g, "projects/-") === withNumber.replaceAll(/projects\/\d+/g, "projects/-")
    );
}

/** The API answers with the number of the project. */
export const isSameButProjectNumber = (found: string, wanted: string): boolean => isSameWithNumber(wanted, found);

export function isSamePathOrProjectNumber(found: string, wanted: string): boolean {
    return isSamePath(found, wanted) || isSameWithNumber(fromProject(found), fromProject(wanted));
}

export function isSameLink(found: string, wanted: string): boolean {
    const canonical = (link: string) =>
        link &&
        `/${link.replace(/^https?:\/\/[a-z0-9.-]*\/compute\/(v1|beta)\//i, "")}`
            .replaceAll(/\/+/g, "/")
            .replace(/\/$/, "")
            .toLowerCase();
    return canonical(found) === canonical(wanted);
}

/** Two revisions of a template, if both links name one. */
export function isSameTemplate(found: string, wanted: string): boolean {
    const [[path = "", id], [otherPath = "", otherId]] = [found, wanted].map((link) => link.split("?uniqueId=")) as [
        string[],
        string[],
    ];
    return (!id || !otherId || id === otherId) && isSamePath(path, otherPath);
}

/** A reserved address is named in place of the address. */
export function isSameAddress(found: string, wanted: string): boolean {
    const isAddress = (text: string) => /^[\d.]+$|^[\da-f]*:[\da-f:.]*$/i.test(text);
    const [[address = "", mask], [other = "", otherMask]] = [found, wanted].map((text) =>
        isAddress(text.split("/")[0] as string) ? text.split("/") : [text],
    ) as [string[], string[]];
    return (
        isAddress(address) &&
        (!isAddress(other) || address.toLowerCase() === other.toLowerCase()) &&
        (mask === undefined || otherMask === undefined || mask === otherMask)
    );
}
