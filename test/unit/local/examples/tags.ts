import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

const api = "//cloudresourcemanager.googleapis.com";

/** Stores a key or a value whose ID, which the API chooses, examples can name. */
function store(world: World, id: string, state: Inputs): void {
    const entry = { name: `${api}/${id}`, project: "acme-dev", id };
    world.cloud.store.create({ ...entry, state: { ...state, name: id.split("/")[1] } });
}

export function prepare(world: World): void {
    world.enable("cloudresourcemanager");
    store(world, "tagKeys/281", { parent: "projects/acme-dev", shortName: "team", namespacedName: "acme-dev/team" });
    store(world, "tagValues/282", {
        parent: "tagKeys/281",
        shortName: "forecast",
        namespacedName: "acme-dev/team/forecast",
    });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:tags/tagKey:TagKey": [
        { parent: "projects/acme-dev", shortName: "environment" },
        {
            parent: "organizations/123456789012",
            shortName: "cost_center",
            description: "Cost center.",
            allowedValuesRegex: "^cc-[0-9]{3}$",
        },
    ],
    "gcp:tags/tagValue:TagValue": [
        { parent: "tagKeys/281", shortName: "prod" },
        { parent: "tagKeys/281", shortName: "dev", description: "Development." },
    ],
    "gcp:tags/tagBinding:TagBinding": [
        { parent: "//pubsub.googleapis.com/projects/acme-dev/topics/sales", tagValue: "tagValues/282" },
        { parent: "//pubsub.googleapis.com/projects/acme-dev/topics/dead", tagValue: "acme-dev/team/forecast" },
    ],
    "gcp:tags/locationTagBinding:LocationTagBinding": [
        {
            parent: "//storage.googleapis.com/projects/_/buckets/acme-files",
            location: "europe-west1",
            tagValue: "tagValues/282",
        },
    ],
    ...policyExamples("gcp:tags/tagKeyIam", { tagKey: "281" }, "roles/resourcemanager.tagViewer"),
    ...policyExamples("gcp:tags/tagValueIam", { tagValue: "282" }, "roles/resourcemanager.tagUser"),
};
