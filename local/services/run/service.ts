import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { type Context, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { findSubnetwork, releaseServerless, reserveServerless } from "../compute";
import { api, servicePath } from "./names";
import { start } from "./start";
import { state } from "./state";
import { verify } from "./verify";

const path = (inputs: Inputs) => servicePath(inputs, inputs.name);

/** The subnetworks for a service's egress. */
function subnetworksOf({ project, location, template }: Inputs, cloud: Cloud): string[] {
    return (template.vpcAccess?.networkInterfaces ?? []).flatMap(
        ({ network, subnetwork }: Inputs) =>
            findSubnetwork(cloud, subnetwork ?? network, { project, region: location })?.id ?? [],
    );
}

/** Reserves addresses in the subnetworks of a service, and releases those of unused subnetworks. */
function reserve(state: Inputs, { cloud }: Context, old?: Inputs): void {
    const now = subnetworksOf(state, cloud);
    for (const subnetwork of old ? subnetworksOf(old, cloud) : []) {
        if (!now.includes(subnetwork)) {
            releaseServerless(cloud, subnetwork, path(state));
        }
    }
    for (const subnetwork of now) {
        reserveServerless(cloud, subnetwork, path(state));
    }
}

export const runService: TypeRules = {
    noun: "Service",
    generatedNoun: "CloudRunV2Service",
    api,
    id: path,
    validators: {
        "template.timeout": (timeout) =>
            /^[0-9]+(?:\.[0-9]{1,9})?s$/.test(timeout)
                ? undefined
                : `"template.0.timeout" (${JSON.stringify(timeout)}) doesn't match regexp "^[0-9]+(?:\\\\.[0-9]{1,9})?s$"`,
    },
    normalize: { name: lastPart },
    changesOnUpdate: [
        "conditions",
        "etag",
        "generation",
        "latestCreatedRevision",
        "latestReadyRevision",
        "observedGeneration",
        "terminalConditions",
        "trafficStatuses",
        "updateTime",
    ],
    alreadyExists: () => new GoogleError(409, "Resource already exists."),
    verify,
    operation: { run: start, broken: { terminalConditions: [{ type: "Ready", state: "CONDITION_FAILED" }] } },
    state,
    afterStore: reserve,
    remove: (inputs, { cloud }) => {
        if (inputs.deletionProtection) {
            throw new Error(
                "cannot destroy service without setting deletion_protection=false and running `terraform apply`",
            );
        }
        for (const subnetwork of subnetworksOf(inputs, cloud)) {
            releaseServerless(cloud, subnetwork, path(inputs));
        }
    },
};
