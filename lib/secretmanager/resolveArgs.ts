import type { EnvironmentDefaults } from "../environment/defaults";
import * as check from "../internal/check";
import { isDeferred } from "../internal/value";
import { type SecretArgs, secretArgs } from "./arguments";

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: SecretArgs, { destroyDelay }: EnvironmentDefaults) {
    const completed = check.withDefaults(args, { name: component, destroyDelay, replaced: "destroy" as const });
    return check.checked(`Secret "${component}"`, completed, secretArgs, combinationProblems);
}

function combinationProblems(args: SecretArgs): (check.Problem | undefined)[] {
    const { value, external, generate, encryptionKey, replicas } = args;
    const sources = Object.entries({ generate, value, external }).flatMap(([key, one]) =>
        one === undefined ? [] : [key],
    );
    return [
        check.when(
            sources.length > 1,
            "",
            "secretmanager/several-sources",
            `only one of generate, value, external can be set (got ${sources.join(", ")}).`,
        ),
        check.when(
            external && args.replaced !== undefined && args.replaced !== "destroy",
            "replaced",
            "secretmanager/replaced-of-external",
            `has no effect on an external secret, whose versions are not managed here (got "${args.replaced}").`,
        ),
        ...(replicas ? replicaProblems(replicas, encryptionKey !== undefined) : [globalKeyProblem(encryptionKey)]),
    ];
}

function globalKeyProblem(key: unknown): check.Problem | undefined {
    const location = keyLocation(key);
    return check.when(
        location !== undefined && location !== "global",
        "encryptionKey",
        "secretmanager/key-not-global",
        `must be a key in the location global, as values are stored where Google chooses (got "${key}"). Or set their locations with replicas.`,
    );
}

function replicaProblems(replicas: Required<SecretArgs>["replicas"], hasGlobalKey: boolean) {
    const all = Object.entries(replicas);
    const keyed = all.filter(([, { encryptionKey }]) => encryptionKey !== undefined);
    return [
        check.when(
            hasGlobalKey,
            "encryptionKey",
            "secretmanager/key-with-replicas",
            "cannot be combined with replicas. Set a key for each replica.",
        ),
        check.when(
            all.length === 0,
            "replicas",
            "secretmanager/replicas-empty",
            "must name a region at least (got {}).",
        ),
        check.when(
            keyed.length !== 0 && keyed.length !== all.length,
            "replicas",
            "secretmanager/replica-keys-incomplete",
            "must have an encryptionKey each, or none.",
        ),
        ...keyed.map(([region, { encryptionKey }]) => {
            const location = keyLocation(encryptionKey);
            return check.when(
                location !== undefined && location !== region,
                `replicas.${region}.encryptionKey`,
                "secretmanager/replica-key-in-other-location",
                `must be a key in the location ${region} (got "${encryptionKey}").`,
            );
        }),
    ];
}

/** The location of a key, if its ID is already known. */
function keyLocation(key: unknown): string | undefined {
    return isDeferred(key) ? undefined : /^projects\/[^/]+\/locations\/([^/]+)\//.exec(String(key))?.[1];
}
