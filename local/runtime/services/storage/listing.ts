import type { Entry, Inputs } from "../../../simulator";
import { HttpError } from "../../emulator/http";

/** A page of a list: objects, and the prefixes that several of them share up to a delimiter. */
export interface Page {
    items: Entry[];
    prefixes: string[];
    nextPageToken?: string;
}

/** Lists objects, which are in the order of their names: https://cloud.google.com/storage/docs/json_api/v1/objects/list */
export function page(objects: Entry[], query: URLSearchParams): Page {
    if ((query.get("softDeleted") ?? "false").toLowerCase() !== "false") {
        throw new HttpError(501, "notImplemented", "The local Google Cloud does not list by 'softDeleted'.");
    }
    const prefix = query.get("prefix") ?? "";
    const delimiter = query.get("delimiter") ?? "";
    const [first, end] = [query.get("startOffset") ?? "", query.get("endOffset") ?? ""];
    const isTrailingIncluded = query.get("includeTrailingDelimiter")?.toLowerCase() === "true";
    const glob = query.get("matchGlob");
    const matchesGlob = glob === null ? undefined : globPattern(glob);
    const hasContexts = contextFilter(query.get("filter"));
    const found = new Map<string, Entry | undefined>();
    for (const object of objects) {
        const { name } = object.state as { name: string };
        const isInRange = name >= first && (end === "" || name < end);
        if (!name.startsWith(prefix) || !isInRange || matchesGlob?.test(name) === false || !hasContexts(object)) {
            continue;
        }
        const shared = delimiter === "" ? -1 : name.indexOf(delimiter, prefix.length);
        if (shared < 0) {
            found.set(`${name}#${object.state.generation}`, object);
            continue;
        }
        found.set(name.slice(0, shared + delimiter.length), undefined);
        if (isTrailingIncluded && shared + delimiter.length === name.length) {
            found.set(`${name}#${object.state.generation}`, object);
        }
    }
    const keys = [...found.keys()];
    const start = keys.indexOf(query.get("pageToken") ?? "") + 1;
    const taken = keys.slice(start, start + Number(query.get("maxResults") ?? 1000));
    return {
        items: taken.flatMap((key) => found.get(key) ?? []),
        prefixes: taken.filter((key) => !found.get(key)),
        nextPageToken: start + taken.length < keys.length ? taken.at(-1) : undefined,
    };
}

/** Parts of a glob, and the regular expressions that they stand for; `*` and `?` match no slash. */
const globs: Record<string, string> = {
    // Also no folder: `**/a` matches `a`.
    "**/": "(?:.*/)?",
    "**": ".*",
    "*": "[^/]*",
    "?": "[^/]",
    "{": "(?:",
    "}": ")",
    ",": "|",
};

/** https://cloud.google.com/storage/docs/json_api/v1/objects/list#list-objects-and-prefixes-using-glob */
function globPattern(glob: string): RegExp {
    let depth = 0;
    const parts = [...glob.matchAll(/(?<![^/{,])\*\*\/|\*\*|\[!?[^\]]+\]|\\?./gs)].map(([part]) => {
        depth += part === "{" ? 1 : part === "}" ? -1 : 0;
        if (part.length > 2 && part.startsWith("[")) {
            return part.replace("[!", "[^");
        }
        const isLiteral = part === "," && depth === 0;
        return (isLiteral ? undefined : globs[part]) ?? part.replace(/^\\/, "").replace(/[$()+.?*[\\\]^{|}]/, "\\$&");
    });
    try {
        return new RegExp(`^${parts.join("")}$`, "s");
    } catch {
        throw new HttpError(400, "invalid", `Invalid glob pattern: ${glob}`);
    }
}

/** "Filter by object contexts": https://cloud.google.com/storage/docs/listing-objects#filter-by-object-contexts */
function contextFilter(filter: string | null): (object: Entry) => boolean {
    if (filter === null) {
        return () => true;
    }
    const [, negation, key, , value] = /^(-|NOT )?contexts\."([^"]+)"(=|:)(?:"([^"]*)"|\*)$/.exec(filter.trim()) ?? [];
    if (key === undefined) {
        throw new HttpError(400, "invalid", `Invalid filter: ${filter}`);
    }
    return ({ state }) => {
        const customs: Inputs[] = (state.contexts as Inputs | undefined)?.customs ?? [];
        const matches = customs.some((custom) => custom.key === key && (value === undefined || custom.value === value));
        return matches === (negation === undefined);
    };
}
