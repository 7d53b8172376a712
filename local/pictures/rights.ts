import type { Exported } from "../engine";
import {
    type Components,
    componentsOf,
    grantOf,
    isComponent,
    isEnvironment,
    isGrant,
    kindOf,
    nameOf,
    personOf,
} from "./components";
import type { Arrow, Graph, Node } from "./graph";

/**
 * Who may do what in a deployed stack: an arrow with roles from each account, group or user to what it may use, and below its
 * name the roles that it has on the whole project. A frame is a component with its accounts, and what others have roles on.
 */
export function rights(title: string, resources: Exported[]): Graph {
    const components = componentsOf(resources);
    const arrows = new Map<string, Arrow>();
    const used = new Map<string, Node>();
    for (const { role, account, member = "", on } of resources.filter(isGrant).map(grantOf)) {
        const found = account ? accountOf(account, components) : personOf(member);
        const who = used.get(found.id) ?? found;
        used.set(who.id, who);
        if (on === undefined || onProject(on)) {
            who.notes = unique([...(who.notes ?? []), role]);
            continue;
        }
        const what = used.get(on) ?? resourceOf(on, components);
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
    return { title, nodes: [...alone, ...framed], arrows: [...arrows.values()] };
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

function accountOf(urn: string, { resources }: Components): Node {
    const found = resources.find((each) => each.urn === urn) as Exported;
    return { id: urn, name: nameOf(urn), kind: kindOf(found) === "Account" ? "service account" : "service agent" };
}

function resourceOf(urn: string, { resources }: Components): Node {
    return { id: urn, name: nameOf(urn), kind: kindOf(resources.find((each) => each.urn === urn) as Exported) };
}
