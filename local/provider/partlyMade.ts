import type { Properties } from "../cloud/store";

/** A resource that is there, but broken: its creation was accepted and failed later. */
export class PartlyMade extends Error {
    constructor(
        readonly id: string,
        readonly state: Properties,
        message: string,
    ) {
        super(message);
    }
}
