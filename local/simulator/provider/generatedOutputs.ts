import { createHash, randomUUID } from "node:crypto";
import { digits } from "../cloud/ids";
import type { Context, Inputs } from "../rules/rules";
import type { SchemaProperties, SchemaProperty } from "../schema/schema";

/** A resource of a type without simulation rules. */
export interface GenericResource {
    /** The service and the type, such as `redis/instance`. */
    module: string;
    /** Its inputs with its local ID. */
    inputs: Inputs;
    context: Context;
}

const isOutput = ({ computed, optional }: SchemaProperty) => computed === true && optional !== true;

/**
 * Completes the inputs, or a block of them, with generated values for what the server sets. Their names decide their form, so that other
 * resources accept them: `writerIdentity` is an existing service agent, and `ipAddress` an address.
 *
 * @param old the current values, which are kept
 */
export function withGenerated(
    values: Inputs,
    properties: SchemaProperties,
    old: Inputs | undefined,
    resource: GenericResource,
): Inputs {
    const complete = Object.entries(properties).flatMap(([name, property]): [string, unknown][] => {
        const value = values[name] ?? (property.computed ? old?.[name] : undefined);
        if (value === undefined) {
            return property.computed ? [[name, generated(name, property, resource)]] : [];
        }
        return [[name, property.fields ? completedBlocks(value, property.fields, old?.[name], resource) : value]];
    });
    return { ...values, ...Object.fromEntries(complete) };
}

function completedBlocks(value: unknown, fields: SchemaProperties, old: unknown, resource: GenericResource): unknown {
    const completed = (block: unknown, before: unknown) =>
        typeof block === "object" && block !== null
            ? withGenerated(block as Inputs, fields, before as Inputs | undefined, resource)
            : block;
    return Array.isArray(value)
        ? value.map((block, index) => completed(block, Array.isArray(old) ? old[index] : undefined))
        : completed(value, old);
}

function generated(name: string, property: SchemaProperty, resource: GenericResource): unknown {
    const { type, fields, maxItems, elem } = property;
    switch (type) {
        case "string":
            return generatedText(name, resource);
        case "boolean":
            return false;
        case "integer":
        case "number":
            return /port$/i.test(name) ? 443 : 0;
        case "map":
            return {};
        default: {
            const item = fields ? withGenerated({}, fields, undefined, resource) : generatedText(name, resource);
            if (maxItems === 1 && elem === undefined) {
                return item;
            }
            const hasItems = isOutput(property) && !/error|warning/i.test(name);
            return hasItems && (fields || elem === "string") ? [item] : [];
        }
    }
}

/** The forms of texts, by the name of their property. */
const forms: [RegExp, (resource: GenericResource) => string][] = [
    [/^member$|identity$/i, (resource) => `serviceAccount:${agent(resource)}`],
    [/email$|serviceAccount(Id)?$|serviceAgent$/i, agent],
    [/selfLink(WithId)?$/i, (resource) => `https://www.googleapis.com/${service(resource)}/v1/${pathOf(resource)}`],
    [/(Time|Timestamp|At)$/, ({ context }) => context.cloud.now().toISOString()],
    [/^(uid|uuid)$|Uid$/, () => randomUUID()],
    [/ur[il]$/i, (resource) => `https://${domain(resource)}/`],
    [/range$|cidr/i, (resource) => `10.${bytes(resource, 2).join(".")}.0/24`],
    [/^host$|^ip$|[a-z]Ip$|ipv?4?Address$/i, (resource) => `10.${bytes(resource, 3).join(".")}`],
    [/domain|dns|hostname|fqdn|endpoint/i, domain],
    [/etag$|fingerprint$|sha256$|hash$/i, (resource) => hash(resource).toString("base64")],
    [/(^|[a-z])stat(e|us)$/i, () => "ACTIVE"],
    [/^(project)?number$/i, number],
    [/^(id|(unique|numeric|generated)Id)$/i, ({ inputs }) => digits(inputs.localId, 19)],
    [/^project$/, projectOf],
    [/^(region|location)$/, ({ context }) => context.region ?? "us-central1"],
    [/^deletionPolicy$/, () => "DELETE"],
    [/^name$/, pathOf],
];

/** A name in lower case where the form is not known, which most services accept. */
function generatedText(name: string, resource: GenericResource): string {
    const [, form] = forms.find(([pattern]) => pattern.test(name)) ?? [];
    return form ? form(resource) : hyphenated(`${resource.module}-${name}`);
}

/** The ID of a resource in the form of Google's: `projects/acme-dev/zones/europe-west1-b/disks/main`. */
export function pathOf({
    module,
    inputs,
    context,
}: Pick<GenericResource, "module" | "inputs"> & { context?: Context }): string {
    const { project = context?.project ?? "", zone, region, location, name, localId } = inputs;
    const kind = module.split("/").at(-1) as string;
    const places = Object.entries({ zones: zone, regions: region, locations: location });
    const [place] = places.filter(([, value]) => typeof value === "string" && value !== "");
    const at = place ? `${place.join("/")}/` : module.startsWith("compute/") ? "global/" : "";
    const ownName = name ?? inputs[`${kind}Id`] ?? localId;
    return `projects/${project}/${at}${plural(kind)}/${String(ownName).split("/").at(-1)}`;
}

const plural = (kind: string) =>
    /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : kind.replace(/s?$/, (s) => (s ? "ses" : "s"));

const service = ({ module }: GenericResource) => module.split("/")[0] as string;

function projectOf({ inputs, context }: GenericResource): string {
    return inputs.project ?? context.project ?? "";
}

/** The number of the project, if that exists. */
function number(resource: GenericResource): string {
    const project = projectOf(resource);
    return String(resource.context.cloud.projects.find(project)?.state.number ?? digits(project, 12));
}

/** The service's agent in the project, which exists from then on. */
function agent(resource: GenericResource): string {
    const email = `service-${number(resource)}@gcp-sa-${service(resource)}.iam.gserviceaccount.com`;
    resource.context.cloud.iam.admitAgent(projectOf(resource), email);
    return email;
}

const hash = ({ inputs }: GenericResource) => createHash("sha256").update(inputs.localId).digest();

const bytes = (resource: GenericResource, count: number) => [...hash(resource).subarray(0, count)];

function domain(resource: GenericResource): string {
    return `${hash(resource).toString("hex").slice(0, 10)}.${hyphenated(resource.module)}.example.com`;
}

const hyphenated = (text: string) =>
    text
        .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
        .replaceAll(/[^A-Za-z0-9]+/g, "-")
        .toLowerCase();
