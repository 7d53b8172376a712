import { componentsAbove, type Exported, isComponent, kindOf, nameOf } from "../../machine/exported";
import { componentData } from "../componentData";
import type { Operation } from "../engine/stackResources";
import { type Arrow, type Change, type Graph, type Node, symbolOf } from "./graph";

/** A deployed stack by its components. */
export interface Components {
    resources: Exported[];
    /** What a resource belongs to: a component, or itself if it has none. */
    of(urn: string): Exported | undefined;
    /** What a deployment would do with a resource, or with all resources of a component. */
    changeOf(urn: string): Change | undefined;
}

export const isEnvironment = (each: Exported) => kindOf(each) === "Environment";

/** What the data file of a component has for pictures. */
export const pictureOf = (each: Exported) => componentData().get(kindOf(each))?.picture;

export function componentsOf(resources: Exported[], operations = new Map<string, Operation>()): Components {
    const byUrn = new Map(resources.map((each) => [each.urn, each]));
    const lookup = (urn: string) => byUrn.get(urn);
    const of = (urn: string): Exported | undefined => {
        const own = byUrn.get(urn);
        if (own === undefined) {
            return undefined;
        }
        const components = [own, ...componentsAbove(own, lookup)].filter(isComponent);
        return components.find((each) => pictureOf(each)?.as === "apart") ?? components.at(-1) ?? own;
    };
    const changeOf = (urn: string): Change | undefined => {
        const own = operations.get(urn) ?? "same";
        const parts = resources.filter((each) => each.urn !== urn && of(each.urn)?.urn === urn);
        const others = new Set(parts.map((each) => operations.get(each.urn) ?? "same"));
        if (own !== "same" || others.size === 0) {
            return own === "same" ? undefined : own;
        }
        others.delete("same");
        return others.has("replace") ? "replace" : others.size > 0 ? "update" : undefined;
    };
    return { resources, of, changeOf };
}

/** Marks what a deployment would change. */
export function withChanges(graph: Graph, { changeOf }: Components): Graph {
    const marked = (node: Node): Node => {
        const change = changeOf(node.id.replace(/^frame /, ""));
        return { ...node, ...(change && { change }), ...(node.children && { children: node.children.map(marked) }) };
    };
    const arrows = graph.arrows.map(({ label: [first, ...others], ...arrow }): Arrow => {
        const marker = arrow.change ? `${symbolOf(arrow.change)} ` : "";
        return { ...arrow, label: first === undefined ? [] : [marker + first, ...others] };
    });
    return { ...graph, nodes: graph.nodes.map(marked), arrows };
}

export const nodeOf = (each: Exported): Node => ({ id: each.urn, name: nameOf(each.urn), kind: kindOf(each) });

/** A grant of a role. */
export interface Grant {
    role: string;
    /** Of an account of the stack. */
    account?: string;
    /** Of somebody else, such as `group:ml@acme.com`. */
    member?: string;
    /** What it is on. Without one it is on the project. */
    on?: string;
}

export const isPublic = ({ type }: Exported) => type.endsWith(":PublicAccess");
export const isGrant = (each: Exported) => /I[aA][mM]Member$/.test(each.type) || isPublic(each);

export function grantOf(each: Exported): Grant {
    const { inputs = {}, propertyDependencies = {} } = each;
    const { member: accounts = [], ...others } = propertyDependencies;
    // Which of several outputs of one text is known first is not the same every time.
    const [account] = [...accounts].sort();
    const [on] = Object.values(others).flat().sort();
    const role = isPublic(each) ? "public" : String(inputs.role).replace("roles/", "");
    const member = isPublic(each) ? "everybody" : String(inputs.member);
    return { role, ...(account ? { account } : { member }), ...(on && { on }) };
}

/** Somebody outside of the stack. */
export function personOf(member: string): Node {
    const [kind = "", name = ""] = member.split(":");
    if (member === "everybody" || kind === "allUsers" || kind === "allAuthenticatedUsers") {
        return { id: "everybody", name: "Internet", kind: "everybody" };
    }
    return { id: member, name, kind: kind === "serviceAccount" ? "service account" : kind };
}
