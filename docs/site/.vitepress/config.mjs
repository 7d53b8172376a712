import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { pictures } from "./pictures.mjs";
import { plainText } from "./plainText.mjs";
import { referenceTables } from "./referenceTables.mjs";
import { searchSections } from "./searchSections.mjs";
import { slug } from "./slug.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const sidebar = JSON.parse(readFileSync(join(dist, "pages", "contents.json"), "utf8"));
const { version } = JSON.parse(readFileSync(fileURLToPath(new URL("../../../package.json", import.meta.url)), "utf8"));

/** The first page of a section. */
const first = (title) => sidebar.find(({ text }) => text === title).items[0].link;

export default defineConfig({
    title: "slipway",
    description: "Typed Pulumi components for Google Cloud",
    lang: "en-GB",
    srcDir: join(dist, "pages"),
    outDir: join(dist, "html"),
    cacheDir: join(dist, "cache"),
    cleanUrls: true,
    lastUpdated: false,
    head: [["link", { rel: "icon", type: "image/svg+xml", href: "/logo.svg" }]],
    markdown: {
        theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
        anchor: { slugify: slug },
        headers: { slugify: slug },
        config: (markdown) => markdown.use(referenceTables).use(pictures).use(plainText),
    },
    themeConfig: {
        logo: "/logo.svg",
        nav: [
            { text: "Start", link: "/start" },
            {
                text: "Concepts",
                link: first("Concepts"),
                activeMatch: "^/(environments|capabilities|promotion|local-google-cloud)$",
            },
            { text: "Guides", link: first("Guides"), activeMatch: "^/guides/" },
            { text: "Components", link: "/overview#components", activeMatch: "^/overview$" },
            { text: "Starters", link: "/starters", activeMatch: "^/starters" },
            { text: "Errors", link: "/errors" },
            {
                text: version,
                items: [
                    { text: "Changelog", link: "/changelog" },
                    { text: "Contributing", link: "/contributing" },
                    { text: "Development", link: "/development/" },
                ],
            },
        ],
        sidebar,
        outline: { level: [2, 3], label: "On this page" },
        externalLinkIcon: true,
        docFooter: { prev: "Previous", next: "Next" },
        search: {
            provider: "local",
            options: {
                detailedView: false,
                _render: searchSections,
                miniSearch: {
                    searchOptions: { fuzzy: 0.1, prefix: true, boost: { title: 4, titles: 2, text: 1 } },
                },
            },
        },
    },
});
