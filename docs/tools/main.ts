import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Exported, LocalCloud } from "../../local";
import { deployedEnvironments, drawnEnvironments } from "./environments";
import { documented, included } from "./pages";
import { drawn } from "./picture";
import { repository } from "./repository";

const docs = join(repository, "docs");

/**
 * Brings the documentation up to date: `pages` for the included examples and tables, `pictures` for the pictures of what
 * the examples deploy, `clusters` for those of what is in a cluster, which take a real Kubernetes. With `--check` nothing is written, and what is out of date is an error.
 */
async function main(args: string[]): Promise<void> {
    const wanted = args.filter((arg) => arg !== "--check");
    const files = [
        ...(wanted.includes("pictures") ? await pictures() : []),
        ...(wanted.includes("clusters") ? await drawnEach("kubernetes") : []),
        ...(wanted.includes("pages") || wanted.length === 0 ? pages() : []),
    ];
    const stale = files.filter(([file, text]) => !existsSync(file) || readFileSync(file, "utf8") !== text);
    if (args.includes("--check") && stale.length > 0) {
        throw new Error(`out of date, run 'npm run docs': ${stale.map(([file]) => file).join(", ")}`);
    }
    for (const [file, text] of stale) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
    }
}

function pages(): [string, string][] {
    const interfaces = documented(join(repository, "lib"));
    const names = readdirSync(docs).filter((name) => name.endsWith(".md"));
    return [...names.map((name) => join(docs, name)), join(repository, "local", "README.md")].map((file) => [
        file,
        included(readFileSync(file, "utf8"), docs, interfaces),
    ]);
}

async function pictures(): Promise<[string, string][]> {
    const environments = (await graphviz()).dot(drawnEnvironments(await deployedEnvironments()), "svg");
    return [...(await drawnEach(".")), [join(docs, "pictures", "environments.svg"), environments]];
}

/** A picture of each example in a folder below that of all. */
async function drawnEach(folder: string): Promise<[string, string][]> {
    const names = readdirSync(join(docs, "examples", folder)).flatMap((name) => /^(.+)\.ts$/.exec(name)?.[1] ?? []);
    const found: [string, string][] = [];
    // The guide's picture shows more than one stack.
    for (const name of names.filter((each) => each !== "environments")) {
        const made = await deployed(join(folder, `${name}.ts`));
        const svg = (await graphviz()).dot(drawn(`What ${name}.ts makes`, made), "svg");
        found.push([join(docs, "pictures", `${name}.svg`), svg]);
    }
    return found;
}

async function graphviz() {
    const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
    return Graphviz.load();
}

/** What one example makes when it is deployed as dev to a local Google Cloud of its own. */
async function deployed(example: string): Promise<Exported[]> {
    const cloud = new LocalCloud(join(docs, "examples"), {
        pinned: true,
        environment: { SLIPWAY_DOCS_EXAMPLE: example },
    });
    try {
        const dev = cloud.stack("dev");
        await dev.up();
        return await dev.exported();
    } finally {
        await cloud.remove();
    }
}

main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
