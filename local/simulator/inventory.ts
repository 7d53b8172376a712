import { distance } from "fastest-levenshtein";
import type { Cloud } from "./cloud/cloud";
import type { Entry, Properties } from "./cloud/store";

/** A resource of the local Google Cloud, as in the output of `slipway local ls --json`. */
export interface Resource {
    project: string;
    /** Pulumi's type token; for resources that Google Cloud creates, Google's resource type. */
    type: string;
    id: string;
    properties: Properties;
}

/**
 * Resources that exist by default: of projects and their organization, App Engine versions, Cloud Run services and jobs, Cloud SQL
 * instances and deleted networks; and Vertex AI's copies of models.
 */
const byItself =
    /^\/\/((blocked|told)\/|(serviceusage|policies\.iam|iam|orgpolicy)\.|aiplatform\.googleapis\.com\/.*\/operations\/[^/]+$|appengine\.googleapis\.com\/.*\/(facts|operations\/[^/]+)$|compute\.googleapis\.com\/.*\/(instances\/aef-|operations\/[^/]+$)|cloudsql\.googleapis\.com\/.*\/(users|backupRuns|serverCas)\/|run\.googleapis\.com\/.*\/(revisions|executions)\/|iap\.googleapis\.com\/|servicenetworking\.googleapis\.com\/known\/|storage\.googleapis\.com\/buckets\/caip-tenant-)/;

/** The default rule of App Engine's firewall, if it was not changed. */
const isUntouchedRule = ({ name, state }: Entry) =>
    /^\/\/appengine\..*\/firewall\/ingressRules\/2147483647$/.test(name) &&
    state.action === "ALLOW" &&
    state.description === "The default action.";

/** All resources, except those that exist by default. */
export function inventory(cloud: Cloud): Resource[] {
    return cloud.store
        .list()
        .filter((entry) => (entry.type !== undefined || !byItself.test(entry.name)) && !isUntouchedRule(entry))
        .map(({ project, type, name, id, state }) => ({ project, type: type ?? kind(name), id, properties: state }))
        .sort(
            (one, other) =>
                compare(one.project, other.project) || compare(one.type, other.type) || compare(one.id, other.id),
        );
}

/** The type of `//run.googleapis.com/projects/p/locations/l/services/s` is `run.googleapis.com/services`. */
function kind(name: string): string {
    const [service, ...path] = name.slice(2).split("/");
    return `${service}/${path.at(-2)}`;
}

function compare(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * Finds a resource by its ID, or by the end of its ID if it is unique.
 *
 * @returns several resources if resources of several types have the ID
 */
export function findResources<Found extends { id: string }>(resources: Found[], id: string): Found[] {
    const exact = resources.filter((resource) => resource.id === id);
    const fitting = exact.length > 0 ? exact : resources.filter((resource) => resource.id.endsWith(id));
    if (fitting.length === 0) {
        const [near] = resources.map((resource) => resource.id).sort(nearness(id));
        const hint = near === undefined ? "There are no resources" : `The nearest ID is "${near}"`;
        throw new Error(`no resource has the ID "${id}". ${hint}; 'slipway local ls' lists all resources.`);
    }
    if (fitting.length > 1 && exact.length === 0) {
        throw new Error(`"${id}" matches ${fitting.length} resources: ${fitting.map((item) => item.id).join(", ")}`);
    }
    return fitting;
}

/** Compares IDs by similarity of their last part, as the path is usually omitted. */
function nearness(id: string): (one: string, other: string) => number {
    const desired = lastPart(id);
    const far = (item: string) => distance(lastPart(item), desired);
    return (one, other) => far(one) - far(other);
}

const lastPart = (id: string) => id.split("/").at(-1) as string;

/** Formats a resource for `slipway local show`. */
export function formatResource(resources: Resource[], id: string): string {
    const [first, ...others] = findResources(resources, id);
    return `${JSON.stringify(others.length === 0 ? first : [first, ...others], undefined, 2)}\n`;
}
