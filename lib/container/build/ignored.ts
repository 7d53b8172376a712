import { posix } from "node:path";

/** A line of a `.dockerignore`. */
interface Pattern {
    matches: RegExp;
    /** Whether it takes back what lines above it leave out. */
    isException: boolean;
}

/**
 * Whether a `.dockerignore` leaves out a file, by its path in the context (".dockerignore files"): the last line that matches it
 * or a folder above it decides. Unlike those of git, its lines begin at the top of the context.
 */
export function ignoring(text: string): (path: string) => boolean {
    const patterns = text
        .replace(/^\uFEFF/, "")
        .split(/\r?\n/)
        .flatMap(pattern);
    return (path) => {
        const parts = path.split("/");
        const above = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
        let isIgnored = false;
        for (const { matches, isException } of patterns) {
            if (isException === isIgnored && above.some((each) => matches.test(each))) {
                isIgnored = !isException;
            }
        }
        return isIgnored;
    };
}

function pattern(line: string): Pattern[] {
    const isException = line.trim().startsWith("!");
    const written = line
        .trim()
        .slice(isException ? 1 : 0)
        .trim();
    if (line.startsWith("#") || written === "") {
        return [];
    }
    const path = posix
        .normalize(written)
        .replace(/(.)\/$/, "$1")
        .replace(/^\/(.)/, "$1");
    return [{ matches: new RegExp(`^${expression(path)}$`, "s"), isException }];
}

/** `**` stands for any folders, `*` and `?` for what is no slash, `\` takes the meaning from what follows. */
function expression(path: string): string {
    return path.replaceAll(/\*\*\/?$|\*\*\/?|\*|\?|\[[^\]]*\]|\\.|[.+()|{}$^\]\\[]/gs, (part, at: number) => {
        if (part.startsWith("**")) {
            return at + part.length === path.length ? ".*" : "(.*/)?";
        }
        const wild: Record<string, string> = { "*": "[^/]*", "?": "[^/]" };
        const isClass = part.startsWith("[") && part.length > 1;
        return wild[part] ?? (isClass ? part : `\\${part.replace(/^\\(?=.)/, "")}`);
    });
}
