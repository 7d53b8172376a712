import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ArgumentsByProperty, ComponentParts } from "../../../local/commands/adopt/keep";
import { ofGenerator } from "../../unit/componentData";
import { keyOf, type Leaf, leavesOf } from "./leaves";
import { type Planned, planOf } from "./plan";

export const root = join(__dirname, "..", "..", "..");
const folder = join(root, "docs", "examples");

/** What the data files of the components say about the arguments of their examples: `docs/development/components.md` explains it. */
const data =
    ofGenerator<Record<string, { examples?: Partial<Record<Excluded, Record<string, string>>> }>>(
        "components(process.cwd())",
    );
type Excluded = "unchanged" | "undeployed";

/** The reasons of the arguments that are excluded. */
export const excluded = (kind: Excluded): Record<string, string> =>
    Object.fromEntries(
        Object.entries(data).flatMap(([component, { examples }]) =>
            Object.entries(examples?.[kind] ?? {}).map(([argument, reason]) => [`${component} ${argument}`, reason]),
        ),
    );
const unchanged = excluded("unchanged");

/** All examples of the pages, by their paths. */
export const examples = ["", "gke"].flatMap((part) =>
    readdirSync(join(folder, part))
        .filter((name) => name.endsWith(".ts") && name !== "environments.ts")
        .map((file) => join(part, file)),
);

/** Adds the reasons of what is `unchanged`: arguments or, with `*`, their beginnings. */
export const withReason = (leaves: Leaf[]): Leaf[] =>
    leaves.map((leaf) => {
        const [, reason] =
            Object.entries(unchanged).find(([key]) =>
                key.endsWith("*") ? keyOf(leaf).startsWith(key.slice(0, -1)) : key === keyOf(leaf),
            ) ?? [];
        return reason === undefined || leaf.reason !== undefined ? leaf : { ...leaf, reason };
    });

/** Rows without an argument. */
export const unused = (leaves: Leaf[]): string[] =>
    Object.keys({ ...unchanged, ...excluded("undeployed") }).filter(
        (key) =>
            !leaves.some((leaf) =>
                key.endsWith("*") ? keyOf(leaf).startsWith(key.slice(0, -1)) : key === keyOf(leaf),
            ),
    );

export interface Tables {
    /**
     * The arguments that `npm run changes` does not change, with the reasons: what is excluded, and what all tried neighbours were refused
     * for.
     */
    unchanged: Record<string, string>;
    /** By component and by the property of a resource, such as `gcp:pubsub/topic:Topic messageRetentionDuration`, the argument that sets it. */
    setting: Record<string, ArgumentsByProperty>;
}

/** The table of what arguments do to what is registered. */
export async function tablesOf(all: Leaf[]): Promise<Tables> {
    const leaves = withReason(all);
    const table: Record<string, string> = {};
    const planned: Planned[] = [];
    for (const example of examples) {
        const own = leaves.filter((leaf) => leaf.example === example);
        for (const leaf of own) {
            if (leaf.reason !== undefined) {
                table[keyOf(leaf)] = leaf.reason;
            }
        }
        const tried = own.filter(({ reason }) => reason === undefined);
        const source = readFileSync(join(folder, example), "utf8");
        const { outcomes, batches } = await planOf(join(folder, example), source, tried, false);
        planned.push(...batches.flat());
        for (const { leaf, result, detail = "", text = "" } of outcomes) {
            const [line = ""] = detail
                .replaceAll(root, "")
                .replace(/^(Error: )?\w+ ".*?": /, "")
                .split(/\n/);
            table[leaf] = result === "unchanged" ? `${text.trim()} registers the same` : `refused: ${line.trim()}`;
        }
    }
    const records = leaves.filter(({ path }) => path.endsWith(" (entries)")).map(keyOf);
    return { unchanged: sorted(table), setting: settingOf(planned, records) };
}

const sorted = <Value>(table: Record<string, Value>): Record<string, Value> =>
    Object.fromEntries(Object.entries(table).sort(([one], [other]) => (one < other ? -1 : 1)));

/** The new name of a revision, and the traffic that it gets, follow from each change of a service. */
const following = /^(template\.revision|traffics)$/;

/** The argument that alone sets a property of a type, by component and by these; of several ones, the one that has its name. */
function settingOf(planned: Planned[], records: string[]): Tables["setting"] {
    /** The path of an argument, with `<name>` for the names of entries. */
    const argumentOf = (component: string, path: string) => {
        const names = path.replace(/ \(\w+\)$/, "").split(".");
        const isEntry = (index: number) =>
            index > 0 && records.includes(`${component} ${names.slice(0, index).join(".")} (entries)`);
        const generic = names.map((name, index) => (isEntry(index) ? "<name>" : name)).join(".");
        // Domains of the examples.
        return generic.replace("<name>.acme.com", "<name>");
    };
    const all = planned.flatMap(({ leaf, edit, properties = [] }) =>
        [...new Set(properties.map(({ type }) => type))].flatMap((type) => {
            const component = leaf.component.split(" ")[0] as string;
            const own = properties.filter((each) => each.type === type && !following.test(each.path));
            const [{ path, value } = { path: "", value: undefined }] = own;
            const isOne = own.length > 0 && own.every((each) => each.path === path);
            const argument = argumentOf(component, leaf.path);
            const setting = { argument, isSame: isValue(edit.text, value) && !argument.includes("<") };
            const children = Object.values(parts[component]?.children ?? {});
            const isChild = children.some((types) => types.split(" ").includes(type));
            const isSet = isOne && isChild && !/\bchanged\b/.test(path);
            return isSet ? [{ component, key: `${type} ${path}`, setting }] : [];
        }),
    );
    const found: Tables["setting"] = {};
    for (const { component, key } of all) {
        const settings = all.filter((each) => each.component === component && each.key === key);
        const named = settings.find(({ setting }) => lastOf(setting.argument) === lastOf(key));
        const chosen = named ?? settings.find(({ setting }) => setting.isSame) ?? settings[0];
        const isOne = settings.every(({ setting }) => setting.argument === chosen?.setting.argument);
        if (chosen && (named || isOne)) {
            found[component] = { ...found[component], [key]: chosen.setting };
        }
    }
    return sorted(Object.fromEntries(Object.entries(found).map(([component, own]) => [component, sorted(own)])));
}

const parts: Record<string, ComponentParts> = JSON.parse(
    readFileSync(join(root, "local", "commands", "adopt", "components.json"), "utf8"),
);

const lastOf = (path: string) => path.split(".").at(-1)?.split(" ").at(-1);

/** Whether the text of an argument, such as ` max: 3,`, has a value. */
const isValue = (text: string, value: unknown) =>
    [text, text.replace(/^\s*\S+:/, "")].some((each) => each.trim().replace(/,$/, "") === JSON.stringify(value));

export const allLeaves = () => leavesOf(root, examples);
