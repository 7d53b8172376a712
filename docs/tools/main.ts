import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Exported, LocalCloud } from "../../local";
import { dashboardChart } from "./dashboardChart";
import { deployedEnvironments, drawnEnvironments } from "./environments";
import { documented, included } from "./pages";
import { drawn } from "./picture";
import { repository } from "./repository";
import { scalingChart } from "./scalingChart";

const docs = join(repository, "docs");

/**
 * Brings the documentation up to date: `pages` for the included examples and tables, `pictures` for the pictures of what
 * the examples deploy, `clusters` for pictures of what is in a cluster, which take a real Kubernetes. With `--check` nothing is written, and what is out of date is an error.
 */
async function main(args: string[]): Promise<void> {
    const wanted = args.filter((arg) => arg !== "--check");
    const files = [
        ...(wanted.includes("pictures") ? await pictures() : []),
        ...(wanted.includes("clusters") ? await drawnEach("gke") : []),
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
    return [
        ...(await drawnEach(".")),
        [join(docs, "pictures", "environments.svg"), environments],
        [join(docs, "pictures", "autoscaling-week.svg"), await scalingChart("autoscaling")],
        [join(docs, "pictures", "dashboard-charts.svg"), await drawnDashboard("dashboard.ts")],
    ];
}

/** A picture of each example in a folder below the folder of all. Clusters are deployed one by one, all others together. */
async function drawnEach(folder: string): Promise<[string, string][]> {
    const files = readdirSync(join(docs, "examples", folder)).filter((name) => name.endsWith(".ts"));
    // The guide's picture shows more than one stack.
    const examples = files.filter((name) => name !== "environments.ts").map((name) => join(folder, name));
    const found: [string, string][] = [];
    for (const program of folder === "." ? [examples] : examples.map((example) => [example])) {
        for (const [name, made] of await deployed(program)) {
            const svg = (await graphviz()).dot(drawn(`Resources of ${name}.ts`, made), "svg");
            found.push([join(docs, "pictures", `${name}.svg`), svg]);
        }
    }
    return found;
}

/** The charts of the dashboard that an example makes in production. */
async function drawnDashboard(example: string): Promise<string> {
    const [[, made]] = (await deployed([example], "prod")) as [[string, Exported[]]];
    const { dashboardJson } = made.find(({ type }) => type === "gcp:monitoring/dashboard:Dashboard")?.inputs ?? {};
    return dashboardChart(String(dashboardJson));
}

async function graphviz() {
    const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
    return Graphviz.load();
}

/** What each of some examples makes when all are deployed as one stack, as one program, to a local Google Cloud of their own. */
async function deployed(examples: string[], stackName = "dev"): Promise<[name: string, made: Exported[]][]> {
    const cloud = new LocalCloud(join(docs, "examples"), {
        pinned: true,
        // The state is written once: after each of hundreds of steps it would take most of the time.
        environment: {
            SLIPWAY_DOCS_EXAMPLE: examples.join(),
            PULUMI_EXPERIMENTAL: "true",
            PULUMI_SKIP_CHECKPOINTS: "true",
        },
    });
    try {
        const stack = cloud.stack(stackName);
        await stack.up();
        const all = await stack.exported();
        return examples.map((example) => {
            const name = basename(example, ".ts");
            const own = all.filter(({ urn }) => urn.split("::").at(-1)?.startsWith(`${name}/`));
            return [name, examples.length > 1 ? JSON.parse(JSON.stringify(own).replaceAll(`::${name}/`, "::")) : all];
        });
    } finally {
        await cloud.remove();
    }
}

main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
