import { randomInt } from "node:crypto";
import type { Cloud } from "../../../cloud/cloud";
import { digits } from "../../../cloud/ids";
import type { Entry } from "../../../cloud/store";
import type { Inputs } from "../../../rules/rules";
import type { Pool } from "./groupState";

/** An instance of a group that `slipway local serve` created. It stays until it is deleted, also while the command does not run. */
export interface GroupMember {
    name: string;
    /** The numeric ID. */
    id: string;
    zone: string;
    /** The path of its template. */
    template: string;
    /** The state of the template when the instance got it: a template can be deleted before its instances. */
    definition: Inputs;
    /** In milliseconds. */
    created: number;
    pool?: Pool;
    /** Whether it is stopped or suspended in the pool. */
    isParked?: boolean;
}

/** The instances of a group. */
export const membersOf = (cloud: Cloud, group: Entry): GroupMember[] =>
    (cloud.simulated.of(group.name).instances as GroupMember[] | undefined) ?? [];

export function writeMembers(cloud: Cloud, group: Entry, instances: readonly GroupMember[]): void {
    cloud.simulated.set(group.name, group.project, { ...cloud.simulated.of(group.name), instances });
}

/** Forgets the instances of a group that is deleted. */
export const forgetMembers = (cloud: Cloud, group: string): void => cloud.simulated.forget(group);

const characters = "0123456789bcdfghjklmnpqrstvwxz";

/**
 * A name with four random characters after the base: "The base instance name is a prefix that is used when creating instances":
 * https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers
 */
export function nameFor({ state }: Entry, taken: readonly string[]): string {
    for (;;) {
        const end = Array.from({ length: 4 }, () => characters[randomInt(characters.length)]).join("");
        const name = `${state.baseInstanceName}-${end}`;
        if (!taken.includes(name)) {
            return name;
        }
    }
}

/** The numeric ID of a new instance. */
export const idFor = (name: string, created: number): string => digits(`instance ${name} ${created}`, 19);
