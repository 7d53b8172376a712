import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { CommandResult } from "../../../local/commands/engine/pulumiCommand";
import type { Entry } from "../../../local/simulator/cloud/store";
import { cloudOf } from "../../../local/simulator/cloudOf";
import { bucketName } from "../../../local/simulator/services/storage/names";
import { writeObject } from "../../../local/simulator/services/storage/object";
import type { CommandOptions } from "../../../local/testing/stack";
import { Deployment } from "../../deploy/deployment";
import { pageExamples } from "../../unit/pages";
import { otherProviders } from "./otherProviders";
import type { Recording } from "./recording";

const examples = join(__dirname, "..", "..", "..", "examples");

const isInFolder = (example: string) => example.includes("/");

/** Most of the pages' examples are one program. */
const together = "pages";

/** The pages' examples of a program: those of {@link together}, or the one with its name. Starters have none. */
const examplesOf = (program: string): string[] =>
    pageExamples.filter((example) => (program === together ? !isInFolder(example) : nameOf(example) === program));

const nameOf = (example: string) => basename(example, ".ts");

export const starters = (): string[] =>
    readdirSync(examples, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? each.name : []));

/** All starters, and the pages' examples. */
export const programs = (): string[] => [...starters(), together, ...pageExamples.filter(isInFolder).map(nameOf)];

/**
 * The programs that the release has not recorded. Examples that were added after the others were recorded are programs of their own.
 *
 * @param release its recordings by program
 */
export function unrecorded(release: Record<string, Record<string, Recording>>): string[] {
    const recordings = Object.values(release[together] ?? {});
    const added = examplesOf(together).filter((example) => !recordings.every((each) => isRecorded(example, each)));
    return [...programs(), ...(recordings.length > 0 ? added.map(nameOf) : [])].filter(
        (program) => !Object.hasOwn(release, program),
    );
}

/** @param recorded what a release deployed of the program; examples that are newer are left out */
export function deploymentOf(program: string, recorded?: Recording): Deployment {
    const all = examplesOf(program);
    const isDeployed = (example: string) => program !== together || !recorded || isRecorded(example, recorded);
    return all.length > 0 ? Deployment.pages(all.filter(isDeployed)) : Deployment.starter(program);
}

/** Resources of an example in one program have names that begin with its own. */
const isRecorded = (example: string, { state }: Recording) => JSON.stringify(state).includes(`::${nameOf(example)}/`);

export const stacksOf = (program: string): string[] =>
    examplesOf(program).length > 0
        ? ["dev", "prod"]
        : readdirSync(join(examples, program)).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);

/** Deploys a stack. */
export async function deploy(deployment: Deployment, stack: string): Promise<void> {
    try {
        await run(deployment, ["up", "-s", stack, "--yes", "--skip-preview"]);
    } catch (error) {
        if (!writeModel(deployment, String(error))) {
            throw error;
        }
        await deploy(deployment, stack);
    }
}

/**
 * Writes the model of a training job, which the local Google Cloud only simulates, if the output of a command has the error that there is
 * none; returns whether it has.
 */
export function writeModel(deployment: Deployment, output: string): boolean {
    const [, bucket, folder] = /Model directory gs:\/\/([^/]+)\/(\S+) is empty/.exec(output) ?? [];
    if (bucket === undefined) {
        return false;
    }
    const cloud = cloudOf(deployment.place);
    const entry = cloud.store.read(bucketName(bucket)) as Entry;
    writeObject(cloud, entry, `${folder}/model.joblib`, Buffer.from("model"));
    return true;
}

/** A step in the output of `pulumi preview --json`. */
interface Step {
    op: string;
    urn: string;
    /** The changed inputs. Providers without it only return the reasons. */
    detailedDiff?: object | null;
    diffReasons?: string[];
}

/** The previewed changes, such as `update Topic sale-range: labels`. */
export async function changes(deployment: Deployment, stack: string): Promise<string[]> {
    const output = await run(deployment, ["preview", "-s", stack, "--json"]);
    const { steps }: { steps: Step[] } = JSON.parse(/^\{\n.*?^\}$/ms.exec(output)?.[0] ?? "");
    return steps
        .filter(({ op }) => !/^(same|read)$/.test(op))
        .map(({ op, urn, detailedDiff, diffReasons = [] }) => {
            const resource = urn.split("::").slice(2).join(" ").split(/[:$]/).at(-1);
            const inputs = new Set([...Object.keys(detailedDiff ?? {}), ...diffReasons]);
            return [`${op} ${resource}`, [...inputs].join(", ")].filter(Boolean).join(": ");
        })
        .sort();
}

/** Runs a command, which must succeed. */
async function run(deployment: Deployment, args: string[]): Promise<string> {
    const { code, output } = await attempt(deployment, args);
    if (code !== 0) {
        throw new Error(`pulumi ${args.join(" ")} failed:\n${output}`);
    }
    return output;
}

/** Runs a command, which can fail. Images and objects in clusters only have inputs. */
export async function attempt(
    deployment: Deployment,
    args: string[],
    options?: CommandOptions,
): Promise<CommandResult> {
    const providers = await otherProviders(deployment.place);
    try {
        return await deployment.run(args, { ...providers.environment, ...options?.environment }, options);
    } finally {
        providers.close();
    }
}
