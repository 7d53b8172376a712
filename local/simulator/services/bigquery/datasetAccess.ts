import { createHash } from "node:crypto";
import { policyName } from "../../cloud/grants";
import type { Inputs, TypeRules } from "../../rules/rules";
import { findAccess, fullRole, grant, hasAccess, revoke, verifyAccesses } from "./access";
import { api, bigQueryName, datasetOf, datasetPath } from "./names";

const who = ["domain", "groupByEmail", "iamMember", "routine", "specialGroup", "userByEmail", "view"];

/** The access entry of the resource. */
function accessOf(inputs: Inputs): Inputs {
    const { authorizedDataset: dataset, role, condition } = inputs;
    const input = [...who.map((property) => [property, inputs[property]]), ["dataset", dataset]];
    const all = [["role", role], ...input, ["condition", condition]];
    return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** A value as Go prints a map. */
const inGo = (value: unknown): string =>
    typeof value === "object" && value !== null
        ? `map[${Object.entries(value)
              .sort(([one], [other]) => (one < other ? -1 : 1))
              .map(([key, each]) => `${key}:${inGo(each)}`)
              .join(" ")}]`
        : String(value);

/** An entry of a dataset's access list. The ID of all entries is that of the dataset. */
export const datasetAccess: TypeRules = {
    noun: "DatasetAccess",
    generatedNoun: "BigQueryDatasetAccess",
    cost: "free",
    api,
    id: datasetPath,
    name: (inputs) => {
        const entry = createHash("sha256")
            .update(JSON.stringify(accessOf(inputs)))
            .digest("hex");
        return `${policyName(bigQueryName(datasetPath(inputs)))}/accesses/${entry}`;
    },
    normalize: {
        role: fullRole,
        userByEmail: (email) => String(email).toLowerCase(),
        groupByEmail: (email) => String(email).toLowerCase(),
    },
    verify: (inputs, { cloud }, old) => {
        datasetOf(inputs, cloud);
        // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/bigquery/resource_bigquery_dataset_access.go
        const found = old ? undefined : findAccess(cloud, datasetPath(inputs), accessOf(inputs));
        if (found) {
            throw new Error(`Unable to create DatasetAccess, existing object already found: ${inGo(found)}`);
        }
        verifyAccesses(cloud, datasetPath(inputs), [inputs]);
    },
    state: () => ({ apiUpdatedMember: false }),
    afterStore: (state, { cloud }) => grant(cloud, datasetPath(state), accessOf(state)),
    read: (state, { cloud }) => {
        const there = cloud.store.read(bigQueryName(datasetPath(state)));
        return there && hasAccess(cloud, datasetPath(state), accessOf(state)) ? state : undefined;
    },
    remove: (state, { cloud }) => revoke(cloud, datasetPath(state), accessOf(state)),
    calls: {
        create: ["bigquery.datasets.getAccess", "bigquery.datasets.updateAccess"],
        read: ["bigquery.datasets.getAccess"],
        update: [],
        delete: ["bigquery.datasets.getAccess", "bigquery.datasets.updateAccess"],
    },
};
