import * as pulumi from "@pulumi/pulumi";
import { Environment } from "../../../lib/environment";
import * as check from "../../../lib/internal/arguments/check";
import { type Child, childrenOf } from "../../../lib/internal/engine/children";
import { problemsIn, registeredWhole, told } from "../registered";

/** Registers the resources of a part of an application as children of a component. */
class Part extends pulumi.ComponentResource {
    constructor(make: (child: Child, environment: Environment) => unknown, transform: object) {
        super("slipway:index:Part", "shop");
        make(childrenOf(this, transform), Environment.current());
        this.registerOutputs();
    }
}

/** The registered inputs and options of a part of an application, by type and name. */
export function made(
    make: (child: Child, environment: Environment) => unknown,
    transform: object = {},
    stack: Parameters<typeof registeredWhole>[1] = {},
) {
    return registeredWhole(() => new Part(make, transform), stack);
}

/** The error for an argument, in whose text no secret is. */
export async function refusal<Given>(
    part: string,
    wrong: unknown,
    argument: check.AnyCheck,
    together: (value: Given) => check.Problem[] = () => [],
): Promise<string> {
    const all = check.options<Record<string, unknown>>({ [part]: argument });
    const message = await told(() => {
        check.checked('App "shop"', { [part]: wrong } as Record<string, unknown>, all, (value) =>
            together(value[part] as Given),
        );
    });
    expect(message).not.toContain("canary");
    return problemsIn({ message });
}
