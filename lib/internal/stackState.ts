import * as pulumi from "@pulumi/pulumi";
import { perProgram } from "./perProgram";
import { currentProgram, invoke } from "./pulumiSdk";

/** The outputs of a resource in the stack's state. */
export type StateOutputs = Record<string, unknown>;

/**
 * The outputs of the resources that were in the stack's state when this was first called, by URN; undefined if the backend does not return it.
 * It reads the whole state once in a program: only call it if an answer depends on it.
 */
export function resourcesInState(): Promise<Map<string, StateOutputs> | undefined> {
    return perProgram("slipway.stackState", currentProgram(), () => readState().catch(() => undefined));
}

async function readState(): ReturnType<typeof resourcesInState> {
    const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
    const response: StateResponse | undefined = await invoke(token, { stackName });
    const outputs = response && Object.entries(response.outputs ?? {});
    return outputs && new Map(outputs.map(([urn, resource]) => [urn, resource.outputs]));
}

const token = "pulumi:pulumi:readStackResourceOutputs";

interface StateResponse {
    outputs?: Record<string, { outputs: StateOutputs }>;
}
