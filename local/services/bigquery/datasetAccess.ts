import { createHash } from "node:crypto";
import { policyName } from "../../cloud/iam";
import type { Inputs, TypeRules } from "../../rules/rules";
import { allow, allows, disallow, fullRole, verifyAccesses } from "./access";
import { api, bigQueryName, datasetOf, datasetPath } from "./names";

const who = ["domain", "groupByEmail", "iamMember", "routine", "specialGroup", "userByEmail", "view"];

/** The entry of the access list that the resource is. */
function accessOf(inputs: Inputs): Inputs {
    const { authorizedDataset: dataset, role, condition } = inputs;
    const given = [...who.map((property) => [property, inputs[property]]), ["dataset", dataset]];
    const all = [["role", role], ...given, ["condition", condition]];
    return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** One entry of a dataset's access list: the id is the dataset's, whichever entry it is. */
export const datasetAccess: TypeRules = {
    noun: "DatasetAccess",
    generatedNoun: "BigQueryDatasetAccess",
    api,
    id: datasetPath,
    name: (inputs) => {
        const entry = createHash("sha256")
            .update(JSON.stringify(accessOf(inputs)))
            .digest("hex");
        return `${policyName(bigQueryName(datasetPath(inputs)))}/accesses/${entry}`;
    },
    compared: {
        role: fullRole,
        userByEmail: (email) => String(email).toLowerCase(),
        groupByEmail: (email) => String(email).toLowerCase(),
    },
    verify: (inputs, { cloud }) => {
        datasetOf(inputs, cloud);
        verifyAccesses(cloud, datasetPath(inputs), [inputs]);
    },
    state: () => ({ apiUpdatedMember: false }),
    stored: (state, { cloud }) => allow(cloud, datasetPath(state), accessOf(state)),
    read: (state, { cloud }) => {
        const there = cloud.store.read(bigQueryName(datasetPath(state)));
        return there && allows(cloud, datasetPath(state), accessOf(state)) ? state : undefined;
    },
    remove: (state, { cloud }) => disallow(cloud, datasetPath(state), accessOf(state)),
};
