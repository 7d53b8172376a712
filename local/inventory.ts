import type { Cloud } from "./cloud/cloud";
import type { Properties } from "./cloud/store";

/** One resource of the local Google Cloud, as `slipway local ls --json` prints it. */
export interface Resource {
    project: string;
    /** Pulumi's type token; the kind in Google's own terms for what Google Cloud made by itself. */
    type: string;
    id: string;
    properties: Properties;
}

/** Everything that exists, except what every project has without anybody's doing. */
export function inventory(cloud: Cloud): Resource[] {
    return cloud.store
        .list()
        .filter((entry) => entry.type !== undefined || !/^\/\/(serviceusage|policies\.iam|iam)\./.test(entry.name))
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

/** A resource in full, found by its id or, when only one fits, by the end of it. */
export function shown(resources: Resource[], id: string): string {
    const exact = resources.filter((resource) => resource.id === id);
    const found = exact.length > 0 ? exact : resources.filter((resource) => resource.id.endsWith(id));
    if (found.length === 0) {
        throw new Error(`nothing has the id "${id}". 'slipway local ls' lists what exists.`);
    }
    if (found.length > 1 && exact.length === 0) {
        throw new Error(`"${id}" fits ${found.length} resources: ${found.map((each) => each.id).join(", ")}`);
    }
    return `${JSON.stringify(found.length === 1 ? found[0] : found, undefined, 2)}\n`;
}
