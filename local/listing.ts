import { existingStacks } from "./configuration/localStacks";
import { declaredResources } from "./declared";
import { resourcesOf } from "./engine";
import { componentsAbove, described } from "./exported";
import type { Resource } from "./inventory";
import { textStyles } from "./textStyles";
import type { Workspace } from "./workspace";

/** What `slipway local ls` lists, and how. */
export interface ListOptions {
    /** Only resources whose type, ID or component contains this text, in any case. */
    text?: string;
    /** Only resources of this project. */
    project?: string;
    /** Also the subnetworks of automatic networks, which Google Cloud creates in each region. */
    all?: boolean;
    columns?: number;
    colors?: boolean;
}

/** A resource with the component that created it, such as `PubSubTopic sale-range`. */
interface Row extends Resource {
    component: string;
}

/** The subnetworks of automatic networks, of which there are dozens. */
export const isAutomatic = ({ type }: Resource) => type === "compute.googleapis.com/subnetworks";

/** The resources that the options select, with their components. */
export function selected(resources: Resource[], place: Workspace, { text = "", project }: ListOptions): Row[] {
    const components = componentsOf(place);
    const desired = text.toLowerCase();
    return resources
        .map((resource) => ({ ...resource, component: components.get(key(resource.type, resource.id)) ?? "" }))
        .filter((row) => project === undefined || row.project === project)
        .filter((row) => [row.type, row.id, row.component].some((value) => value.toLowerCase().includes(desired)));
}

/** Formats a list by project, in lines that fit the terminal. */
export function formatList(selection: Row[], { all, columns = 100, colors = false }: ListOptions): string {
    const rows = selection.filter((row) => all || !isAutomatic(row));
    const { bold, dim } = textStyles(colors);
    const typeWidth = Math.min(28, Math.max(0, ...rows.map((row) => shortType(row).length)));
    const idWidth = Math.max(80, columns) - typeWidth - 6;
    const line = (row: Row) => {
        const id = shortened(row.id.replace(`projects/${row.project}/`, ""), idWidth);
        return `    ${shortened(shortType(row), typeWidth).padEnd(typeWidth)}  ${id}`;
    };
    const lines = grouped(rows, ({ project }) => project).flatMap(([project, own]) => [
        bold(`${project} (${own.length})`),
        ...grouped(own, ({ component }) => component).flatMap(([component, parts]) => [
            `  ${component || dim("without a component")}`,
            ...parts.map(line),
        ]),
        "",
    ]);
    const hidden = selection.length - rows.length;
    return [...lines, ...(hidden > 0 ? [`Not listed without --all: ${hidden} automatic subnetworks`, ""] : [])].join(
        "\n",
    );
}

/** Groups by a text, in alphabetical order; those without one are last. */
function grouped(rows: Row[], by: (row: Row) => string): [string, Row[]][] {
    const names = [...new Set(rows.map(by))].filter((name) => name !== "").sort();
    return [...names, ""].flatMap((name): [string, Row[]][] => {
        const own = rows.filter((row) => by(row) === name);
        return own.length > 0 ? [[name, own]] : [];
    });
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

/** `Topic` of `gcp:pubsub/topic:Topic`, and `services` of `run.googleapis.com/services`. */
const shortType = ({ type }: Resource) => type.split(/[:/]/).at(-1) as string;

/** Leaves out the middle of a text that is too long. */
function shortened(text: string, max: number): string {
    const start = Math.floor((max - 1) / 3);
    return text.length <= max ? text : `${text.slice(0, start)}…${text.slice(text.length - (max - 1 - start))}`;
}
