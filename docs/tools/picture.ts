import type { Exported } from "../../local/engine";

const nameOf = (urn: string) => urn.split("::").at(-1) as string;
const shortType = (type: string) => type.split(":").at(-1) as string;

/** What every stack has, which would hide the resources of this one in a picture. */
const left = /^(pulumi:|gcp:projects\/service(Identity)?:)/;
const isPublic = ({ type }: Exported) => type.endsWith(":PublicAccess");
const isGrant = (each: Exported) => /I[aA][mM]Member$/.test(each.type) || isPublic(each);

/**
 * A deployed stack in Graphviz's language: a frame for each component, a box for each resource in it, an arrow with a role
 * from an account to what it may use, and a dotted line from a resource to what it refers to.
 */
export function drawn(title: string, resources: Exported[]): string {
    const components = resources.filter(
        ({ type }) => type.startsWith("slipway:") && type !== "slipway:index:Environment",
    );
    const boxes = resources.filter(
        (each) => !left.test(each.type) && !each.type.startsWith("slipway:") && !isGrant(each),
    );
    const isBox = (urn: string) => boxes.some((box) => box.urn === urn);
    const references = (each: Exported) =>
        [...new Set(Object.values(each.propertyDependencies ?? {}).flat())].filter(isBox);

    const frames = components.map(({ urn, type }) => {
        const own = boxes.filter(({ parent }) => parent === urn).map(box);
        return `subgraph ${quoted(`cluster ${urn}`)} { margin=14; label=${quoted(`  ${shortType(type)} ${nameOf(urn)}  `)}; ${own.sort().join(" ")} }`;
    });
    const grants = resources.filter(isGrant).flatMap((grant) => arrows(grant, isBox));
    const lines = boxes.flatMap((from) =>
        references(from).map((to) => `${quoted(from.urn)} -> ${quoted(to)} [style=dotted];`),
    );
    return digraph(title, [...frames.sort(), ...new Set([...grants, ...lines].sort())]);
}

/** A picture in the one style of all. */
export function digraph(title: string, lines: string[]): string {
    return [
        `digraph ${quoted(title)} { rankdir=LR; nodesep=0.25; ranksep=1.1; bgcolor=white;`,
        "graph [style=rounded, color=gray50, fontname=Helvetica, fontsize=13];",
        'node [shape=box, style=rounded, fontname=Helvetica, fontsize=11, margin="0.12,0.05", height=0.35];',
        "edge [fontname=Helvetica, fontsize=9, color=gray40, arrowsize=0.7];",
        ...lines,
        "}",
    ].join("\n");
}

function box({ urn, type }: Exported): string {
    return `${quoted(urn)} [label=${quoted(`${shortType(type)}\n${nameOf(urn)}`)}];`;
}

/** A grant as an arrow; its account may be everybody, and what it is on the project. */
function arrows(grant: Exported, isBox: (urn: string) => boolean): string[] {
    const { inputs = {}, propertyDependencies = {} } = grant;
    const role = isPublic(grant) ? "public" : String(inputs.role).replace("roles/", "");
    const { member = [], ...on } = propertyDependencies;
    // Which of several outputs of one text is known first is not the same every time.
    const from = [...member].sort().find(isBox) ?? (isPublic(grant) ? "everybody" : undefined);
    const to = Object.values(on).flat().sort().find(isBox) ?? "project";
    return from ? [`${quoted(from)} -> ${quoted(to)} [label=${quoted(role)}];`] : [];
}

export function quoted(text: string): string {
    return JSON.stringify(text);
}
