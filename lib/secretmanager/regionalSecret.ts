import { getRegionalSecret } from "@pulumi/gcp/secretmanager/getRegionalSecret";
import { RegionalSecret as RegionalSecretResource } from "@pulumi/gcp/secretmanager/regionalSecret";
import { RegionalSecretIamMember } from "@pulumi/gcp/secretmanager/regionalSecretIamMember";
import { RegionalSecretVersion } from "@pulumi/gcp/secretmanager/regionalSecretVersion";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { keyBlock } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { checkExisting, type Existing, type ExistingRegionalArgs, lookUp, type Place } from "../environment/existing";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { noted } from "../internal/engine/creationNote";
import { projectId } from "../stack/settings/projectId";
import { type RegionalSecretArgs, resolveRegionalArgs, secretId } from "./secretArgs";
import { commonInputs, prerequisites, resourceOptions } from "./secretResource";
import { createVersions, externalNote, secretVersion } from "./versions";

const label = (name: string) => `RegionalSecret "${name}"`;

/** A regional secret that exists already. */
export interface ExistingRegionalSecret extends Existing, Pick<RegionalSecret, "accessor" | "role"> {
    readonly secret: Pick<RegionalSecretResource, "id" | "secretId" | "location">;
}

/** Where a regional secret exists, and which version consumers read. */
export interface ExistingRegionalSecretArgs extends ExistingRegionalArgs {
    /**
     * A version number such as `"3"`, or `"latest"`.
     * @default "latest"
     */
    version?: string;
}

/** A regional secret in the provider's resources. */
interface On {
    project: pulumi.Input<string>;
    location: pulumi.Input<string>;
    secretId: pulumi.Input<string>;
}

/** The capabilities of a regional secret. */
function offers(name: string, on: On, secret: pulumi.Input<string>, version: pulumi.Input<string>) {
    const { offered, role } = rolesOn(name, RegionalSecretIamMember, on, secret);
    const accessor = offered("roles/secretmanager.secretAccessor");
    return { accessor: { ...accessor, value: pulumi.interpolate`${secret}/versions/${version}` }, role };
}

/**
 * A {@link https://cloud.google.com/secret-manager/regional-secrets/data-residency regional secret} of Secret Manager, for data that must not
 * leave a region: its values are stored and read only there, through the endpoint `secretmanager.europe-west1.rep.googleapis.com`. Its value
 * is generated, passed in, or added outside of the program. Only consumers of {@link RegionalSecret.accessor} receive access; Cloud Run,
 * functions and virtual machines can only mount a {@link Secret}. In production it is protected from deletion.
 * @example
 * ```ts
 * const key = new RegionalSecret("records-key", { region: "europe-west3", generate: { length: 64 } });
 * new ServerlessFunction("records", { source: "./records", trigger: { http: {} }, uses: { KEY: key.accessor } });
 * ```
 */
export class RegionalSecret extends pulumi.ComponentResource {
    /** The secret itself. */
    readonly secret: RegionalSecretResource;
    /**
     * The version with the value in its secret output `secretData`; undefined for an external secret. With `versions` it is the one that
     * `version` names, or the last one that is not disabled.
     */
    readonly version?: RegionalSecretVersion;
    /** The versions of the argument `versions` by their names. */
    readonly versions: Readonly<Record<string, RegionalSecretVersion>>;
    /** The region in which the secret is stored. */
    readonly region: string;
    /**
     * Grants reading the value with the Secret Manager API; the consumer receives the version's resource name,
     * `projects/acme-dev/locations/europe-west1/secrets/api-key/versions/1`, and must send the request to the endpoint of the region.
     */
    readonly accessor: Capability;
    /** A capability of any role on the secret, for roles that no other one has; the consumer receives the secret's resource name. */
    readonly role: (role: string) => Capability;

    /**
     * A regional secret that exists already and is not managed by the stack, which only grants access to it:
     * `RegionalSecret.existing("api-key")`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingRegionalSecretArgs = {}): ExistingRegionalSecret {
        const checks = { version: secretVersion, project: projectId, region: check.text() };
        const { version = "latest", ...place } = checkExisting("RegionalSecret", name, secretId, args, checks);
        const find = async ({ project, location }: Place, options: pulumi.InvokeOptions) => {
            const { id } = await getRegionalSecret({ secretId: name, location, project }, options);
            return { id, project, location, secretId: name };
        };
        const secret = lookUp("RegionalSecret", name, secretId, place, find, "id", "project", "location", "secretId");
        const all = sharedOffers(offers(name, secret, secret.id, version));
        return { existing: "RegionalSecret", secret, ...all };
    }

    constructor(name: string, args: RegionalSecretArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveRegionalArgs(name, args, environment));
        super("slipway:index:RegionalSecret", name, {}, inEnvironment(options, resolved.crossProject));
        const { child, bindTags } = component(this, name, resolved);

        this.region = resolved.region;
        const inputs = {
            ...commonInputs(resolved, environment),
            location: resolved.region,
            customerManagedEncryption: keyBlock(resolved.encryptionKey, "kmsKeyName"),
        };
        const own = resourceOptions(resolved, environment, prerequisites(environment, name, resolved));
        const place = { project: environment.project, region: resolved.region };
        const note = externalNote(label(name), name, resolved, place);
        this.secret = new RegionalSecretResource(...noted(child, note)("secret", name, inputs, own));
        const { id } = this.secret;
        const created = createVersions(label(name), name, id, resolved, RegionalSecretVersion, child);
        this.version = created.current;
        this.versions = created.named;
        const { project, location, secretId } = this.secret;
        ({ accessor: this.accessor, role: this.role } = offers(
            name,
            { project, location, secretId },
            id,
            created.consumed,
        ));
        bindTags(this.secret);
        this.registerOutputs({ secret: this.secret, version: this.version });
    }
}
