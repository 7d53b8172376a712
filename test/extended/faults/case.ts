import { extname } from "node:path";
import type { Entry } from "../../../local/simulator/cloud/store";
import { cloudOf } from "../../../local/simulator/cloudOf";
import { recordReplica } from "../../../local/simulator/services/sql/replicas";
import { Deployment } from "../../deploy/deployment";
import { pageExamples } from "../../unit/pages";
import { attempt, deploy, stacksOf, starters } from "../upgrades/program";
import { change } from "./change";
import { emptied, fill } from "./data";
import {
    type Failure,
    failOnce,
    flags,
    isVisible,
    type Phase,
    type Selection,
    type Subject,
    subjectsOf,
    watched,
} from "./rounds";

/** A program of which each call fails once. */
export interface Case {
    program: string;
    seed: number;
}

/** The starters, and each example of the pages, which has a name such as `secret.ts`. */
export const programs = (): string[] => [...starters(), ...pageExamples];

const create = (program: string): Deployment =>
    (extname(program) === ".ts" ? Deployment.pages([program]) : Deployment.starter(program)).byOwner();

/** The stack that is deployed: dev, which all programs but one have. */
const stackOf = (program: string) => (extname(program) === ".ts" ? "dev" : (stacksOf(program).sort()[0] as string));

/** IDs that Google Cloud generates, and suffixes of names that Pulumi generates. */
const generated = [
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    /\d{4}-\d{2}-\d{2}_\d{2}_\d{2}_\d{2}-\d+/g,
    /(?<![0-9a-z])\d{10,}/g,
    /(?<=\/uptimeCheckConfigs\/.*-)[\w-]{11}$/g,
    /(?<=\/versions\/v)[0-9a-f]{8}$/g,
    /(?<=\/)[0-9a-f]{8}(?=\/model\/)/g,
    /(?<=-)[0-9a-f]{6,8}(?![0-9a-f])/g,
];

/**
 * Resources of which there can be another one after a lost answer: Google Cloud names them, and the provider repeats the request. Nothing tells
 * the first from one that somebody else has created. Others get another random suffix in each run of the program, and whoever reads
 * `docs/failures.md` imports or deletes the first one. A job runs again if the object that it runs on was uploaded again.
 */
const repeated =
    /^(AlertPolicy|Budget|Dashboard|DataTransferConfig|Lien|NotificationChannel|(Regional)?SecretVersion|UptimeCheckConfig|(pipeline|custom|batchPrediction)Jobs) |-\*$/;

/** The account of an instance of Cloud SQL, whose name Google Cloud generates. */
const ofInstance = "-*@gcp-sa-cloud-sql.iam.gserviceaccount.com";

const comparableName = (name: string) =>
    generated
        .reduce((text, pattern) => text.replace(pattern, "*"), name)
        .replace(/^((?:Regional)?SecretVersion .*)\/\d+$/, "$1")
        // Another attempt.
        .replace(/(?<=\/pipelineJobs\/.*)-\d+$/, "");

