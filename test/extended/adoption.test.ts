import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { peerExamples } from "../../docs/tools/peers";
import { adopt, type RefusedResource } from "../../local/commands/adopt/adoption";
import type { Exported } from "../../local/machine/exported";
import type { Cloud } from "../../local/simulator/cloud/cloud";
import type { Entry } from "../../local/simulator/cloud/store";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Context } from "../../local/simulator/rules/rules";
import { datasetAccess } from "../../local/simulator/services/bigquery/datasetAccess";
import { Deployment } from "../deploy/deployment";
import { again, seed, times } from "../fuzz";
import { emptied, fill } from "./faults/data";

/**
 * Programs of `judges/peers` that need components alone take over what they have deployed themselves, without their stack, and without a loss of
 * objects, rows or messages. Here is a sample of them; `SLIPWAY_FUZZ_TIMES=30` takes all, a group of ten in a minute.
 */

const modules = new Map<string, number>();
const names = peerExamples(join(__dirname, "..", "..", "docs")).flatMap(({ module, kind }) => {
    const number = (modules.get(module) ?? 0) + 1;
    modules.set(module, number);
    return kind === "components" ? [`${module}-${number}`] : [];
});

/** Few enough for one program. */
const size = 10;

const count = Math.min(names.length, size * times);
const [chosen = []] = fc.sample(fc.shuffledSubarray(names, { minLength: count, maxLength: count }), {
    seed,
    numRuns: 1,
});
const groups = Array.from({ length: Math.ceil(count / size) }, (_, index) =>
    chosen.slice(index * size, (index + 1) * size),
);

/** Resources as a program without components has them. */
const withoutParents = (resources: Exported[]) =>
    resources
        .filter(({ type }) => type.startsWith("gcp:") || type === "pulumi:providers:gcp")
        .map(({ parent: _, ...resource }) => resource);

const settings = { SLIPWAY_LOCAL_GENERIC: "true", PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
// The environment of the tests restores the variables after the file.
beforeAll(() => {
    Object.assign(process.env, settings);
});

/** Deploys programs; those that refer to what is at Google Cloud, and not here, are left out. */
async function deployed(programs: string[]): Promise<{ peers: Deployment; whole: string[] }> {
    const peers = Deployment.peers();
    copyFileSync(join(__dirname, "adoption", "index.js"), peers.file("index.js"));
    writeFileSync(peers.file("programs.json"), JSON.stringify(programs));
    await peers.up("given");
    const { code, output } = await peers.run(["up", "-s", "dev", "--yes", "--skip-preview", "--continue-on-error"]);
    if (code === 0) {
        return { peers, whole: programs };
    }
    await peers.remove();
    const failed = new Set([...output.matchAll(/(\S+?)--\S+ +\*\*(?:\w+ )?failed\*\*/g)].map(([, name]) => name));
    const whole = programs.filter((name) => !failed.has(name));
    if (whole.length === programs.length) {
        throw new Error(output);
    }
    return deployed(whole);
}

/** Whether a grant only differs by the account of a service agent, which is not known before the agent is created. */
const isOfAgent = (differences: { property: string; planned?: unknown }[]) =>
    differences.length > 0 &&
    differences.every(({ property, planned }) => property === "member" && planned === undefined);

function deleteFrom(cloud: Cloud, refused: RefusedResource[]): void {
    const isRefused = ({ type, id }: Entry) =>
        refused.some((each) => each.existing === id && type?.endsWith(`:${each.resource.split(" ")[0]}`));
    for (const { name, type, state } of cloud.store.list().filter(isRefused)) {
        cloud.store.remove(name);
        if (type === "gcp:bigquery/datasetAccess:DatasetAccess") {
            datasetAccess.remove?.(state, { cloud } as Context);
        }
    }
}

test.each(groups.map((group) => [group.join()]))(
    "%s take over all that they have created, and replace nothing",
    async (group) => {
        const { peers, whole } = await deployed(group.split(","));
        try {
            fill(peers);
            const resources = withoutParents(await peers.exported("dev"));
            writeFileSync(peers.file("old.json"), JSON.stringify({ version: 3, deployment: { resources } }));
            await peers.run(["stack", "rm", "dev", "--force", "--yes", "--preserve-config"]);

            const { adopted, refused, unmatched, created } = await adopt({
                cwd: peers.place.folder,
                stack: "dev",
                local: true,
                file: peers.file("old.json"),
            });
            const changed = adopted.filter((each) => each.changes.length > 0);
            process.stderr.write(
                `${whole.length} of ${group}: ${adopted.length} resources are taken over, ${changed.length} with changes\n`,
            );
            const withoutImporter = refused.filter(({ error = "" }) => error.includes("has no importer for it"));
            // The grants of service agents: the creation of an agent, which has no importer, returns the one that exists.
            const ofAgents = unmatched.filter(({ nearest }) => nearest && isOfAgent(nearest.differences));
            const others = refused.filter(
                (each) => !withoutImporter.includes(each) && !(each.error === undefined && isOfAgent(each.replacedBy)),
            );
            expect({ others, unmatched, again }).toEqual({ others: [], unmatched: ofAgents, again });
            const createdTypes = Object.entries(created).flatMap(([type, count]) =>
                Array.from({ length: count }, () => type.split(":").at(-1)),
            );
            const expected = ofAgents.flatMap(({ nearest }) => nearest ?? []);
            expect(createdTypes.sort()).toEqual(expected.map(({ resource }) => resource.split(" ")[0]).sort());
            // What cannot be imported is deleted first, as the next deployment creates it.
            deleteFrom(cloudOf(peers.place), withoutImporter);
            await peers.up("dev");
            expect((await peers.preview("dev")).filter((step) => !step.startsWith("read "))).toEqual([]);
            expect(emptied(peers)).toEqual([]);
        } finally {
            await peers.remove();
        }
    },
);
