import { type Exported, kindOf, nameOf } from "../../machine/exported";
import { type Components, grantOf, isGrant, personOf } from "./components";
import { type Change, type Graph, markers, type Node } from "./graph";
import { escaped } from "./svg";

/** The details of everything in pictures, as hidden sections of HTML, by the ID of the node. */
export function detailsOf(graphs: Graph[], components: Components): Map<string, string> {
    const nodes = graphs.flatMap(({ nodes }) => nodes).flatMap(withChildren);
    return new Map(nodes.map((node) => [node.id, section(node, components)]));
}

const withChildren = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(withChildren)];

function section(node: Node, components: Components): string {
    const { resources, of, changeOf } = components;
    const urn = node.id.replace(/^frame /, "");
    const own = resources.find((each) => each.urn === urn);
    const parts = own ? resources.filter((each) => each.urn !== urn && of(each.urn) === own && !isGrant(each)) : [];
    return [
        `<h2>${escaped(node.name)}</h2>`,
        `<p class="kind">${escaped(node.kind)}${markerOf(node.change)}</p>`,
        ...(own ? [facts(own)] : []),
        ...rolesOf(node, components),
        ...(own && own.custom !== false ? [inputsOf(own)] : []),
        ...(parts.length > 0 ? [`<h3>Resources (${parts.length})</h3>`] : []),
        ...parts.map((each) => {
            const summary = `${escaped(kindOf(each))} <b>${escaped(nameOf(each.urn))}</b>${markerOf(changeOf(each.urn))}`;
            return `<details><summary>${summary}</summary>${facts(each)}${inputsOf(each)}</details>`;
        }),
    ].join("\n");
}

const markerOf = (change: Change | undefined) =>
    change ? ` <span class="marker ${change}">${escaped(markers[change])}</span>` : "";

const facts = ({ type, id, urn }: Exported) =>
    rows([
        ["type", type],
        ["ID", id ?? ""],
        ["URN", urn],
    ]);

/** Roles that something has, and that others have on it. */
function rolesOf({ id }: Node, { resources, of }: Components): string[] {
    const urn = id.replace(/^frame /, "");
    const isIt = (other: string | undefined) => other !== undefined && (other === urn || of(other)?.urn === urn);
    const name = (other: string) => `${kindOf(of(other) as Exported)} ${nameOf(of(other)?.urn ?? other)}`;
    const has: [string, string][] = [];
    const grants: [string, string][] = [];
    for (const { role, account, member = "", on } of resources.filter(isGrant).map(grantOf)) {
        const who = account ?? personOf(member).id;
        // What a component grants to itself is about its parts.
        const isOwn = isIt(who) && isIt(on);
        if (isIt(who) && !isOwn) {
            has.push([role, on === undefined ? "the project" : name(on)]);
        }
        if (isIt(on) && !isOwn) {
            grants.push([role, account ? name(account) : personOf(member).name]);
        }
    }
    return [
        ...(has.length > 0 ? ["<h3>Has roles on</h3>", rows(has)] : []),
        ...(grants.length > 0 ? ["<h3>Who has roles on it</h3>", rows(grants)] : []),
    ];
}

/** Inputs that Pulumi adds for itself. */
const isInternal = (key: string) => key.startsWith("__");

function inputsOf({ inputs = {} }: Exported): string {
    const found = flattened(inputs, "");
    return found.length > 0 ? `<h3>Inputs</h3>${rows(found)}` : "";
}

/** Nested inputs by their path, such as `serviceConfig.timeoutSeconds`. */
function flattened(value: unknown, path: string): [string, string][] {
    if (Array.isArray(value)) {
        return value.flatMap((each, index) => flattened(each, `${path}[${index}]`));
    }
    if (typeof value === "object" && value !== null) {
        return Object.entries(value)
            .filter(([key]) => !isInternal(key))
            .flatMap(([key, each]) => flattened(each, path === "" ? key : `${path}.${key}`));
    }
    return value === "" || value === null || value === undefined ? [] : [[path, shortened(String(value))]];
}

const maxLength = 200;
const shortened = (text: string) => (text.length > maxLength ? `${text.slice(0, maxLength)}…` : text);

const rows = (list: [string, string][]) =>
    `<dl>${list
        .filter(([, value]) => value !== "")
        .map(([key, value]) => `<dt>${escaped(key)}</dt><dd>${escaped(value)}</dd>`)
        .join("")}</dl>`;
