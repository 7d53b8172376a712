import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { contentsOf, type Section } from "./contents";
import { localPages } from "./localPages";
import { repository } from "./repository";

const read = (file: string) => readFileSync(join(repository, file), "utf8");

/** The pages of a folder of the repository, which its README lists. */
function pagesOf(folder: string, ...parts: string[]): string[] {
    const files = ["", ...parts].flatMap((part) =>
        readdirSync(join(repository, folder, part)).map((file) => posix.join(part, file)),
    );
    const pages = files.filter((file) => file.endsWith(".md"));
    const unlisted = pages.filter(
        (file) => file !== "README.md" && !read(`${folder}/README.md`).includes(`](${file})`),
    );
    if (unlisted.length > 0) {
        throw new Error(`${folder}/README.md does not list ${unlisted.join(", ")}`);
    }
    return pages.map((file) => `${folder}/${file}`);
}

/**
 * The pages of the website by the file in the repository that each comes from. The pages of `docs` keep their paths, so that they link to
 * each other on GitHub and on the website alike.
 */
function sitePages(): Map<string, string> {
    const own = [...pagesOf("docs", "guides", "local"), ...pagesOf("docs/development", "decisions")];
    const starters = readdirSync(join(repository, "examples"));
    return new Map([
        ...own.map((file): [string, string] => [file, file.slice("docs/".length).replace(/README\.md$/, "index.md")]),
        ...starters.map((name): [string, string] => [`examples/${name}/README.md`, `starters/${name}.md`]),
        ["docs/README.md", "overview.md"],
        ["docs/site/index.md", "index.md"],
        ...localPages(repository).map((file): [string, string] => [file, localPage(file)]),
        ["judges/oracles/README.md", "judges.md"],
        ["README.md", "readme.md"],
        [".github/CONTRIBUTING.md", "contributing.md"],
        ["CHANGELOG.md", "changelog.md"],
    ]);
}

/** The page of the website for one of the local Google Cloud: `local/services/pubsub.md` for a service. */
function localPage(file: string): string {
    return file === "local/README.md"
        ? "local-google-cloud-reference.md"
        : file
              .replace(/^docs\//, "")
              .replace(/^local\/simulator\//, "local/")
              .replace(/\/README\.md$/, ".md");
}

/** Writes what the generator of the website reads to a folder: pages, pictures, the list of pages and the addresses that moved. */
export function stageSite(folder: string): void {
    const pages = sitePages();
    rmSync(folder, { recursive: true, force: true });
    const write = (file: string, text: string) => {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
    };
    for (const [source, page] of pages) {
        write(page, linked(read(source), source, page, pages));
    }
    for (const [page, text] of movedPages(moved(), pages.values())) {
        write(page, text);
    }
    const contents = [
        ...contentsOf(read("docs/README.md")).map(withServices),
        ...contentsOf(read("docs/development/README.md"), "development/"),
    ];
    write("contents.json", JSON.stringify(sidebar(contents)));
    cpSync(join(repository, "docs", "pictures"), join(folder, "public", "pictures"), { recursive: true });
    cpSync(join(repository, "docs", "site", "public"), join(folder, "public"), { recursive: true });
}

/** The section of the local Google Cloud also has the pages of its services, which are next to their code. */
function withServices(section: Section): Section {
    if (section.title !== "Local Google Cloud") {
        return section;
    }
    const services = localPages(repository).filter((file) => file.startsWith("local/simulator/services/"));
    const pages = services.map((file) => ({
        title: /^# (.+)$/m.exec(read(file))?.[1] ?? file,
        file: localPage(file),
        description: "",
    }));
    return { ...section, groups: [...section.groups, { title: "Services", pages, groups: [] }] };
}

/** The present addresses by those that moved: of pages, and of anchors of pages. */
const moved = (): Record<string, string> => JSON.parse(read("docs/site/moved.json"));

const addressOf = (page: string) => `/${page.replace(/(index)?\.md$/, "")}`;

/**
 * The pages that the website no longer has. `theme/moved.mjs` leads from them, and from the anchors that moved, to the present addresses; a
 * browser without scripts follows the page.
 */
export function movedPages(addresses: Record<string, string>, pages: Iterable<string>): [page: string, text: string][] {
    const existing = new Set([...pages].map(addressOf));
    for (const [from, to] of Object.entries(addresses)) {
        const [page = "", anchor] = from.split("#");
        if (!existing.has(to.replace(/#.*/, ""))) {
            throw new Error(`docs/site/moved.json: ${from} leads to ${to}, which is not a page`);
        }
        if (anchor === undefined ? existing.has(page) : !existing.has(page) && !(page in addresses)) {
            throw new Error(
                `docs/site/moved.json: ${from} ${anchor === undefined ? "is a page" : "has no row for its page"}`,
            );
        }
    }
    const gone = Object.entries(addresses).filter(([from]) => !from.includes("#"));
    return gone.map(([from, to]) => {
        const head = [
            ["noscript", {}, `<meta http-equiv="refresh" content="0; url=${to}">`],
            ["meta", { name: "robots", content: "noindex" }],
        ];
        const text = `# Moved\n\nThis page is now [${to}](${to}).\n`;
        return [`${from.slice(1)}.md`, `---\nsearch: false\nhead: ${JSON.stringify(head)}\n---\n\n${text}`];
    });
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
