import { type Exported, isComponent, kindOf, nameOf } from "../../machine/exported";
import type { Operation } from "../engine/stackResources";
import { type Components, componentsOf, grantOf, isEnvironment, isGrant, personOf, withChanges } from "./components";
import { type Arrow, type Graph, type Node, symbolOf } from "./graph";
import { inProjects, projectsOf } from "./projects";

/**
 * Who may do what in a deployed stack: an arrow with roles from each account, group or user to what it may use, and below its
 * name the roles that it has on the whole project. A frame is a component with its accounts, and what others have roles on, or a project
 * if the stack has several.
 */
export function rights(title: string, resources: Exported[], operations?: Map<string, Operation>): Graph {
    const components = componentsOf(resources, operations);
    const projects = projectsOf(components);
    const arrows = new Map<string, Arrow>();
    const used = new Map<string, Node>();
    for (const grant of resources.filter(isGrant)) {
        const { role: name, account, member = "", on: resource } = grantOf(grant);
        const change = components.changeOf(grant.urn);
        const role = change ? `${symbolOf(change)} ${name}` : name;
        const found = account ? accountOf(account, components) : personOf(member);
        const who = used.get(found.id) ?? found;
        used.set(who.id, who);
        const on = /^gcp:projects\/iAMMember:/.test(grant.type) ? (projects.ofResource(grant) ?? resource) : resource;
        if (on === undefined || onProject(on) || on === projects.of(who.id)) {
            who.notes = unique([...(who.notes ?? []), role]);
            continue;
        }
        const what = used.get(on) ?? (projects.of(on) === on ? projects.node(on) : resourceOf(on, components));
        used.set(what.id, what);
        const key = `${who.id} ${what.id}`;
        arrows.set(key, { from: who.id, to: what.id, label: unique([...(arrows.get(key)?.label ?? []), role]) });
    }
    const frames = new Map<string, Node[]>();
    const alone: Node[] = [];
    for (const node of [...used.values()].sort((one, other) => one.id.localeCompare(other.id))) {
        const own = components.of(node.id);
        if (own && isComponent(own) && !isEnvironment(own)) {
            frames.set(own.urn, [...(frames.get(own.urn) ?? []), node]);
        } else {
            alone.push(node);
        }
    }
    const framed = [...frames].map(([urn, children]) => framedNode(components.of(urn) as Exported, children));
    const shown = inProjects([...alone, ...framed], [...arrows.values()], projects);
    return withChanges({ title, ...shown }, components);
}

/** A component with some of its resources. If that is only the one that it stands for, it has no frame. */
function framedNode(component: Exported, children: Node[]): Node {
    const [first] = children as [Node];
    const same = children.length === 1 && first.name === nameOf(component.urn);
    return same
        ? { ...first, kind: kindOf(component) }
        : { id: `frame ${component.urn}`, name: nameOf(component.urn), kind: kindOf(component), children };
}

const onProject = (urn: string) => /::(slipway:index:Environment|gcp:organizations\/project:Project)::/.test(urn);
const unique = (roles: string[]) => [...new Set(roles)].sort();

/** Who has a role. The identity of a service agent is an output of the resource that creates it. */
function accountOf(urn: string, components: Components): Node {
    const { kind, ...node } = resourceOf(urn, components);
    return { ...node, kind: /^(service account|WorkloadIdentityPool)$/.test(kind) ? kind : "service agent" };
}

function resourceOf(urn: string, { resources }: Components): Node {
    const kind = kindOf(resources.find((each) => each.urn === urn) as Exported);
    return { id: urn, name: nameOf(urn), kind: kind === "Account" ? "service account" : kind };
}
