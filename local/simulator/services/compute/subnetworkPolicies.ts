import { policyTypes } from "../../rules/policy";
import type { Inputs, TypeRules } from "../../rules/rules";
import { computeApi, fullName, notFound, subnetworkPath } from "./names";

const id = ({ subnetwork, project, region }: Inputs) => subnetworkPath(subnetwork, { project, region });

/** The policies of subnetworks. */
export const subnetworkPolicies: Record<string, TypeRules> = policyTypes({
    token: "gcp:compute/subnetworkIAM",
    property: "subnetwork",
    api: computeApi,
    id,
    name: (inputs) => fullName(id(inputs)),
    describe: (inputs) => `compute subnetwork ${JSON.stringify(id(inputs))}`,
    missing: (inputs) => notFound(id(inputs)),
});
