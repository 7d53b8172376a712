import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..", "..");

/** The workflows of this repository, and each text from which users can copy one: pages, starters, and code that could write one. */
function texts(): [file: string, text: string][] {
    const files = [".github", "docs", "examples", "lib", "local", "packages"].flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
    );
    return ["README.md", ".github/CONTRIBUTING.md", ...files]
        .filter((file) => /\.(md|ts|ya?ml)$/.test(file) && !/(^|[\\/])(node_modules|dist|\.slipway)[\\/]/.test(file))
        .map((file) => [file, readFileSync(join(root, file), "utf8")]);
}

/** The workflows of this repository, of the starters and of the code blocks of pages. */
export function workflows(): [name: string, text: string][] {
    return texts().flatMap(([file, text]) => {
        const parts = file.endsWith(".md") ? [...text.matchAll(/```ya?ml\n([\s\S]*?)```/g)] : [["", text]];
        const found = parts.map(([, part = ""]) => part).filter((part) => /^ +(- )?runs-on: /m.test(part));
        return found.map((part, index): [string, string] => [index === 0 ? file : `${file}, ${index + 1}`, part]);
    });
}

/** Each use of an action, as `owner/name@reference # comment`. */
export const uses = (): [file: string, action: string][] =>
    texts().flatMap(([file, text]) =>
        [...text.matchAll(/^[ *-]*uses: ["']?([\w.-]+\/[\w./-]+@.*)$/gm)].map(([, action = ""]): [string, string] => [
            file,
            action,
        ]),
    );
