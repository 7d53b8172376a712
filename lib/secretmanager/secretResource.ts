import type * as pulumi from "@pulumi/pulumi";
import { encryptionGrants } from "../component/encryption";
import type { Environment } from "../environment/environment";
import type * as check from "../internal/arguments/check";
import { inSeconds } from "../internal/arguments/duration";
import { expirationArgs } from "./expiration";
import { notificationArgs } from "./notifications";
import type { CommonSecretArgs, RegionalSecretArgs } from "./secretArgs";

/** What secrets and regional secrets have in common, in the form of the provider. */
export const api = "secretmanager.googleapis.com";

type Common = check.Long<CommonSecretArgs> & Pick<RegionalSecretArgs, "encryptionKey">;

/** The inputs of the secret resource. */
export function commonInputs(
    args: Common & Required<Pick<Common, "name" | "destroyDelay">>,
    { defaults }: Environment,
) {
    const { destroyDelay } = args;
    return {
        secretId: args.name,
        versionDestroyTtl: destroyDelay === "none" ? undefined : inSeconds(destroyDelay),
        ...expirationArgs(args.expiration),
        ...notificationArgs(args.notifications),
        annotations: args.annotations,
        labels: args.labels,
        deletionProtection: defaults.protect,
    };
}

/** The options of the secret resource. */
export function resourceOptions(
    { annotations, notifications }: Common,
    { defaults: { protect } }: Environment,
    dependsOn: pulumi.Resource[],
): pulumi.CustomResourceOptions {
    return {
        protect,
        dependsOn,
        ignoreChanges: notifications?.rotation ? ["rotation.nextRotationTime"] : [],
        // A copy of the annotations, which the provider returns in clear.
        additionalSecretOutputs: annotations ? ["effectiveAnnotations"] : [],
    };
}

/** The API, and the roles that the service agent of Secret Manager needs before the secret is created. */
export function prerequisites(environment: Environment, name: string, args: Common): pulumi.Resource[] {
    const { notifications, crossProject } = args;
    return [
        ...environment.enable(api),
        ...encryptionGrants(environment, name, args, api),
        ...(notifications?.topics ?? []).flatMap(({ publisher }) => {
            return environment.grantAgent(api, publisher, crossProject);
        }),
    ];
}
