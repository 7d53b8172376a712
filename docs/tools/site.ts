import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { contentsOf, type Section } from "./contents";
import { repository } from "./repository";

/**
 * The pages of the website by the file in the repository that each comes from. The pages of `docs` keep their paths, so that they link to
 * each other on GitHub and on the website alike.
 */
function sitePages(contents: string): Map<string, string> {
    const guides = readdirSync(join(repository, "docs", "guides")).map((file) => `guides/${file}`);
    const own = [...readdirSync(join(repository, "docs")).filter((file) => file.endsWith(".md")), ...guides];
    const unlisted = own.filter((file) => file !== "README.md" && !contents.includes(`](${file})`));
    if (unlisted.length > 0) {
        throw new Error(`docs/README.md does not list ${unlisted.join(", ")}`);
    }
    const starters = readdirSync(join(repository, "examples"));
    return new Map([
        ...own.map((file): [string, string] => [`docs/${file}`, file === "README.md" ? "overview.md" : file]),
        ...starters.map((name): [string, string] => [`examples/${name}/README.md`, `starters/${name}.md`]),
        ["docs/site/index.md", "index.md"],
        ["local/README.md", "local-google-cloud-reference.md"],
        ["test/oracles/README.md", "judges.md"],
        ["README.md", "readme.md"],
        ["CONTRIBUTING.md", "contributing.md"],
        ["CHANGELOG.md", "changelog.md"],
    ]);
}

/** Writes what the generator of the website reads to a folder: pages, pictures and the list of pages. */
export function stageSite(folder: string): void {
    const readme = readFileSync(join(repository, "docs", "README.md"), "utf8");
    const pages = sitePages(readme);
    rmSync(folder, { recursive: true, force: true });
    const write = (file: string, text: string) => {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
    };
    for (const [source, page] of pages) {
        write(page, linked(readFileSync(join(repository, source), "utf8"), source, page, pages));
    }
    write("contents.json", JSON.stringify(sidebar(contentsOf(readme))));
    cpSync(join(repository, "docs", "pictures"), join(folder, "public", "pictures"), { recursive: true });
    cpSync(join(repository, "docs", "site", "public"), join(folder, "public"), { recursive: true });
}

interface SidebarItem {
    text: string;
    link?: string;
    items?: SidebarItem[];
    collapsed?: boolean;
}

/** The list of pages as VitePress takes it. */
function sidebar(sections: Section[]): SidebarItem[] {
    const links = ({ pages }: Section) =>
        pages.map(({ title, file }) => ({ text: title.replaceAll("`", ""), link: `/${file.replace(/\.md$/, "")}` }));
    return sections.map((section) => ({
        text: section.title,
        collapsed: false,
        items: [
            ...links(section),
            ...section.groups.map((group) => ({ text: group.title, collapsed: true, items: links(group) })),
        ],
    }));
}

/**
 * The text of a page in which links lead to pages of the website, and pictures are where it serves them. Other files of the repository are
 * not on it: their names remain, without a link.
 */
export function linked(text: string, source: string, page: string, pages: Map<string, string>): string {
    const link = (label: string, target: string) => {
        const [path = "", anchor] = target.split("#");
        const file = posix.normalize(posix.join(posix.dirname(source), path)).replace(/\/$/, "");
        const found = pages.get(file) ?? pages.get(`${file}/README.md`);
        if (file.startsWith("docs/pictures/")) {
            return `[${label}](${file.slice("docs".length)})`;
        }
        if (found === undefined && !existsSync(join(repository, file))) {
            throw new Error(`${source} links to ${target}, which does not exist`);
        }
        return found === undefined
            ? unlinked(label, file)
            : `[${label}](${relativeTo(page, found)}${anchor === undefined ? "" : `#${anchor}`})`;
    };
    // An inline code, or a link, whose label can contain code.
    const linkOrCode =
        /\[((?:[^[\]]|\[[^\]]*\])*)\]\((?!https?:|#|mailto:|\/)([^)\s]+)\)|(?<!`)(`+)(?!`).*?(?<!`)\3(?!`)/gs;
    return outsideCode(text, (part) =>
        part.replaceAll(linkOrCode, (match, label, target) => (target === undefined ? match : link(label, target))),
    );
}

/** A file of the repository that the website does not have. */
function unlinked(label: string, file: string): string {
    const isName = label.replaceAll("`", "").replace(/\/$/, "") === file;
    const kind = statSync(join(repository, file)).isDirectory() ? "folder" : "file";
    return isName ? label : `<span class="source" title="${kind} ${file}">${label}</span>`;
}

function relativeTo(page: string, other: string): string {
    const path = posix.relative(posix.dirname(page), other);
    return path.startsWith(".") ? path : `./${path}`;
}

/** Changes what is not in a block of code. */
function outsideCode(text: string, change: (part: string) => string): string {
    return text
        .split(/^( *```[\s\S]*?^ *```)$/m)
        .map((part, index) => (index % 2 === 0 ? change(part) : part))
        .join("");
}

if (require.main === module) {
    stageSite(process.argv[2] as string);
}
