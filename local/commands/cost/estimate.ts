import { described, type Exported, kindOf } from "../../machine/exported";
import { bigQuery } from "./bigquery";
import { type Charge, type UnknownCharge, unknown } from "./charges";
import { disks } from "./disks";
import { isFree } from "./free";
import { gke } from "./gke";
import { machines } from "./machines";
import { messages } from "./messages";
import { networks } from "./networks";
import { operations } from "./operations";
import { platforms } from "./platforms";
import type { Pricing } from "./pricing";
import { type Resource, Stack } from "./resources";
import { run } from "./run";
import { secrets } from "./secrets";
import { sql } from "./sql";
import { storage } from "./storage";

const pricing: Pricing = {
    ...machines,
    ...disks,
    ...networks,
    ...storage,
    ...run,
    ...sql,
    ...gke,
    ...messages,
    ...bigQuery,
    ...secrets,
    ...operations,
    ...platforms,
};

/** Types that have prices. */
export const pricedTypes = new Set(Object.keys(pricing));

/** What a resource costs. */
export interface ResourceCost {
    component: string;
    /** The type and the name in the program, such as `DatabaseInstance sales`. */
    resource: string;
    type: string;
    urn: string;
    charges: Charge[];
}

/** What a stack costs per month, in USD. */
export interface Estimate {
    /** The sum of all fixed charges. */
    atLeast: number;
    /** The sum with as many instances as autoscaling allows; undefined if nothing limits some of them. */
    atMost?: number;
    /** How many resources have a charge of unknown price. */
    unknown: number;
    /** Those with charges, by the names of components and resources. */
    resources: ResourceCost[];
}

/** What a resource costs; nothing is left out in silence, as a type without a price is unknown. */
export const chargesOf = (resource: Resource, stack: Stack): Charge[] =>
    pricing[resource.type]?.(resource, stack) ??
    (isFree(resource.type) ? [] : [unknown(kindOf(resource), "no source has its price")]);

export function estimate(exported: Exported[]): Estimate {
    const stack = new Stack(exported);
    const resources = stack.resources
        .map((resource) => ({
            component: resource.component,
            resource: described(resource),
            type: resource.type,
            urn: resource.urn,
            charges: chargesOf(resource, stack),
        }))
        .filter(({ charges }) => charges.length > 0)
        // The order of registrations is not the same every time.
        .sort((one, other) => (place(one) < place(other) ? -1 : 1));
    return { ...total(resources), unknown: resources.filter(hasUnknown).length, resources };
}

const place = ({ component, resource }: ResourceCost) => `${component}\n${resource}`;

/** The sum of fixed charges. */
export function total(resources: ResourceCost[]): Pick<Estimate, "atLeast" | "atMost"> {
    const fixed = resources.flatMap(({ charges }) => charges).flatMap((each) => (each.kind === "fixed" ? [each] : []));
    const isLimited = fixed.every(({ max }) => max !== undefined);
    return {
        atLeast: fixed.reduce((sum, { min }) => sum + min, 0),
        ...(isLimited && { atMost: fixed.reduce((sum, { max }) => sum + (max as number), 0) }),
    };
}

export const unknownIn = ({ charges }: ResourceCost): UnknownCharge[] =>
    charges.flatMap((each) => (each.kind === "unknown" ? [each] : []));

const hasUnknown = (cost: ResourceCost) => unknownIn(cost).length > 0;
