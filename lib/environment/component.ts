import { closest } from "fastest-levenshtein";
import * as check from "../internal/check";
import { setEnvironments } from "./command";
import { Environment } from "./environment";

/** Arguments that every component accepts. */
export interface ComponentArgs {
    /**
     * Other environments whose projects the component may reference: a stack of `slipway:environments` such as `"prod"`, or a
     * list. The list may contain the current stack.
     * @default none: a reference to another environment's project is refused
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

/** Checks {@link ComponentArgs}. */
export const componentArgs = {
    crossProject: check.either(Array.isArray, check.list(stack), stack),
};
