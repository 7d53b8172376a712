import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { encryptionGrants } from "../identity/encryption";
import { inSeconds } from "../internal/duration";
import type { Decided } from "./arguments";

const api = "secretmanager.googleapis.com";

/** The secret as the provider takes it. */
export function definition(args: Decided, protect: boolean) {
    const { destroyDelay, expiration, notifications } = args;
    const { rotationPeriod, nextRotationTime } = notifications ?? {};
    return {
        secretId: args.name,
        replication: replication(args),
        versionDestroyTtl: destroyDelay === "none" ? undefined : inSeconds(destroyDelay),
        expireTime: expiration?.at,
        ttl: expiration?.after && inSeconds(expiration.after),
        topics: notifications?.topics.map(({ topic }) => ({ name: topic.id })),
        rotation: rotationPeriod && { rotationPeriod: inSeconds(rotationPeriod), nextRotationTime },
        annotations: args.annotations,
        labels: args.labels,
        deletionProtection: protect,
    };
}

/** The API, and what Secret Manager's own account must be allowed before the secret is made. */
export function prerequisites(name: string, args: Decided, environment: Environment): pulumi.Resource[] {
    const { notifications, replicas = {}, crossProject } = args;
    return [
        ...environment.enable(api),
        ...encryptionGrants(environment, name, args, api),
        ...Object.entries(replicas).flatMap(([region, replica]) => {
            return encryptionGrants(environment, `${name}-${region}`, { ...replica, crossProject }, api);
        }),
        ...(notifications?.topics ?? []).flatMap(({ publisher }) => {
            return environment.grantAgent(api, publisher, crossProject);
        }),
    ];
}

function replication({ replicas, encryptionKey }: Decided) {
    if (!replicas) {
        return { auto: encrypted(encryptionKey) };
    }
    // In the order of their names, as another order would be another secret to the provider.
    const regions = Object.keys(replicas).sort();
    return {
        userManaged: {
            replicas: regions.map((location) => ({ location, ...encrypted(replicas[location]?.encryptionKey) })),
        },
    };
}

function encrypted(key: pulumi.Input<string> | undefined) {
    return key === undefined ? {} : { customerManagedEncryption: { kmsKeyName: key } };
}
