import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { peerExamples } from "../../docs/tools/peers";
import { adopt } from "../../local/adopt/adoption";
import type { Exported } from "../../local/engine";
import { Deployment } from "../deploy/deployment";
import { again, seed, times } from "../fuzz";

/**
 * Programs of `docs/peers` that need components alone take over what they have deployed themselves, without their stack. Here is a sample of
 * them; `SLIPWAY_FUZZ_TIMES=30` takes all, a group of ten in a minute.
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
let before: NodeJS.ProcessEnv;
beforeAll(() => {
    before = { ...process.env };
    Object.assign(process.env, settings);
});
afterAll(() => {
    process.env = before;
});

test.each(groups.map((group) => [group.join()]))(
    "%s take over all that they have created, and replace nothing",
    async (group) => {
        process.env.SLIPWAY_PEERS = group;
        const peers = Deployment.peers();
        copyFileSync(join(__dirname, "adoption", "index.js"), peers.file("index.js"));
        // A few refer to what is at Google Cloud, and not here: the next deployment tries to create these again.
        const up = (stack: string) => peers.run(["up", "-s", stack, "--yes", "--skip-preview", "--continue-on-error"]);
        try {
            await up("given");
            await up("dev");
            const failed = await peers.preview("dev");
            const resources = withoutParents(await peers.exported("dev"));
            writeFileSync(peers.file("old.json"), JSON.stringify({ version: 3, deployment: { resources } }));
            await peers.run(["stack", "rm", "dev", "--force", "--yes", "--preserve-config"]);

            const cwd = peers.place.folder;
            const { adopted, refused, unmatched, created } = await adopt({
                cwd,
                stack: "dev",
                local: true,
                file: peers.file("old.json"),
            });
            const changed = adopted.filter(({ changes }) => changes.length > 0);
            process.stderr.write(
                `${group}: ${adopted.length} resources are taken over, ${changed.length} with changes, ${refused.length + unmatched.length} are not\n`,
            );
            expect({ refused, unmatched, again }).toEqual({ refused: [], unmatched: [], again });
            const total = Object.values(created).reduce((sum, one) => sum + one, 0);
            expect(total).toBeLessThanOrEqual(failed.filter((step) => step.startsWith("create ")).length);
        } finally {
            await peers.remove();
        }
    },
);
