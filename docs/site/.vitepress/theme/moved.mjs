import addresses from "../../moved.json";

/** The present address of a page or an anchor that moved; undefined if it did not. */
export function movedTo({ pathname, hash }) {
    const page = pathname.replace(/(\.html|(?<=.)\/)$/, "");
    return addresses[`${page}${decodeURIComponent(hash)}`] ?? addresses[page];
}
