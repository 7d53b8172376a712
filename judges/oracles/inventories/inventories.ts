import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Attributes } from "../acceptance/evaluator";
import type { Case } from "../judge";

/** An example of a README with the inventory that Cloud Foundation Fabric expects of its plan. */
export interface Described {
    module: string;
    /** As in `judges/peers`. */
    title: string;
    /** The file of the inventory. */
    inventory: string;
    /** No README refers to the inventory. */
    unreferenced?: true;
    /** The files that Fabric's tests add to the example. */
    fixtures?: string;
    /** What the example sets: its blocks by type, and the files that it reads. What is not evaluated is `{ $expression }`. */
    sets: Record<string, unknown>;
    /** The attributes of resources and data sources, by address. */
    values: Record<string, Attributes>;
    /** How many resources there are of a type. */
    counts: Record<string, number>;
    outputs: Record<string, unknown>;
}

/** The contents of the file that `generate.mjs` writes. */
interface File {
    source: string;
    license: string;
    /** The values of the variables of Fabric's tests, which stand for any project, group or network. */
    variables: Record<string, unknown>;
    examples: Described[];
}

export type Inventory = Case & Described;

const file: File = JSON.parse(gunzipSync(readFileSync(join(__dirname, "inventories.json.gz"))).toString());

/** Google's service of what a module creates, as the provider's modules name it. */
const services: Record<string, string> = {
    "artifact-registry": "artifactregistry",
    "bigquery-dataset": "bigquery",
    "cloud-function-v2": "cloudfunctionsv2",
    "cloud-run-v2": "cloudrunv2",
    "cloudsql-instance": "sql",
    "compute-mig": "compute",
    "compute-vm": "compute",
    dns: "dns",
    gcs: "storage",
    "gke-cluster-autopilot": "container",
    "gke-cluster-standard": "container",
    "gke-nodepool": "container",
    "iam-service-account": "serviceaccount",
    kms: "kms",
    "logging-bucket": "logging",
    "net-address": "compute",
    "net-cloudnat": "compute",
    "net-lb-app-ext": "compute",
    "net-lb-app-ext-regional": "compute",
    "net-lb-app-int": "compute",
    "net-lb-app-int-cross-region": "compute",
    "net-lb-ext": "compute",
    "net-lb-int": "compute",
    "net-lb-proxy-int": "compute",
    "net-vpc": "compute",
    "net-vpc-firewall": "compute",
    project: "projects",
    pubsub: "pubsub",
    "secret-manager": "secretmanager",
};

export const inventories = (): Inventory[] =>
    file.examples.map((example) => ({
        ...example,
        values: Object.fromEntries(Object.entries(example.values).filter(([address]) => isDeclared(address, example))),
        name: `${example.module} ${example.title}, ${example.inventory}`,
        unit: `${example.module}/${example.inventory}`,
        service: services[example.module] as string,
    }));

/** Whether the example itself declares a resource, or the module that does. Others are in files that Fabric's tests add. */
function isDeclared(address: string, { sets }: Described): boolean {
    const [, kind = "resource", name = ""] =
        /^(?:(module|data)\.)?([\w-]+(?<=^module\.[\w-]*)|[\w-]+\.[\w-]+)/.exec(address) ?? [];
    const blocks = (sets[kind] ?? []) as { $labels: string[] }[];
    return blocks.some(({ $labels }) => $labels.join(".") === name);
}

/** The strings in a value. */
export function stringsIn(value: unknown): string[] {
    if (typeof value === "string") {
        return [value];
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/**
 * What Fabric's tests have in place of a project, a group or a network that an example does not choose, and the numbers of their organization.
 * The longest first, as some are parts of others.
 */
export const placeholders: string[] = [
    ...new Set([...stringsIn(file.variables).filter((text) => text.length > 3), "1122334455", "1234567890"]),
].sort((one, other) => other.length - one.length);

/** The variable that examples put before names. */
export const prefix = String(file.variables.prefix);
