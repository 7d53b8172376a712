import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { newFolder, type World } from "../../../test/unit/local/world";
import { run } from "../program";
import { Stack } from "../stack";
import { addApplication, assumedWorld, discard, enableAll } from "../world";
import { type Example, programOf } from "./examples";

/** What differs: an error, a change of an unchanged program, and what remains. */
export async function deployed(example: Example): Promise<string[]> {
    const world = prepared(example);
    const stack = new Stack();
    const program = programOf(example);
    const home = process.cwd();
    process.chdir(filesOf(example));
    try {
        await run(program, stack, world, true);
        await run(program, stack, world, false);
        const { differences } = stack;
        await run(program, stack, world, true);
        differences.push(...stack.changes.map((change) => `again: ${change}`));
        differences.push(...stack.refresh().map((change) => `refresh: ${change}`));
        await run(program, stack, world, true);
        differences.push(...stack.changes.map((change) => `after the refresh: ${change}`));
        stack.unprotect();
        const made = new Set(stack.resources.map(({ token, id }) => `${token} ${id}`));
        await stack.destroy();
        const remaining = world.cloud.store
            .list()
            .filter(({ type = "", id, state }) => made.has(`${type} ${id}`) && !isKept(type, state));
        return [...differences, ...remaining.map(({ name }) => `remains: ${name}`)];
    } catch (error) {
        return [(error as Error).message ?? String(error)];
    } finally {
        process.chdir(home);
        discard(world);
    }
}

/**
 * Whether the documentation of the provider says that a destroy leaves a resource: `disable_on_destroy` of APIs, and "Key rings cannot be
 * deleted from Google Cloud Platform. Destroying a Terraform-managed key ring will remove it from state but will not delete the resource",
 * as keys and their versions. "Logging buckets are automatically created for a given folder, project, organization, billingAccount and
 * cannot be deleted" is of `_Default` and `_Required`.
 */
const isKept = (token: string, state: Inputs) =>
    token.startsWith("gcp:kms/") ||
    (token === "gcp:projects/service:Service" && !state.disableOnDestroy) ||
    (token === "gcp:logging/projectBucketConfig:ProjectBucketConfig" && state.bucketId.startsWith("_"));

/** A cloud with what an example assumes: its projects, and App Engine unless it creates it. */
function prepared({ code, uses }: Example): World {
    const world = assumedWorld("my-project-name");
    const named = code.matchAll(
        /(?:\b(?:project|projectId|hostProject|serviceProject): "|\bprojects\/)([a-z][a-z0-9-]{4,28}[a-z0-9])\b/g,
    );
    for (const project of new Set([...named].map(([, project = ""]) => project))) {
        if (project !== world.settings.project && !code.includes(`projectId: "${project}"`)) {
            enableAll(world.beside({ ...world.settings, project }));
        }
    }
    const needsApplication = uses.some((token) => /^gcp:(appengine|cloudtasks|cloudscheduler)\//.test(token));
    if (needsApplication && !code.includes("gcp.appengine.Application(")) {
        addApplication(world);
    }
    return world;
}

/** A folder with the files that an example reads. */
function filesOf({ code }: Example): string {
    const folder = newFolder();
    const archive = zipSync({ "index.js": Buffer.from(""), "main.py": Buffer.from("") });
    for (const [, path = ""] of code.matchAll(/File(?:Asset|Archive)\("(.+?)"\)/g)) {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, archive);
    }
    return folder;
}
