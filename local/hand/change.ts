import type { Cloud } from "../cloud/cloud";
import type { Entry, Properties } from "../cloud/store";
import { found, type Resource } from "../inventory";
import { failures } from "../provider/check";
import { replaces } from "../provider/diff";
import { InstalledProvider } from "../provider/installed";
import { onDisk } from "../provider/provider";
import { type Type, Types } from "../provider/types";
import type { Inputs } from "../rules/rules";
import { cloudOf, type Workspace } from "../workspace";
import { type Property, propertyAt, withProperty } from "./property";

/**
 * Changes one property of a resource as somebody does who is not Pulumi, so that a refresh finds it.
 *
 * @param id the resource's id, or the end of it when only one fits
 * @param path such as `labels.team` or `lifecycleRules[0].action.type`
 * @param value tells the new value for the property; nothing takes it out
 * @returns the resource as it is now
 */
export function changedByHand(
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
        const { told } = type.rules;
        const all = {
            ...Object.fromEntries(Object.keys(entry.state).map((name) => [name, "any"])),
            ...declared,
            ...told,
        };
        const property = propertyAt(path, all, installed);
        const isTold = told !== undefined && (property.steps[0] as string) in told;
        const state = isTold
            ? changedTold(cloud, entry, property, value(property))
            : changed(cloud, entry, type, property, value(property));
        return { project: entry.project, type: entry.type as string, id: entry.id, properties: state };
    } catch (error) {
        const noun = (entry.type as string).split(":").at(-1);
        throw new Error(`${noun} "${entry.id}": ${(error as Error).message}`, { cause: error });
    }
}

/** The one resource of an id. What Google Cloud made by itself nobody else changes. */
function one(cloud: Cloud, id: string): Entry {
    const [entry, ...others] = found(
        cloud.store.list().filter(({ type }) => type !== undefined),
        id,
    );
    if (others.length > 0) {
        throw new Error(`"${id}" is the id of ${others.length + 1} resources`);
    }
    return entry as Entry;
}

/** What no API shows stands beside the resource, so that no refresh finds it. */
function changedTold(cloud: Cloud, { name, project, state }: Entry, property: Property, value: unknown): Properties {
    const told = withProperty(cloud.told.of(name), property, value);
    cloud.told.tell(name, project, told);
    return { ...state, ...told };
}

function changed(cloud: Cloud, entry: Entry, type: Type, property: Property, value: unknown): Properties {
    const { rules, installed } = type;
    const [top = ""] = property.steps;
    const path = property.steps.filter((step) => !/^\d+$/.test(step)).join(".");
    if (replaces(type, path)) {
        throw new Error(`"${path}" cannot be changed: Google Cloud would have to make another resource.`);
    }
    const context = { cloud, project: entry.project };
    let state: Inputs = withProperty(entry.state, property, value);
    if (installed.inputs.has(top)) {
        const inputs = Object.fromEntries(Object.entries(state).filter(([name]) => installed.inputs.has(name)));
        // What is there already is right, whatever the provider says of it in a program.
        const given = property.steps.join(".");
        const refused = failures(inputs, type).find((each) =>
            isWithin(each.property.replaceAll(/\[(\d+)\]/g, ".$1"), given),
        );
        if (refused) {
            throw new Error(`${refused.property}: ${refused.reason}`);
        }
        rules.verify?.(inputs, context, entry.state);
        state = { ...state, ...rules.state?.(inputs, context, entry.state) };
    }
    state = withLabels(entry.state, state, top);
    const inContent = [...(rules.concealed ?? []), "content", "source"].includes(top);
    const holds = inContent && rules.content?.(state, context, entry.state);
    const content = holds ? cloud.store.keep(holds) : entry.content;
    cloud.store.write(onDisk({ ...entry, state, content }, rules));
    rules.stored?.(state, context, entry.state);
    return state;
}

/** Whether one of two paths is that of the other, or of what is in it. */
const isWithin = (one: string, other: string): boolean =>
    `${one}.`.startsWith(`${other}.`) || (one !== "" && `${other}.`.startsWith(`${one}.`));

const views = ["labels", "pulumiLabels", "effectiveLabels"];

/**
 * A resource has one set of labels. The provider shows it three times: what the program gave, that with the provider's own,
 * and all. A label of another hand is in the last alone.
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
    const shown = (given: object = {}) => Object.fromEntries(Object.entries(all).filter(([key]) => key in given));
    return {
        ...state,
        ...(old.labels && { labels: shown(old.labels) }),
        pulumiLabels: shown(old.pulumiLabels),
        effectiveLabels: all,
    };
}
