import type { Properties } from "../cloud/store";

/** A creation that was accepted and failed later: the resource exists, tainted. */
export class PartialFailure extends Error {
    constructor(
        readonly id: string,
        readonly state: Properties,
        message: string,
    ) {
        super(message);
    }
}
