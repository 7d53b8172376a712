import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { dist, LocalCloud, providers } from "./cloud.mjs";

const examples = join(dist, "..", "examples");

/** Resources whose registrations are answered without a deployment: those of other clouds, and models, which jobs in Docker train. */
const answered = [
    "^(pulumi:providers:)?(docker|docker-build|kubernetes)\\b",
    "^kubernetes:",
    "^pulumi-nodejs:dynamic/model:",
];

/** All starters with their stacks. */
export const starters = () =>
    readdirSync(examples).flatMap((starter) => stacksOf(starter).map((stack) => [starter, stack]));

const stacksOf = (starter) =>
    readdirSync(join(examples, starter)).flatMap((file) => /^Pulumi\.(?!yaml)(.*)\.yaml$/.exec(file)?.[1] ?? []);

/**
 * Deploys a starter, or the program in another folder, to a new local Google Cloud in simulated time, and returns its registrations and
 * calls in their order.
 *
 * @param variables environment variables of the program
 */
export async function deploy(starter, stack, variables = {}) {
    const folder = mkdtempSync(join(tmpdir(), "slipway-makespan-"));
    const program = resolve(examples, starter);
    const [settings, record] = [join(folder, "settings.json"), join(folder, "record.json")];
    writeFileSync(settings, JSON.stringify({ record, dist, answered }));
    const { NODE_OPTIONS = "" } = process.env;
    process.env.NODE_OPTIONS = `${NODE_OPTIONS} --require "${join(import.meta.dirname, "virtualTime.cjs")}"`;
    const cloud = new LocalCloud(program, { providers: providers() });
    try {
        const args = ["up", "--yes", "--skip-preview", "--parallel", "1000"];
        const { code, output } = await cloud
            .stack(stack)
            .run(args, { environment: { ...variables, SLIPWAY_MAKESPAN: settings } });
        if (code !== 0) {
            throw new Error(`pulumi up of ${starter} as ${stack} failed:\n${output}`);
        }
        const records = JSON.parse(readFileSync(record, "utf8"));
        return { records, folder: program, settings: providerSettings(records) };
    } finally {
        process.env.NODE_OPTIONS = NODE_OPTIONS;
        await cloud.remove();
        rmSync(folder, { recursive: true });
    }
}

/** The configuration of the default provider: that of the environment's, if the program has one. */
function providerSettings(records) {
    const { project, region } = records.find(({ type }) => type === "pulumi:providers:gcp")?.inputs ?? {};
    return { project, region };
}
