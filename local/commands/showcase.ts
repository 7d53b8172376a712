import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stacksWithFile } from "../../lib/project";
import { described, type Exported } from "../machine/exported";
import { resourcesOf } from "../machine/stacks";
import { type Workspace, workspace } from "../machine/workspace";
import { serve } from "../runtime/emulator/server";
import { cloudOf } from "../simulator/cloudOf";
import { Engine } from "./engine/engine";

/** Deploys the program of this folder as all stacks with a stack file, calls what answers in the first one, and prints a summary. */
async function main(): Promise<void> {
    const started = Date.now();
    const place = workspace(".");
    const engine = await Engine.start(place, { report: say });
    const stacks = stacksWithFile(place);
    say(`deploying ${place.project} as ${stacks.join(" and ")} to the local Google Cloud…\n`);
    const displayed = await Promise.all(stacks.map((stack) => deployed(engine, place, stack)));
    const called = await answers(place, stacks[0] as string);
    process.stdout.write(`${[...displayed, ...called].join("\n")}\n${next(stacks, seconds(started))}`);
}

/** Runs the code of a stack, and sends what answers the requests that the program has. */
async function answers(place: Workspace, stack: string): Promise<string[]> {
    const reasons: string[] = [];
    const report = (line: string) => {
        reasons.push(line);
        say(line);
    };
    const served = await serve(cloudOf(place), { runsCode: true, report });
    try {
        const project = projectOf(resourcesOf(place, stack));
        const lines: string[] = [];
        for (const { name } of served.answering.filter(({ name }) => name.startsWith(`${project}/`))) {
            const component = name.slice(`${project}/`.length);
            const file = join(place.program, "requests", `${component}.json`);
            if (existsSync(file)) {
                const headers = { "content-type": "application/json" };
                const answer = await served.request(name, "/", { method: "POST", headers, body: readFileSync(file) });
                const body = (await answer.text()).trim();
                lines.push(
                    answer.ok
                        ? `${component} of ${stack} answers ${relative(".", file)}:\n   ${body}\n`
                        : `${component} of ${stack} does not answer (${answer.status}): ${reasons.at(-1) ?? body}\n`,
                );
            }
        }
        return lines;
    } finally {
        await served.close();
    }
}

function say(line: string): void {
    process.stderr.write(`${line}\n`);
}

async function deployed(engine: Engine, place: Workspace, stack: string): Promise<string> {
    const started = Date.now();
    const up = await engine.run(["up", "-s", stack, "--yes", "--skip-preview", "--non-interactive"], "quiet");
    if (up.code !== 0) {
        throw new Error(`the deployment of the stack ${stack} failed:\n\n${up.output}`);
    }
    const took = seconds(started);
    const resources = resourcesOf(place, stack);
    const project = projectOf(resources);
    return [`${stack}  ${project}  ${changes(up.output)}, ${took}`, ...tree(resources), ...outputs(resources), ""].join(
        "\n",
    );
}

const projectOf = (resources: Exported[]) =>
    resources.find(({ type }) => type === "slipway:index:Environment")?.outputs?.project;

/** Parses Pulumi's summary: `47 created`, `47 unchanged`. */
function changes(output: string): string {
    const block = /^Resources:\n((?: {4}.*\n)+)/m.exec(output)?.[1] ?? "";
    return block
        .trim()
        .replaceAll(/^\s*[+~-]*\s*/gm, "")
        .replaceAll("\n", ", ");
}

/** The components of a stack, with the number of their resources. */
function tree(resources: Exported[]): string[] {
    const components = resources.filter(({ type }) => type.startsWith("slipway:"));
    const created = (urn: string) => resources.filter(({ parent }) => parent === urn).length;
    const rows = components
        .map((each) => [described(each), created(each.urn)] as const)
        .sort(([one], [other]) => one.localeCompare(other));
    const width = Math.max(...rows.map(([name]) => name.length));
    return rows.map(([name, count], index) => {
        const branch = index === rows.length - 1 ? "└─" : "├─";
        return `${branch} ${name.padEnd(width)}  ${String(count).padStart(2)} ${count === 1 ? "resource" : "resources"}`;
    });
}

function outputs(resources: Exported[]): string[] {
    const values = Object.entries(resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {});
    const width = Math.max(0, ...values.map(([name]) => name.length));
    return values.map(([name, value]) => `   ${name.padEnd(width)}  ${value}`);
}

function next([stack]: string[], took: string): string {
    return [
        `Done in ${took}. Try next:`,
        `   npx slipway dev -s ${stack}               run the code, follow edits, and print a curl line`,
        "   npx slipway local ls                  list the resources by project",
        "   npx slipway local show ID             show a resource",
        `   npx slipway local preview -s ${stack}      preview a change of examples/platform`,
        `   npx slipway local destroy -s ${stack}      delete the resources`,
        "   npm test                              run the tests",
        "",
    ].join("\n");
}

function seconds(since: number): string {
    return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

main().catch((error) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
});
