import type * as pulumi from "@pulumi/pulumi";
import { encryptionKey } from "../iam/encryption";
import * as check from "../internal/check";
import { region } from "../internal/places";
import { isDeferred } from "../internal/value";

type Replicas = Record<string, { encryptionKey?: pulumi.Input<string> }>;

interface Replication {
    replicas?: Replicas;
    encryptionKey?: pulumi.Input<string>;
}

/** Checks the replicas by region. */
export const replicas = check.record(
    region,
    check.options<{ encryptionKey?: pulumi.Input<string> }>({ encryptionKey }),
);

/** The problems of replicas and keys. */
export function replicaProblems({ replicas, encryptionKey }: Replication): (check.Problem | undefined)[] {
    return replicas ? regionProblems(replicas, encryptionKey !== undefined) : [globalKeyProblem(encryptionKey)];
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

function regionProblems(replicas: Replicas, hasGlobalKey: boolean) {
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

/** Where values are stored, in the form of the provider. */
export function replication({ replicas, encryptionKey }: Replication) {
    if (!replicas) {
        return { auto: encryption(encryptionKey) };
    }
    // Sorted, because the provider replaces the secret when the order changes.
    const regions = Object.keys(replicas).sort();
    return {
        userManaged: {
            replicas: regions.map((location) => ({ location, ...encryption(replicas[location]?.encryptionKey) })),
        },
    };
}

function encryption(key: pulumi.Input<string> | undefined) {
    return key === undefined ? {} : { customerManagedEncryption: { kmsKeyName: key } };
}
