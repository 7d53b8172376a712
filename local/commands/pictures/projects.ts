import type { Exported } from "../../machine/exported";
import { type Components, isGrant, nodeOf } from "./components";
import type { Arrow, Node } from "./graph";

/** The projects of a stack that has several. Each has the ID of its node: the component that creates it, or `project` and its ID. */
export interface Projects {
    /** What a component, a resource or a project is in. Undefined in a stack with a single project. */
    of(urn: string): string | undefined;
    /** The project of a resource whose component is in another one, such as a grant. */
    ofResource(resource: Exported): string | undefined;
    node(project: string): Node;
}

const isProject = ({ type }: Exported) => type === "gcp:organizations/project:Project";

/** Grants, APIs and policies of a project, which components of other projects also create. */
const isAbout = (each: Exported) => isGrant(each) || /^gcp:(projects\/(?!serviceIdentity)|orgpolicy\/)/.test(each.type);

export function projectsOf({ resources, of }: Components): Projects {
    const byUrn = new Map(resources.map((each) => [each.urn, each]));
    const creators = new Map<string, string>();
    for (const each of resources.filter(isProject)) {
        const creator = of(each.urn)?.urn ?? each.urn;
        creators.set(each.urn, creator).set(String(each.inputs?.projectId), creator);
    }
    const ofResource = (each: Exported): string | undefined => {
        if (isProject(each)) {
            return creators.get(each.urn);
        }
        const [created] = (each.propertyDependencies?.project ?? []).flatMap((urn) => creators.get(urn) ?? []);
        const provider = byUrn.get(each.provider?.replace(/::[^:]*$/, "") ?? "");
        const id = [each.inputs?.project, provider?.inputs?.project].find((text) => /^[a-z]/.test(String(text ?? "")));
        return created ?? creators.get(String(id)) ?? (id === undefined ? undefined : `project ${id}`);
    };
    const found = new Map<string, string>();
    for (const each of resources.filter((one) => one.type.startsWith("gcp:") && !isAbout(one))) {
        const project = ofResource(each);
        const owner = of(each.urn)?.urn ?? each.urn;
        if (project !== undefined) {
            found.set(each.urn, project).set(project, project);
            found.set(owner, found.get(owner) ?? project);
        }
    }
    if (new Set(found.values()).size < 2) {
        return { of: () => undefined, ofResource: () => undefined, node: projectNode };
    }
    const node = (project: string) => {
        const creator = byUrn.get(project);
        return creator ? nodeOf(creator) : projectNode(project);
    };
    return { of: (urn) => found.get(urn), ofResource, node };
}

const projectNode = (id: string): Node => ({ id, name: id.replace(/^project /, ""), kind: "project" });

/** Puts nodes into a frame for each project, if they are in several, and leaves out arrows from what is in one to itself. */
export function inProjects(nodes: Node[], arrows: Arrow[], projects: Projects): { nodes: Node[]; arrows: Arrow[] } {
    const projectOf = ({ id }: Node) => projects.of(id.replace(/^frame /, ""));
    const found = [...new Set(nodes.flatMap((node) => projectOf(node) ?? []))];
    if (found.length < 2) {
        return { nodes, arrows };
    }
    const frames = found.map((id): Node => {
        const children = nodes.filter((node) => projectOf(node) === id && node.id !== id);
        return { ...projects.node(id), ...(children.length > 0 && { children }) };
    });
    const isInside = (one: string, other: string) => projects.of(one) === other;
    return {
        nodes: [...nodes.filter((node) => projectOf(node) === undefined), ...frames],
        arrows: arrows.filter(({ from, to }) => !isInside(from, to) && !isInside(to, from)),
    };
}
