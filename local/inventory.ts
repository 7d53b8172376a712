import { distance } from "fastest-levenshtein";
import type { Cloud } from "./cloud/cloud";
import type { Entry, Properties } from "./cloud/store";

/** One resource of the local Google Cloud, as `slipway local ls --json` prints it. */
export interface Resource {
    project: string;
    /** Pulumi's type token; the kind in Google's own terms for what Google Cloud made by itself. */
    type: string;
    id: string;
    properties: Properties;
}

/**
 * What Google Cloud has without anybody's doing: of each project, of App Engine's versions, of each instance of Cloud SQL, of
 * networks that are gone.
 */
const byItself =
    /^\/\/((blocked|told)\/|(serviceusage|policies\.iam|iam)\.|appengine\.googleapis\.com\/.*\/(facts|operations\/[^/]+)$|compute\.googleapis\.com\/.*\/instances\/aef-|cloudsql\.googleapis\.com\/.*\/(users|backupRuns|serverCas)\/|servicenetworking\.googleapis\.com\/known\/)/;

/** The rule of App Engine's firewall that comes with an application, as long as nobody has changed it. */
const isUntouchedRule = ({ name, state }: Entry) =>
    /^\/\/appengine\..*\/firewall\/ingressRules\/2147483647$/.test(name) &&
    state.action === "ALLOW" &&
    state.description === "The default action.";

/** Everything that exists, except what is there without anybody's doing. */
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

/** `//run.googleapis.com/projects/p/locations/l/services/s` is a `run.googleapis.com/services`. */
function kind(name: string): string {
    const [service, ...path] = name.slice(2).split("/");
    return `${service}/${path.at(-2)}`;
}

function compare(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0;
}

export function listed(resources: Resource[]): string {
    if (resources.length === 0) {
        return "nothing exists yet: deploy a stack with 'slipway local up -s dev'\n";
    }
    const lines: string[] = [];
    for (const project of new Set(resources.map((resource) => resource.project))) {
        const own = resources.filter((resource) => resource.project === project);
        const width = Math.max(...own.map(({ type }) => type.length));
        lines.push(`${project} (${own.length})`, ...own.map(({ type, id }) => `  ${type.padEnd(width)}  ${id}`), "");
    }
    return lines.join("\n");
}

/**
 * The resource of an id or, when only one fits, of the end of an id.
 *
 * @returns several when the whole id is that of resources of several types
 */
export function found<Found extends { id: string }>(resources: Found[], id: string): Found[] {
    const exact = resources.filter((resource) => resource.id === id);
    const fitting = exact.length > 0 ? exact : resources.filter((resource) => resource.id.endsWith(id));
    if (fitting.length === 0) {
        const [near] = resources.map((resource) => resource.id).sort(nearness(id));
        const mend = near === undefined ? "Nothing exists yet" : `The nearest is "${near}"`;
        throw new Error(`nothing has the id "${id}". ${mend}; 'slipway local ls' lists what exists.`);
    }
    if (fitting.length > 1 && exact.length === 0) {
        throw new Error(`"${id}" fits ${fitting.length} resources: ${fitting.map((each) => each.id).join(", ")}`);
    }
    return fitting;
}

/** Orders ids by how near they are: by their last part, as the path before it is mostly left out. */
function nearness(id: string): (one: string, other: string) => number {
    const wanted = lastPart(id);
    const far = (each: string) => distance(lastPart(each), wanted);
    return (one, other) => far(one) - far(other);
}

const lastPart = (id: string) => id.split("/").at(-1) as string;

/** A resource in full, as `slipway local show` prints it. */
export function shown(resources: Resource[], id: string): string {
    const [first, ...others] = found(resources, id);
    return `${JSON.stringify(others.length === 0 ? first : [first, ...others], undefined, 2)}\n`;
}
