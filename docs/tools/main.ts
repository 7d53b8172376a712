import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { type Exported, LocalCloud, type LocalStack } from "../../local";
import { flows } from "../../local/commands/pictures/flows";
import type { Graph } from "../../local/commands/pictures/graph";
import { placed } from "../../local/commands/pictures/layout";
import { rights } from "../../local/commands/pictures/rights";
import { svg } from "../../local/commands/pictures/svg";
import { apiReport } from "./api";
import { childrenFile } from "./children";
import { conceptPictures } from "./concepts";
import { dashboardChart } from "./dashboardChart";
import { deployedEnvironments, drawnEnvironments } from "./environments";
import { readLibrary } from "./library";
import { localPages } from "./localPages";
import { componentOutputs } from "./outputs";
import { documented, included } from "./pages";
import { pictureData } from "./pictureData";
import { newFigures } from "./promises";
import { repository } from "./repository";
import { scalingChart } from "./scalingChart";

const docs = join(repository, "docs");
const examples = join(docs, "examples");

/**
 * Brings the documentation up to date: `pages` for the included examples and tables, `pictures` for the pictures of what
 * flows in the examples and starters, and who may do what, and `api` for the public API. With `--check` nothing is written, and what is out of
 * date is an error. `figures a.jsonl ...` updates the figures of `docs/promises.md` with test results.
 */
async function main(args: string[]): Promise<void> {
    const [first, ...results] = args;
    if (first === "figures") {
        writeFileSync(...newFigures(docs, results));
        return main(["pages"]);
    }
    const wanted = args.filter((arg) => arg !== "--check");
    const files: [string, string][] = [
        ...(wanted.includes("pictures") ? await pictures() : []),
        ...(wanted.includes("pages") || wanted.length === 0
            ? [...pages(), ...pictureData(repository), ...(await concepts())]
            : []),
        ...(wanted.includes("api") ? [api()] : []),
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
    const library = readLibrary(join(repository, "lib"));
    const reference = { interfaces: documented(library), outputs: componentOutputs(library) };
    const names = ["", "guides"].flatMap((folder) =>
        readdirSync(join(docs, folder))
            .filter((name) => name.endsWith(".md"))
            .map((name) => join(folder, name)),
    );
    const others = ["docs/site/index.md", ...localPages(repository)].map((file) => join(repository, file));
    const texts = [...names.map((name) => join(docs, name)), ...others].map((file): [string, string] => [
        file,
        included(readFileSync(file, "utf8"), docs, reference),
    ]);
    return [...texts, childrenFile(repository, library)];
}

function api(): [string, string] {
    return [join(docs, "api", "api.md"), apiReport(repository)];
}

/** The pictures that need no preview. */
async function concepts(): Promise<[string, string][]> {
    return (await Promise.all(conceptPictures().map(([name, graph]) => picture(name, graph)))).flat();
}

async function pictures(): Promise<[string, string][]> {
    return [
        ...(await drawnPrograms()),
        ...(await picture("environments", drawnEnvironments(await deployedEnvironments()))),
        [join(docs, "pictures", "autoscaling-week.svg"), await scalingChart("autoscaling")],
        [join(docs, "pictures", "dashboard-charts.svg"), await drawnDashboard("dashboard.ts")],
    ];
}

/** What flows in each example of the pages and each starter, and who may do what. */
async function drawnPrograms(): Promise<[string, string][]> {
    const pages = ["", "gke"]
        .map((folder) => join(docs, "examples", folder))
        .flatMap((folder) => {
            const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
            // The guide's picture shows more than one stack.
            return files
                .filter((name) => name !== "environments.ts")
                .map((name) => join(relative(examples, folder), name));
        });
    const starters = readdirSync(join(repository, "examples"));
    const found = await previewed(pages);
    for (const name of starters) {
        found.push([name, await previewedStarter(name)]);
    }
    const drawn = found.map(async ([name, resources]) => [
        ...(await picture(name, flows(`What flows in ${name}`, resources))),
        ...(await picture(`${name}-rights`, rights(`Who may do what in ${name}`, resources))),
    ]);
    return (await Promise.all(drawn)).flat();
}

/** What some examples would make, previewed as one program on a local Google Cloud of their own. */
function previewed(files: string[]): Promise<[name: string, resources: Exported[]][]> {
    return onCloud(examples, { SLIPWAY_DOCS_EXAMPLE: files.join() }, async (cloud) => {
        const all = await planned(cloud.stack("dev"));
        return files.map((file) => {
            const name = basename(file, ".ts");
            const own = all.filter(({ urn }) => urn.split("::").at(-1)?.startsWith(`${name}/`));
            return [name, JSON.parse(JSON.stringify(own).replaceAll(`::${name}/`, "::"))];
        });
    });
}

/** What a starter would make in its first environment. */
function previewedStarter(name: string): Promise<Exported[]> {
    const stack = name === "foundation" ? "acme" : "dev";
    return onCloud(join(repository, "examples", name), {}, (cloud) => planned(cloud.stack(stack)));
}

async function planned(stack: LocalStack): Promise<Exported[]> {
    const { code, output } = await stack.run(["preview", "--json"]);
    if (code !== 0) {
        throw new Error(output);
    }
    const { steps }: { steps: { newState: Exported }[] } = JSON.parse(output.slice(output.indexOf("{")));
    // The order of registrations is not the same every time.
    return steps.map(({ newState }) => newState).sort((one, other) => (one.urn < other.urn ? -1 : 1));
}

/** The charts of the dashboard that an example makes in production. */
function drawnDashboard(example: string): Promise<string> {
    return onCloud(examples, { SLIPWAY_DOCS_EXAMPLE: example }, async (cloud) => {
        const stack = cloud.stack("prod");
        await stack.up();
        const dashboard = (await stack.exported()).find(({ type }) => type === "gcp:monitoring/dashboard:Dashboard");
        return dashboardChart(String(dashboard?.inputs?.dashboardJson));
    });
}

/** A picture of something, if there is anything to show. */
async function picture(name: string, graph: Graph): Promise<[string, string][]> {
    return graph.nodes.length > 0 ? [[join(docs, "pictures", `${name}.svg`), svg(await placed(graph))]] : [];
}

async function onCloud<T>(
    program: string,
    environment: Record<string, string>,
    use: (cloud: LocalCloud) => Promise<T>,
): Promise<T> {
    const cloud = new LocalCloud(program, { pinned: true, environment });
    try {
        return await use(cloud);
    } finally {
        await cloud.remove();
    }
}

main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
