import { closest } from "fastest-levenshtein";
import * as check from "../internal/check";
import { setEnvironments } from "./command";
import { Environment } from "./environment";

/** What the arguments of every component have. */
export interface ComponentArgs {
    /**
     * The environments to whose projects the component may refer beside its own, by their stacks in `slipway:environments`:
     * `"prod"`, or a list. The stack that runs may be among them.
     * @default none: what refers to the project of another environment is refused
     */
    crossProject?: string | string[];
}

const stack = check.pipe(
    check.text(),
    check.refine(
        (name) => Object.hasOwn(Environment.current().environments, String(name)),
        ({ input }) => {
            const known = Object.keys(Environment.current().environments);
            return known.length > 0
                ? `must be a stack in slipway:environments: ${known.join(", ")}\nDid you mean "${closest(String(input), known)}"?`
                : `must be a stack in slipway:environments, which this stack does not have\n${setEnvironments}`;
        },
    ),
);

/** Checks what the arguments of every component have. */
export const componentArgs = {
    crossProject: check.either(Array.isArray, check.list(stack), stack),
};
