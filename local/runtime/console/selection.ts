import { declaredResources } from "../../machine/declared";
import { componentsAbove, described } from "../../machine/exported";
import { existingStacks, resourcesOf } from "../../machine/stacks";
import type { Workspace } from "../../machine/workspace";
import type { Resource } from "../../simulator";

/** Which resources are listed. */
export interface Selection {
    /** Only resources whose type, ID or component contains this text, in any case. */
    text?: string;
    /** Only resources of this project. */
    project?: string;
}

/** A resource with the component that created it, such as `PubSubTopic sale-range`. */
export interface Row extends Resource {
    component: string;
}

/** The subnetworks of automatic networks, of which there are dozens. */
export const isAutomatic = ({ type }: Resource) => type === "compute.googleapis.com/subnetworks";

/** The resources that the options select, with their components. */
export function selected(resources: Resource[], place: Workspace, { text = "", project }: Selection): Row[] {
    const components = componentsOf(place);
    const desired = text.toLowerCase();
    return resources
        .map((resource) => ({ ...resource, component: components.get(key(resource.type, resource.id)) ?? "" }))
        .filter((row) => project === undefined || row.project === project)
        .filter((row) => [row.type, row.id, row.component].some((value) => value.toLowerCase().includes(desired)));
}

/** The components of all stacks, by the resources that they created. */
function componentsOf(place: Workspace): Map<string, string> {
    return new Map([
        ...declaredResources(place),
        ...existingStacks(place).flatMap((stack) => {
            const resources = resourcesOf(place, stack);
            const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
            return resources
                .filter(({ id }) => id !== undefined)
                .map((resource) => {
                    const [nearest] = componentsAbove(resource, (urn) => byUrn.get(urn));
                    return [key(resource.type, resource.id as string), nearest ? described(nearest) : ""] as const;
                });
        }),
    ]);
}

const key = (type: string, id: string) => `${type} ${id}`;
