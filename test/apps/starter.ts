import { join } from "node:path";
import { Deployment } from "../deploy/deployment";

/** A starter like a user's copy, with the packages of this repository. */
export class Starter extends Deployment {
    /** @param home the folder of its local Google Cloud; by default its own */
    constructor(name: string, home?: string) {
        super(join(__dirname, "..", "..", "examples", name), {}, {}, home);
    }

    /** Another starter on the same local Google Cloud. */
    beside(name: string): Starter {
        return new Starter(name, this.place.home);
    }
}
