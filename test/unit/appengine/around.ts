import * as pulumi from "@pulumi/pulumi";
import { Environment } from "../../../lib/environment";
import * as check from "../../../lib/internal/check";
import { type Child, childrenOf } from "../../../lib/internal/children";
import { refused, registeredWhole } from "../registered";

/** Registers what a part of an application makes, as children of a component. */
class Part extends pulumi.ComponentResource {
    constructor(make: (child: Child, environment: Environment) => unknown, transform: object) {
        super("slipway:index:Part", "shop");
        make(childrenOf(this, transform), Environment.current());
        this.registerOutputs();
    }
}

/** What a part of an application registers: inputs and options, by type and name. */
export function made(make: (child: Child, environment: Environment) => unknown, transform: object = {}) {
    return registeredWhole(() => new Part(make, transform));
}

/** The words by which a part's argument is refused. */
export function refusal<Given>(
    part: string,
    wrong: unknown,
    argument: check.Check,
    together: (given: Given) => check.Problem[] = () => [],
): Promise<string> {
    const all = check.options<Record<string, unknown>>({ [part]: argument });
    return refused(() => {
        check.checked('App "shop"', { [part]: wrong } as Record<string, unknown>, all, (given) =>
            together(given[part] as Given),
        );
    });
}
