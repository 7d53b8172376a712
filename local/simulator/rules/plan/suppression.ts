import type { Inputs } from "../rules";

/**
 * Whether a difference is none for the provider: Terraform's `DiffSuppressFunc`. What is not set is undefined.
 *
 * @param found the value in the state
 * @param wanted the value of the program
 */
export type Suppression = (found: unknown, wanted: unknown, plan: Plan) => boolean;

/** What a suppression can also depend on. */
export interface Plan {
    inputs: Inputs;
    state: Inputs;
    /** The name of the property. */
    key: string;
    /** The blocks that contain the value. */
    block: { found: Inputs; wanted: Inputs };
}
