import { type EncryptionKey, encryptionKeyOf, idOfKey, keyLocation, shownKey } from "../component/encryption";
import * as check from "../internal/arguments/check";
import { region } from "../internal/arguments/locations";

type Replicas = Record<string, { encryptionKey?: EncryptionKey }>;

interface Replication {
    replicas?: Replicas;
    encryptionKey?: EncryptionKey;
}

/** Checks the replicas by region. */
export const replicas = check.short(
    check.record(
        region,
        check.options<{ encryptionKey?: EncryptionKey }>({
            encryptionKey: encryptionKeyOf("secretmanager.googleapis.com/Secret"),
        }),
    ),
    check.named,
    Array.isArray,
);

/** The problems of replicas and keys. */
export function replicaProblems({ replicas, encryptionKey }: Replication): (check.Problem | undefined)[] {
    return replicas ? regionProblems(replicas, encryptionKey !== undefined) : [globalKeyProblem(encryptionKey)];
}

function globalKeyProblem(key: EncryptionKey | undefined): check.Problem | undefined {
    const location = keyLocation(key);
    return check.when(
        location !== undefined && location !== "global",
        "encryptionKey",
        "secretmanager/key-not-global",
        `must be a key in the location global, as values are stored where Google chooses (got ${shownKey(key)}). Or set their locations with replicas.`,
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
                `must be a key in the location ${region} (got ${shownKey(encryptionKey)}).`,
            );
        }),
    ];
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
            replicas: regions.map((location) => ({
                location,
                ...encryption(replicas[location]?.encryptionKey),
            })),
        },
    };
}

function encryption(key: EncryptionKey | undefined) {
    return key === undefined ? {} : { customerManagedEncryption: { kmsKeyName: idOfKey(key) } };
}
