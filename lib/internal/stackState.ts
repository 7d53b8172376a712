import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { perProgram } from "./perProgram";

/** The outputs of a resource in the stack's state. */
export type StateOutputs = Record<string, unknown>;

const disconnected = {};

/**
 * The outputs of the resources that were in the stack's state when this was first called, by URN; undefined if the backend does not tell.
 * It reads the whole state once in a program: only call it if an answer depends on it.
 */
export function resourcesInState(): Promise<Map<string, StateOutputs> | undefined> {
    // By connection to the engine, of which a stack with several environments has several.
    const connection = pulumi.runtime.getMonitor() ?? disconnected;
    return perProgram("slipway.stackState", connection, () => readState().catch(() => undefined));
}

/** The SDK's own call would construct the resources that outputs refer to. */
async function readState(): ReturnType<typeof resourcesInState> {
    const {
        ResourceInvokeRequest,
    }: typeof import("@pulumi/pulumi/proto/resource_pb") = require("@pulumi/pulumi/proto/resource_pb");
    const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
    const { Struct } = ofSdk("google-protobuf/google/protobuf/struct_pb.js");
    const request = new ResourceInvokeRequest();
    const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
    request.setTok(token);
    request.setArgs(Struct.fromJavaScript({ stackName }));
    return new Promise((resolve) => {
        pulumi.runtime.getMonitor()?.invoke(request, (error, response) => {
            const found = (error ? undefined : response.getReturn()?.toJavaScript()) as StateResponse | undefined;
            const outputs = found && Object.entries(found.outputs ?? {});
            resolve(outputs && new Map(outputs.map(([urn, resource]) => [urn, resource.outputs])));
        });
    });
}

const token = "pulumi:pulumi:readStackResourceOutputs";

interface StateResponse {
    outputs?: Record<string, { outputs: StateOutputs }>;
}
