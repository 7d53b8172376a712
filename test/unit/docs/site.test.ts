import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { movedPages, stageSite } from "../../../docs/tools/site";
import { folderOf } from "../folders";

const root = join(__dirname, "..", "..", "..");

test("the website has all pages, of which each link leads to a file of the repository", () => {
    const folder = folderOf({});
    stageSite(folder);
    const pages = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(pages).toEqual(expect.arrayContaining(["storage-bucket.md", "development/index.md", "changelog.md"]));
    const sections: { text: string; items: { text: string; link?: string; items?: { link: string }[] }[] }[] =
        JSON.parse(readFileSync(join(folder, "contents.json"), "utf8"));
    const development = sections.find(({ text }) => text === "Development")?.items ?? [];
    expect(development.map(({ link }) => link)).toContain("/development/components");
    const simulated = sections.find(({ text }) => text === "Local Google Cloud")?.items.at(-1);
    expect(simulated?.items).toContainEqual({ text: "Pub/Sub", link: "/local/services/pubsub" });
    expect(simulated?.items?.map(({ link }) => `${link.slice(1)}.md`).filter((file) => !pages.includes(file))).toEqual(
        [],
    );
    expect(readFileSync(join(folder, "contributing.md"), "utf8")).toContain("](./development/components.md)");
});

describe("an address that moved", () => {
    const pages = ["index.md", "benchmarks.md", "readme.md", "development/index.md"];

    test("of a page is a page that leads to the present one", () => {
        const [[page, text] = []] = movedPages({ "/old": "/benchmarks#here", "/readme#speed": "/development/" }, pages);
        expect(page).toBe("old.md");
        expect(text).toContain("url=/benchmarks#here");
        expect(text).toContain("search: false");
    });

    test.each([
        [{ "/old": "/new" }, "/old leads to /new, which is not a page"],
        [{ "/readme": "/benchmarks" }, "/readme is a page"],
        [{ "/old#part": "/benchmarks" }, "/old#part has no row for its page"],
    ])("%j is refused", (addresses, message) => {
        expect(() => movedPages(addresses, pages)).toThrow(message);
    });
});

/** The pages for those who change the library, with the paths that they name. */
const development = readdirSync(join(root, "docs", "development"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/development/${file}`);

test.each([".github/CONTRIBUTING.md", ...development])("the files that %s names exist", (page) => {
    const code = readFileSync(join(root, page), "utf8").matchAll(/`([^`\n]+)`/g);
    const paths = [...code].map(([, text = ""]) => text);
    const named = paths.filter((text) => /^(docs|examples|judges|lib|local|packages|test)\/[\w./*-]*$/.test(text));
    // Of a path with a star, its folder.
    const missing = named.filter((path) => !existsSync(join(root, path.replace(/[^/]*\*.*/, ""))));
    expect(missing.filter((path) => !/\bdist\b/.test(path))).toEqual([]);
});
