import { policyTypes } from "../../../rules/policy";
import { type Inputs, lastPart, type TypeRules } from "../../../rules/rules";
import { computeApi, fullName, notFound } from "../names";
import { diskPath } from "./disk";
import { zonePath } from "./zonal";

const instancePath = (inputs: Inputs) =>
    `${zonePath(inputs)}/instances/${lastPart(inputs.instanceName ?? inputs.instance)}`;

const named = (inputs: Inputs) => diskPath({ ...inputs, name: lastPart(inputs.name) });

/** The policies of instances and disks. */
export const machinePolicies: Record<string, TypeRules> = {
    ...policyTypes({
        token: "gcp:compute/instanceIAM",
        property: "instanceName",
        api: computeApi,
        id: instancePath,
        name: (inputs) => fullName(instancePath(inputs)),
        describe: (inputs) => `compute instance ${JSON.stringify(instancePath(inputs))}`,
        missing: (inputs) => notFound(instancePath(inputs)),
    }),
    ...policyTypes({
        token: "gcp:compute/diskIam",
        property: "name",
        api: computeApi,
        id: named,
        name: (inputs) => fullName(named(inputs)),
        describe: (inputs) => `compute disk ${JSON.stringify(named(inputs))}`,
        missing: (inputs) => notFound(named(inputs)),
    }),
};
