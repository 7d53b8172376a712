import { basename, extname } from "node:path";
import { Deployment } from "../../deploy/deployment";
import { pageExamples } from "../../unit/pages";
import { attempt, deploy, programs as released, stacksOf } from "../upgrades/program";
import { change } from "./change";
import { emptied, fill } from "./data";
import { type Case, failOnce, flags, type Subject, subjectsOf, watched } from "./rounds";

/** The starters, and each example of the pages, which has a name such as `secret.ts`. */
export const programs = (): string[] => [
    ...released().filter((name) => name !== "pages" && !pageExamples.some((file) => basename(file, ".ts") === name)),
    ...pageExamples,
];

const create = (program: string): Deployment =>
    (extname(program) === ".ts" ? Deployment.pages([program]) : Deployment.starter(program)).byOwner();

/** The stack that is deployed: dev, which all programs but one have. */
const stackOf = (program: string) => (extname(program) === ".ts" ? "dev" : (stacksOf(program).sort()[0] as string));

/** IDs that Google Cloud generates, and suffixes of names that Pulumi generates. */
const generated = [
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    /\d{4}-\d{2}-\d{2}_\d{2}_\d{2}_\d{2}-\d+/g,
    /(?<![0-9a-z])\d{10,}/g,
    /(?<=\/uptimeCheckConfigs\/.*-)[0-9A-Za-z]{11}$/g,
    /(?<=\/versions\/v)[0-9a-f]{8}$/g,
    /(?<=\/)[0-9a-f]{8}(?=\/model\/)/g,
    /(?<=-)[0-9a-f]{6,8}(?![0-9a-f])/g,
];

/**
 * Resources of which there can be another one after a lost answer: Google Cloud names them, and the provider repeats the request. Nothing tells
 * the first from one that somebody else has created. Others get another random suffix in each run of the program, and whoever reads
 * `docs/failures.md` imports or deletes the first one.
 */
const repeated =
    /^(AlertPolicy|Budget|Dashboard|DataTransferConfig|Lien|NotificationChannel|SecretVersion|UptimeCheckConfig) |-\*$/;

/** The account of an instance of Cloud SQL, whose name Google Cloud generates. */
const ofInstance = "-*@gcp-sa-cloud-sql.iam.gserviceaccount.com";

/** What exists, without generated names, and without earlier generations of objects, of which a repeated upload makes another one. */
function comparable(deployment: Deployment): string[] {
    const names = deployment
        .existing()
        .filter((name) => !/#\d+$/.test(name))
        .map((name) => generated.reduce((text, pattern) => text.replace(pattern, "*"), name))
        .map((name) => name.replace(/^(SecretVersion .*)\/\d+$/, "$1"))
        .sort();
    const isRepetition = (name: string, index: number) => name === names[index - 1];
    const doubled = names.filter((name, index) => isRepetition(name, index) && repeated.test(name));
    // Databases, users and grants of a resource that exists twice.
    const parts = [ofInstance, ...doubled.flatMap((name) => /[^ /]+-\*$/.exec(name) ?? [])];
    return names.filter((name, index) => {
        const isPossible = repeated.test(name) || parts.some((part) => name.includes(part));
        return !(isRepetition(name, index) && isPossible);
    });
}

/** The resources of a case, and those of them with a call that failed visibly. */
export interface Result {
    subjects: Subject[];
    failed: Set<Subject>;
}

/** Lets each call of a phase fail once, and expects the state of a program in which none fails. */
export async function run(given: Case): Promise<Result> {
    const [undisturbed, disturbed] = [create(given.program), create(given.program)];
    try {
        const stack = stackOf(given.program);
        const { calls } = await watched(() => deploy(undisturbed, stack));
        return await phases[given.phase](given, { stack, undisturbed, disturbed, calls });
    } finally {
        await Promise.all([undisturbed.remove(), disturbed.remove()]);
    }
}

interface Pair {
    stack: string;
    undisturbed: Deployment;
    disturbed: Deployment;
    /** The calls of the first `up`. */
    calls: Subject[];
}

const phases: Record<Case["phase"], (given: Case, pair: Pair) => Promise<Result>> = {
    async create(given, pair) {
        const { stack, undisturbed, disturbed, calls } = pair;
        const subjects = [...(await subjectsOf(undisturbed, stack)), ...calls];
        const { failed } = await failOnce(given, disturbed, stack, ["up"], subjects);
        await expectSame(pair);
        return { subjects, failed };
    },

    async update(given, pair) {
        const { stack, undisturbed, disturbed } = pair;
        await deploy(disturbed, stack);
        fill(undisturbed);
        fill(disturbed);
        const all = await subjectsOf(undisturbed, stack);
        change(undisturbed, all);
        const { calls } = await watched(() => deploy(undisturbed, stack));
        const subjects = [...change(disturbed, all), ...calls];
        // The state has the arguments of an update that failed: without the refresh, the next up would send nothing.
        const { failed } = await failOnce(given, disturbed, stack, ["up", "--refresh"], subjects);
        await expectSame(pair);
        expect(emptied(disturbed)).toEqual([]);
        return { subjects, failed };
    },

    async delete(given, pair) {
        const { stack, undisturbed, disturbed } = pair;
        await deploy(disturbed, stack);
        const resources = await subjectsOf(disturbed, stack);
        for (const each of [undisturbed, disturbed]) {
            // Keys are protected in development, too.
            each.edit(`Pulumi.${stack}.yaml`, (text) => `${text}  slipway:protection: "off"\n`);
            await deploy(each, stack);
        }
        const { calls } = await failOnce(given, undisturbed, stack, ["destroy"], []);
        const subjects = [...resources, ...calls];
        const { failed } = await failOnce(given, disturbed, stack, ["destroy"], subjects);
        expect(comparable(disturbed)).toEqual(comparable(undisturbed));
        return { subjects, failed };
    },
};

/** The same exists, and neither the program nor the cloud has anything to change. */
async function expectSame({ stack, undisturbed, disturbed }: Pair): Promise<void> {
    expect(comparable(disturbed)).toEqual(comparable(undisturbed));
    const { code, output } = await attempt(disturbed, ["up", ...flags(stack), "--refresh", "--expect-no-changes"]);
    if (code !== 0) {
        throw new Error(`The next command changes something:\n${output}`);
    }
}
