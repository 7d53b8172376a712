import type { Workspace } from "../../machine/workspace";
import type { Cloud } from "../../simulator/cloud/cloud";
import type { Entry, Properties } from "../../simulator/cloud/store";
import { cloudOf } from "../../simulator/cloudOf";
import { findResources, type Resource } from "../../simulator/inventory";
import { replaces } from "../../simulator/provider/diff";
import { checkFailures } from "../../simulator/provider/inputChecks";
import { InstalledProvider } from "../../simulator/provider/installed";
import { withoutContent } from "../../simulator/provider/provider";
import { type Type, Types } from "../../simulator/provider/types";
import type { Inputs } from "../../simulator/rules/rules";
import { type Property, propertyAt, withProperty } from "./property";

/**
 * Changes a property of a resource outside of Pulumi, for a refresh to detect.
 *
 * @param id the resource's ID, or the end of it if it is unique
 * @param path such as `labels.team` or `lifecycleRules[0].action.type`
 * @param value returns the new value of the property; undefined removes the property
 * @returns the changed resource
 */
export function changeProperty(
    place: Workspace,
    id: string,
    path: string,
    value: (property: Property) => unknown,
): Resource {
    const cloud = cloudOf(place);
    const installed = new InstalledProvider(place.program);
    const types = new Types(installed, () => undefined);
    const entry = one(cloud, id);
    const type = types.made(entry.type as string);
    try {
        const { declared } = type.installed;
        const { simulated: message } = type.rules;
        const all = {
            ...Object.fromEntries(Object.keys(entry.state).map((name) => [name, "any"])),
            ...declared,
            ...message,
        };
        const property = propertyAt(path, all, installed);
        const isTold = message !== undefined && (property.steps[0] as string) in message;
        const state = isTold
            ? changedTold(cloud, entry, property, value(property))
            : changed(cloud, entry, type, property, value(property));
        return { project: entry.project, type: entry.type as string, id: entry.id, properties: state };
    } catch (error) {
        const noun = (entry.type as string).split(":").at(-1);
        throw new Error(`${noun} "${entry.id}": ${(error as Error).message}`, { cause: error });
    }
}

/** Finds the resource. Resources that Google Cloud creates cannot be changed. */
function one(cloud: Cloud, id: string): Entry {
    const [entry, ...others] = findResources(
        cloud.store.list().filter(({ type }) => type !== undefined),
        id,
    );
    if (others.length > 0) {
        throw new Error(`"${id}" is the ID of ${others.length + 1} resources`);
    }
    return entry as Entry;
}

/** Simulated state is stored separately, so that a refresh does not detect it. */
function changedTold(cloud: Cloud, { name, project, state }: Entry, property: Property, value: unknown): Properties {
    const message = withProperty(cloud.simulated.of(name), property, value);
    cloud.simulated.set(name, project, message);
    return { ...state, ...message };
}

function changed(cloud: Cloud, entry: Entry, type: Type, property: Property, value: unknown): Properties {
    const { rules, installed } = type;
    const [top = ""] = property.steps;
    const path = property.steps.filter((step) => !/^\d+$/.test(step)).join(".");
    if (replaces(type, path)) {
        throw new Error(`"${path}" cannot be changed: the change would replace the resource.`);
    }
    const context = { cloud, project: entry.project };
    let state: Inputs = withProperty(entry.state, property, value);
    if (installed.inputs.has(top)) {
        const inputs = Object.fromEntries(Object.entries(state).filter(([name]) => installed.inputs.has(name)));
        // Existing values are valid, even if the provider refuses them in programs.
        const input = property.steps.join(".");
        const refused = checkFailures(inputs, type).find((item) =>
            isWithin(item.property.replaceAll(/\[(\d+)\]/g, ".$1"), input),
        );
        if (refused) {
            throw new Error(`${refused.property}: ${refused.reason}`);
        }
        rules.verify?.(inputs, context, entry.state);
        state = { ...state, ...rules.state?.(inputs, context, entry.state) };
    }
    state = withLabels(entry.state, state, top);
    const inContent = [...(rules.contentProperties ?? []), "content", "source"].includes(top);
    const holds = inContent && rules.content?.(state, context, entry.state);
    const content = holds ? cloud.store.keep(holds) : entry.content;
    cloud.store.write(withoutContent({ ...entry, state, content }, rules));
    rules.afterStore?.(state, context, entry.state);
    return state;
}

/** Whether two paths are the same, or one contains the other. */
const isWithin = (one: string, other: string): boolean =>
    `${one}.`.startsWith(`${other}.`) || (one !== "" && `${other}.`.startsWith(`${one}.`));

const views = ["labels", "pulumiLabels", "effectiveLabels"];

/**
 * A resource has one set of labels, which the provider returns three times: the program's labels, these with the
 * provider's labels, and all labels. Labels changed elsewhere are only in the last.
 */
function withLabels(old: Inputs, state: Inputs, top: string): Inputs {
    if (!views.includes(top) || old.effectiveLabels === undefined) {
        return state;
    }
    const all = { ...old.effectiveLabels, ...state[top] };
    for (const key of Object.keys(old[top] ?? {})) {
        if (state[top]?.[key] === undefined) {
            delete all[key];
        }
    }
    const displayed = (input: object = {}) => Object.fromEntries(Object.entries(all).filter(([key]) => key in input));
    return {
        ...state,
        ...(old.labels && { labels: displayed(old.labels) }),
        pulumiLabels: displayed(old.pulumiLabels),
        effectiveLabels: all,
    };
}
