import type { Charge } from "./charges";
import type { Resource, Stack } from "./resources";

/** What resources of a service cost, by type; none if a resource is free. */
export type Pricing = Record<string, (resource: Resource, stack: Stack) => Charge[]>;