/** What exists, without generated names, and without earlier generations of objects, of which a repeated upload makes another one. */
function comparable(deployment: Deployment): string[] {
    const names = deployment
        .existing()
        .filter((name) => !/#\d+$/.test(name))
        .map(comparableName)
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

/** Deletes what exists twice after a lost answer, and is not the stack's. */
async function deleteRepeated(deployment: Deployment, stack: string): Promise<void> {
    // Not all of the state: a primary instance has the names of its replicas.
    const managed = JSON.stringify((await deployment.exported(stack)).map(({ id, outputs }) => [id, outputs?.name]));
    const endOf = ({ id }: Entry) => id.split("/").at(-1) as string;
    const cloud = cloudOf(deployment.place);
    const { store, iam } = cloud;
    const nameOf = ({ type = "", id }: Entry) => comparableName(`${type.split(/[:/]/).at(-1)} ${id}`);
    const all = store.list();
    const names = all.map(nameOf);
    const isRepeated = (entry: Entry) =>
        repeated.test(nameOf(entry)) && names.filter((name) => name === nameOf(entry)).length > 1;
    const left = all.filter((entry) => isRepeated(entry) && !managed.includes(endOf(entry)));
    // Databases, users and grants of a resource with a random suffix in its name.
    const ends = left.map(endOf).filter((end) => /-[0-9a-f]{6,8}$/.test(end));
    for (const entry of all.filter((each) => left.includes(each) || ends.some((end) => each.name.includes(end)))) {
        store.remove(entry.name);
        // Else its primary could not be deleted.
        recordReplica(entry.state, cloud, false);
        iam.forget(entry.name);
    }
}

/** What exists after a phase without a failure, and what failed before. */
interface Undisturbed {
    existing: string[];
    /** The resources of which calls can fail, and calls of APIs. */
    subjects: Subject[];
}

/** The resources and calls that failed visibly. */
export type Result = Record<Phase, Set<Subject>>;

const undisturbed: Record<string, Promise<Record<Phase, Undisturbed>>> = {};

/** Deploys a program without a failure, changes it, and destroys it: once for all of its cases. */
async function withoutFailure(program: string): Promise<Record<Phase, Undisturbed>> {
    const deployment = create(program);
    try {
        const stack = stackOf(program);
        const after = (calls: Subject[], subjects: Subject[]): Undisturbed => ({
            existing: comparable(deployment),
            subjects: [...subjects, ...calls],
        });
        const first = await watched(() => deploy(deployment, stack));
        const created = await subjectsOf(deployment, stack);
        const create = after(first.calls, created);
        fill(deployment);
        const changed = change(deployment, created);
        const second = await watched(() => deploy(deployment, stack));
        const update = after(second.calls, changed);
        await unprotect(deployment, stack);
        const resources = await subjectsOf(deployment, stack);
        const last = await failOnce({ phase: "delete", seed: 0 }, deployment, stack, ["destroy"], []);
        return { create, update, delete: after(last.calls, resources) };
    } finally {
        await deployment.remove();
    }
}

/** Lets a program be destroyed: keys are protected in development, too. */
async function unprotect(deployment: Deployment, stack: string): Promise<void> {
    deployment.edit(`Pulumi.${stack}.yaml`, (text) => `${text}  slipway:protection: "off"\n`);
    await deploy(deployment, stack);
}

/**
 * Deploys a program, changes it, and destroys it. In each phase each call fails once, and the same is expected as without a failure.
 *
 * @param isKilled whether a resource of a type has been killed in a way: one of each type is
 */
export async function run(
    { program, seed }: Case,
    isKilled: (phase: Phase, type: string, answer: Failure) => boolean,
): Promise<Result> {
    undisturbed[program] ??= withoutFailure(program);
    const expected = await undisturbed[program];
    const deployment = create(program);
    try {
        const stack = stackOf(program);
        const failing = async (phase: Phase, command: string[]) => {
            const selection: Selection = { phase, seed, isKilled: (type, answer) => isKilled(phase, type, answer) };
            const { subjects } = expected[phase];
            const { failed } = await failOnce(selection, deployment, stack, command, subjects);
            if (phase !== "update" && subjects.some((each) => isVisible(selection, each))) {
                expect(failed.size).toBeGreaterThan(0);
            }
            expect({ phase, existing: comparable(deployment) }).toEqual({ phase, existing: expected[phase].existing });
            return failed;
        };
        const created = await failing("create", ["up"]);
        await expectUnchanged(deployment, stack);
        await deleteRepeated(deployment, stack);
        fill(deployment);
        change(deployment, await subjectsOf(deployment, stack));
        // The state has the arguments of an update that failed: without the refresh, the next up would send nothing.
        const updated = await failing("update", ["up", "--refresh"]);
        await expectUnchanged(deployment, stack);
        expect(emptied(deployment)).toEqual([]);
        await unprotect(deployment, stack);
        return { create: created, update: updated, delete: await failing("delete", ["destroy"]) };
    } finally {
        await deployment.remove();
    }
}

/** Neither the program nor the cloud has anything to change. */
async function expectUnchanged(deployment: Deployment, stack: string): Promise<void> {
    const { code, output } = await attempt(deployment, ["up", ...flags(stack), "--refresh", "--expect-no-changes"]);
    if (code !== 0) {
        throw new Error(`The next command changes something:\n${output}`);
    }
}
