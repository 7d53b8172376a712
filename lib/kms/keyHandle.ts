import { KeyHandle, type KeyHandleArgs } from "@pulumi/gcp/kms/keyHandle";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import type { AnyKmsKey } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { type AutokeyResourceType, autokeyResources } from "../facts/autokeyResources";
import * as check from "../internal/arguments/check";
import { type Transform, transforms } from "../internal/engine/children";
import { freshName } from "../internal/engine/freshName";
import { api, location, maxName, nameWithoutSuffix } from "./keyRing";

/** The arguments of a {@link KmsKeyHandle}. */
export interface KmsKeyHandleArgs extends ComponentArgs, check.AllowUnlistedArgs {
    /**
     * What the key encrypts: one of the {@link https://docs.cloud.google.com/kms/docs/kms-autokey resource types} of Autokey, such as
     * `"storage.googleapis.com/Bucket"`. Components that encrypt another type refuse the key. Changing this replaces the key handle, which
     * requests another key.
     */
    resourceType: AutokeyResourceType;
    /**
     * The {@link https://cloud.google.com/kms/docs/locations location} of the key and of what it encrypts: a region such as
     * `"europe-west1"`, a multi-region such as `"europe"`, or `"global"`. Cloud HSM must be available there. Changing this replaces the key
     * handle, which requests another key.
     * @default the environment's region
     */
    location?: string;
    /**
     * The name without the random suffix: 1 to 56 letters, digits, `-` and `_`
     * ({@link https://docs.cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyHandles/create requirements}). Changing this
     * replaces the key handle, which requests another key.
     * @default the component's name
     */
    name?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { handle?: Transform<KeyHandleArgs> };
}

const keyHandleArgs = check.options<KmsKeyHandleArgs>(
    {
        resourceType: check.known(
            "resource type of Autokey",
            Object.keys(autokeyResources.rows),
            /^[a-z]+\.googleapis\.com\/[A-Z][A-Za-z]+$/,
            "must be a resource type of Autokey such as storage.googleapis.com/Bucket",
            "set allowUnlisted: true.",
        ) as check.Check<AutokeyResourceType>,
        location,
        name: nameWithoutSuffix,
        transform: transforms("handle"),
        ...check.allowUnlistedArgs,
        ...componentArgs,
    },
    "resourceType",
);

/**
 * A key that {@link https://docs.cloud.google.com/kms/docs/autokey-overview Autokey} creates: the `encryptionKey` of other components, for
 * one type of resource in one location. Autokey creates it in a hardware security module, in the project that an administrator has chosen,
 * rotates it each year, and lets the service encrypt with it. The deployer needs no rights on keys. Key handles cannot be deleted: the handle
 * and the key stay when the stack is destroyed. The name has a random suffix, so that the stack can be created again.
 * @example
 * ```ts
 * const key = new KmsKeyHandle("models", { resourceType: "storage.googleapis.com/Bucket" });
 * new StorageBucket("models", { encryptionKey: key });
 * ```
 */
export class KmsKeyHandle extends pulumi.ComponentResource implements AnyKmsKey {
    /** The key handle itself. */
    readonly handle: KeyHandle;
    /** The ID of the key: `projects/acme-keys/locations/europe-west1/keyRings/autokey/cryptoKeys/123456789012-storage-1a2b3c4d`. */
    readonly id: pulumi.Output<string>;
    /** The region or multi-region of the key, or `"global"`. */
    readonly location: string;
    /** @internal */
    readonly autokey: { resourceType: string; handle: pulumi.Resource };

    constructor(name: string, args: KmsKeyHandleArgs, options?: pulumi.ComponentResourceOptions) {
        const { project, region } = Environment.current();
        const completed = check.withDefaults(args, { name, location: region });
        const resolved = check.checked(`KmsKeyHandle "${name}"`, completed, keyHandleArgs);
        super("slipway:index:KmsKeyHandle", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: [api] });
        const { resourceType, location } = resolved;
        const fresh = freshName("name", resolved.name, maxName);
        const inputs = { name: fresh.name, location, resourceTypeSelector: resourceType, project };
        this.handle = new KeyHandle(...child("handle", name, inputs, fresh.options));
        this.id = this.handle.kmsKey;
        this.location = location;
        this.autokey = { resourceType, handle: this.handle };
        this.registerOutputs({ handle: this.handle });
    }
}
