import { existingStacks, resourcesOf } from "../../machine/stacks";
import type { Workspace } from "../../machine/workspace";
import { findResources, type Inputs, inventory } from "../../simulator";
import { isAbout } from "../emulator/activityLine";
import type { Serving } from "../emulator/serving";
import type { Ways } from "../emulator/ways";
import { bucketsOf, objectOf, rowsOf, tablesIn } from "./contents";
import type { Mask } from "./mask";
import { Messages } from "./messages";
import { queryOf, queryPlaces } from "./queryView";
import { isAutomatic, selected } from "./selection";
import { advance, alertsOf, clockOf, runJob } from "./timeView";

/** A resource in the list. */
export interface ResourceView {
    project: string;
    component: string;
    type: string;
    id: string;
}

/** What the page and commands read and change, by the last part of its address. */
export function views(serving: Serving, place: Workspace, mask: Mask, ways: Ways) {
    const { cloud } = serving;
    const messages = new Messages(serving);

    const resources = (): ResourceView[] =>
        selected(inventory(cloud), place, {})
            .filter((row) => !isAutomatic(row))
            .map(({ project, component, type, id }) => ({
                project,
                component,
                type,
                id,
            }));

    function resource({ type = "", id = "" }: Inputs) {
        const all = inventory(cloud).filter((each) => each.type === type && each.id === id);
        const [found] = findResources(all, id);
        const stacks = existingStacks(place).flatMap((stack) => resourcesOf(place, stack));
        const outputs = stacks.find((each) => each.type === type && each.id === id)?.outputs;
        return found && { ...found, properties: mask.properties(type, found.properties, outputs) };
    }

    const read: Record<string, (query: Inputs) => unknown> = {
        resources,
        resource,
        messages: () => ({ topics: messages.topics(), messages: messages.messages() }),
        objects: () => bucketsOf(cloud),
        object: ({ bucket = "", name = "" }) => objectOf(cloud, bucket, name),
        tables: () => tablesIn(cloud),
        rows: (query) => rowsOf(cloud, query),
        query: () => queryPlaces(serving),
        alerts: () => alertsOf(serving),
        clock: () => clockOf(serving),
        logs: ({ component }) => {
            const found = serving.activity.kept.filter((event) => isAbout(event, component));
            // What ran, such as a job, or a service that was deleted, has left its lines.
            if (component !== undefined && found.length === 0) {
                ways.require(component);
            }
            return found;
        },
    };
    const change: Record<string, (body: Inputs) => unknown> = {
        messages: (body) => messages.send(body),
        query: (body) => queryOf(serving, body),
        clock: ({ minutes }) => advance(serving, minutes),
        job: ({ id }) => runJob(serving, id),
        way: ({ component, topic, as }) =>
            component === undefined ? ways.toTopic(String(topic), as) : ways.to(String(component), as),
    };
    return { read, change };
}
