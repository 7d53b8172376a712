import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { stateOfProgram } from "./programState";
import { currentProgram, invoke } from "./pulumiSdk";

/** The outputs of a resource in the stack's state. */
export type StateOutputs = Record<string, unknown>;

/** Pauses before the state is read again, in milliseconds: a backend can be busy or limit requests. */
const pauses = [250, 1000];

/**
 * The outputs of the resources that were in the stack's state when this was first called, by URN; undefined if the backend does not return it.
 * It reads the whole state once in a program: only call it if an answer depends on it.
 */
export const resourcesInState = (): Promise<Map<string, StateOutputs> | undefined> =>
    stateOfProgram("slipway.stackState", currentProgram(), stateOrWarning);

async function stateOrWarning(): ReturnType<typeof resourcesInState> {
    const stackName = fullStackName();
    if (stackName === undefined) {
        return undefined;
    }
    for (const pause of pauses) {
        try {
            return await readState(stackName);
        } catch {
            await setTimeout(pause);
        }
    }
    try {
        return await readState(stackName);
    } catch (error) {
        await pulumi.log.warn(
            `The stack's state cannot be read, so what replacements lose is not shown, and what gets another name is deleted before it is created again. ${(error as Error).message}`,
        );
        return undefined;
    }
}

/** The name of the stack with its organization and project; undefined in a unit test with mocks that have none. */
function fullStackName(): string | undefined {
    try {
        return [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
    } catch {
        return undefined;
    }
}

async function readState(stackName: string): ReturnType<typeof resourcesInState> {
    const response: StateResponse | undefined = await invoke(token, { stackName });
    const outputs = response && Object.entries(response.outputs ?? {});
    return outputs && new Map(outputs.map(([urn, resource]) => [urn, resource.outputs]));
}

const token = "pulumi:pulumi:readStackResourceOutputs";

interface StateResponse {
    outputs?: Record<string, { outputs: StateOutputs }>;
}
