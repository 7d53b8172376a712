import type { Inputs, TypeCalls } from "../../rules/rules";

export const zoneWait = "compute.zoneOperations.get";
export const regionWait = "compute.regionOperations.get";
export const globalWait = "compute.globalOperations.get";

/** A regional resource whose methods begin with `region`. */
export function regional(kind: string, update: TypeCalls["update"]): TypeCalls {
    const get = `compute.${kind}.get`;
    return {
        create: [`compute.${kind}.insert`, regionWait, get],
        read: [get],
        update,
        delete: [`compute.${kind}.delete`, regionWait],
    };
}

/** Whether an update leaves an input as it was. */
export const isSame = (name: string, inputs: Inputs, old: Inputs = {}) =>
    JSON.stringify(inputs[name]) === JSON.stringify(old[name]);

/** A group, and what is attached to it and detached from it by calls of its own. */
export function attached(kind: string, operation: string, [attach, detach, list]: [string, string, string]): TypeCalls {
    return {
        create: [`compute.${kind}.${attach}`, operation, `compute.${kind}.${list}`],
        read: [`compute.${kind}.${list}`],
        update: [],
        delete: [`compute.${kind}.${detach}`, operation],
    };
}
