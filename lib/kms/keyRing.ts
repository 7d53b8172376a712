import { getKMSKeyRing } from "@pulumi/gcp/kms/getKMSKeyRing";
import { KeyRing, type KeyRingArgs } from "@pulumi/gcp/kms/keyRing";
import { KeyRingIAMMember } from "@pulumi/gcp/kms/keyRingIAMMember";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import { Environment, inEnvironment } from "../environment/environment";
import { checkExisting, type Existing, type ExistingLocationArgs, lookUp, type Place } from "../environment/existing";
import { nameFormats } from "../facts/names";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { type Transform, transforms } from "../internal/engine/children";
import { freshName, suffixLength } from "../internal/engine/freshName";
import { projectId } from "../stack/settings/projectId";

export const api = "cloudkms.googleapis.com";

/** The arguments of a {@link KmsKeyRing}. */
export interface KmsKeyRingArgs extends ComponentArgs, TaggedArgs {
    /**
     * The name without the random suffix: 1 to 56 letters, digits, `-` and `_`
     * ({@link https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings/create limit}). Changing this replaces the
     * key ring, and all of its keys.
     * @default the component's name
     */
    name?: string;
    /**
     * The {@link https://cloud.google.com/kms/docs/locations location}: a region such as `"europe-west1"`, a multi-region such as
     * `"europe"`, or `"global"`. Changing this replaces the key ring, and all of its keys.
     * @default the environment's region
     */
    location?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { keyRing?: Transform<KeyRingArgs> };
}

/** A key ring of the stack, or one that exists already. */
export interface AnyKmsKeyRing {
    readonly keyRing: Pick<KeyRing, "id">;
    /** The region or multi-region of the key ring, or `"global"`. */
    readonly location: string;
    /** A capability of any role on all keys of the key ring; the consumer receives the ID of the key ring. */
    readonly role: (role: string) => Capability;
}

/** A key ring that exists already. */
export interface ExistingKmsKeyRing extends Existing, AnyKmsKeyRing {}

const { kmsKey } = nameFormats.rows;

/** Checks the name of a key ring or a key, to which a suffix is added. */
export const nameWithoutSuffix = check.pipe(
    check.nameOf(kmsKey),
    check.longest(kmsKey.max - suffixLength, "characters"),
);

/** The longest name of a key ring or a key. */
export const maxName = kmsKey.max;

/** Checks the location of a key ring. */
export const location = check.matching(
    /^([a-z]+-[a-z]+\d+|[a-z]+\d*)$/,
    "must be a region such as europe-west1, a multi-region such as europe, or global",
);

const kmsKeyRingArgs = check.options<KmsKeyRingArgs>({
    name: nameWithoutSuffix,
    location,
    transform: transforms("keyRing"),
    ...componentArgs,
    ...taggedArgs,
});

const offers = (name: string, id: pulumi.Output<string>) => {
    const { role } = rolesOn(name, KeyRingIAMMember, { keyRingId: id }, id);
    return { role };
};

/**
 * A {@link https://cloud.google.com/kms/docs/resource-hierarchy#key_rings key ring} of Cloud KMS: keys in one location with roles in common.
 * Its name has a random suffix, because the provider never deletes a key ring: a destroyed stack leaves it, without cost, and the next `up`
 * creates a new key ring.
 * @example
 * ```ts
 * const keyRing = new KmsKeyRing("data", { location: "europe-west1" });
 * const key = new KmsKey("sales", { keyRing });
 * ```
 */
export class KmsKeyRing extends pulumi.ComponentResource implements AnyKmsKeyRing {
    /** The key ring itself. */
    readonly keyRing: KeyRing;
    /** The region or multi-region of the key ring, or `"global"`. */
    readonly location: string;
    /** A capability of any role on all keys of the key ring; the consumer receives the ID of the key ring. */
    readonly role: (role: string) => Capability;

    /**
     * A key ring that exists already and is not managed by the stack, which creates keys in it or grants access to it:
     * `KmsKeyRing.existing("data")`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingLocationArgs = {}): ExistingKmsKeyRing {
        const format = check.nameOf(kmsKey);
        const checks = { project: projectId, location };
        const checked = checkExisting("KmsKeyRing", name, format, args, checks);
        const { project, location: place = Environment.current().region } = checked;
        const find = async (at: Place, options: pulumi.InvokeOptions) => {
            const { id } = await getKMSKeyRing({ name, ...at }, options);
            return { id };
        };
        const keyRing = lookUp("KmsKeyRing", name, format, { project, region: place }, find, "id");
        return { existing: "KmsKeyRing", keyRing, location: place, ...sharedOffers(offers(name, keyRing.id)) };
    }

    constructor(name: string, args: KmsKeyRingArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const { project, region } = Environment.current();
        const completed = check.withDefaults(args, { name, location: region });
        const resolved = check.checked(`KmsKeyRing "${name}"`, completed, kmsKeyRingArgs);
        super("slipway:index:KmsKeyRing", name, {}, inEnvironment(options, resolved.crossProject));
        const { child, bindTags } = component(this, name, resolved, { apis: [api] });
        this.location = resolved.location;
        const fresh = freshName("name", resolved.name, maxName);
        const inputs = { name: fresh.name, location: resolved.location, project };
        this.keyRing = new KeyRing(...child("keyRing", name, inputs, fresh.options));
        ({ role: this.role } = offers(name, this.keyRing.id));
        bindTags(this.keyRing);
        this.registerOutputs({ keyRing: this.keyRing });
    }
}
