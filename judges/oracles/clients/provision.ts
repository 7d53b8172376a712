import { GoogleError } from "../../../local/simulator/cloud/errors";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { schemaOf } from "../../../local/simulator/schema/schema";
import type { Made, World } from "../../../test/unit/local/world";
import { toProperties } from "../recordings/conversion";
import { recordedTypes } from "../recordings/types";

/** The types of resources that tests make, and the input that has the name. */
const types: Record<string, [token: string, name: string]> = {
    bucket: ["gcp:storage/bucket:Bucket", "name"],
    dataset: ["gcp:bigquery/dataset:Dataset", "datasetId"],
    table: ["gcp:bigquery/table:Table", "tableId"],
    topic: ["gcp:pubsub/topic:Topic", "name"],
    subscription: ["gcp:pubsub/subscription:Subscription", "name"],
};

/** The resources that tests make and delete with a client, made and deleted as by a deployment. */
export class Deployment {
    private readonly resources = new Map<string, Made>();

    constructor(private readonly world: World) {}

    /** Makes a resource of an API. */
    make(kind: string, name: string, resource: Inputs): void {
        const [token, named] = types[kind] as [string, string];
        const type = recordedTypes.find((each) => each.token === token);
        const schema = schemaOf(token)?.properties ?? {};
        const { name: _, ...rest } = resource;
        const unknown: string[] = [];
        const properties = type && toProperties(type.flat?.(rest) ?? rest, schema, type, unknown);
        if (unknown.length > 0) {
            throw new GoogleError(400, `A deployment has no ${unknown.join(", ")}.`);
        }
        const inputs = Object.entries({ ...properties, ...type?.inputs?.(rest, {}) }).filter(([input]) => {
            return schema[input]?.required || schema[input]?.optional;
        });
        const place = kind === "table" ? { datasetId: name.split("/").at(-3) } : {};
        const own = { ...Object.fromEntries(inputs), ...place, [named]: name.split("/").at(-1) };
        this.resources.set(name, this.world.makeAny(token, own));
    }

    /** Deletes a resource, whoever made it. */
    remove(kind: string, name: string, options: Inputs = {}): void {
        const made = this.resources.get(name);
        if (kind === "dataset" && options?.deleteContents) {
            this.removeTables(name);
        }
        if (made) {
            this.world.remove(made);
            this.resources.delete(name);
        } else if (kind === "table" && this.world.cloud.store.read(`//bigquery.googleapis.com${name}`)) {
            // A job made it.
            this.world.cloud.store.remove(`//bigquery.googleapis.com${name}`);
        } else {
            throw new GoogleError(404, `Not found: ${name}`);
        }
    }

    private removeTables(dataset: string): void {
        for (const { name } of this.world.cloud.store.list(`//bigquery.googleapis.com${dataset}/tables`)) {
            this.remove("table", name.replace("//bigquery.googleapis.com", ""));
        }
    }
}
