import { FlexibleAppVersion, type FlexibleAppVersionArgs } from "@pulumi/gcp/appengine/flexibleAppVersion";
import { StandardAppVersion, type StandardAppVersionArgs } from "@pulumi/gcp/appengine/standardAppVersion";
import * as pulumi from "@pulumi/pulumi";
import type { Child } from "../../internal/children";
import { hashOf } from "../../internal/names";
import { type FlexibleParts, flexibleDefinition } from "../flexible";
import { type StandardParts, standardDefinition } from "../standard";
import type { DecidedService } from "./decided";

type VersionArgs = StandardAppVersionArgs | FlexibleAppVersionArgs;

/** What a version stands on. */
interface Parts extends StandardParts, Omit<FlexibleParts, "files"> {
    /** The id of the account that runs it, which is known before the account is made. */
    accountId: string;
}

/**
 * Registers the version of a service that the program deploys. Another one is made beside it, and none is deleted with its resource:
 * what becomes of it is decided once the traffic has moved.
 *
 * @param after what must be there before it is made
 */
export function deployedVersion(
    name: string,
    { key, settings, digest }: DecidedService,
    { accountId, ...parts }: Parts,
    child: Child,
    after: pulumi.Resource[],
): StandardAppVersion | FlexibleAppVersion {
    const identified = <Args extends object>(definition: Args, options: pulumi.CustomResourceOptions = {}) => {
        const args = { ...definition, service: key };
        const [own, given, all] = child("version", name, args, { dependsOn: after, retainOnDelete: true, ...options });
        const versionId = versionIdOf(given, { accountId, digest });
        return [own, { versionId, ...given }, all] as const;
    };
    return settings.env === "standard"
        ? new StandardAppVersion(...identified(standardDefinition(settings, parts)))
        : // Versions without traffic are stopped.
          new FlexibleAppVersion(
              ...identified(flexibleDefinition(settings, parts), { ignoreChanges: ["servingStatus"] }),
          );
}

/**
 * The id of a version: `v` and eight digits of the hash of all that it is made of, so that the same is the same version, on every
 * machine, and anything else another one. It is part of an address, in which there are 63 characters for all names.
 */
function versionIdOf(
    args: Partial<VersionArgs>,
    content: { accountId: string; digest?: string },
): pulumi.Output<string> {
    const { deployment, serviceAccount: _, ...settings } = args;
    const container = pulumi.output<object | undefined>(deployment).apply((given) => ({ ...given, files: undefined }));
    return pulumi.unsecret(
        pulumi.output({ ...settings, container, ...content }).apply((known) => {
            return `v${hashOf(canonical(known), 8)}`;
        }),
    );
}

/** JSON with the keys of objects in one order. */
function canonical(value: unknown): string {
    return JSON.stringify(value, (_key, part) =>
        typeof part === "object" && part !== null && !Array.isArray(part)
            ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
            : part,
    );
}
