import { CryptoKey, type CryptoKeyArgs } from "@pulumi/gcp/kms/cryptoKey";
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import { getKMSCryptoKey } from "@pulumi/gcp/kms/getKMSCryptoKey";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import type { AnyKmsKey } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { checkExisting, type Existing, type ExistingLocationArgs, lookUp, type Place } from "../environment/existing";
import { type KeyAlgorithm, keyAlgorithms } from "../facts/keyAlgorithms";
import { kmsLimits } from "../facts/limits/kms";
import { nameFormats } from "../facts/names";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, inSeconds } from "../internal/arguments/duration";
import { labels } from "../internal/arguments/labels";
import { type Transform, transforms } from "../internal/engine/children";
import { freshName } from "../internal/engine/freshName";
import { projectId } from "../stack/settings/projectId";
import { type AnyKmsKeyRing, api, KmsKeyRing, location, maxName, nameWithoutSuffix } from "./keyRing";

/** The automatic {@link https://cloud.google.com/kms/docs/key-rotation rotation} of a key. */
export interface KeyRotation {
    /** How often Cloud KMS creates a new version, which encrypts from then on: `"1 day"` to `"36500 days"`. */
    every: Duration;
}

/** The arguments of a {@link KmsKey}. */
export interface KmsKeyArgs extends ComponentArgs {
    /**
     * The name without the random suffix: 1 to 56 letters, digits, `-` and `_`
     * ({@link https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/create limit}). Changing this
     * replaces the key, which destroys its versions.
     * @default the component's name
     */
    name?: string;
    /**
     * The key ring of the key. Roles on it are valid for all of its keys.
     * @default a key ring of its own
     */
    keyRing?: AnyKmsKeyRing;
    /**
     * The {@link https://cloud.google.com/kms/docs/locations location}, in which the key can encrypt resources: a region such as
     * `"europe-west1"`, a multi-region such as `"europe"`, or `"global"`. Not with `keyRing`.
     * @default the environment's region
     */
    location?: string;
    /**
     * The {@link https://cloud.google.com/kms/docs/algorithms algorithm}, from which the purpose of the key follows. Only keys with the
     * default encrypt resources of other services. Another algorithm of the same purpose is for new versions; one of another purpose
     * replaces the key, which destroys its versions.
     * @default "GOOGLE_SYMMETRIC_ENCRYPTION"
     */
    algorithm?: KeyAlgorithm;
    /**
     * The {@link https://cloud.google.com/kms/docs/protection-levels protection level}: whether the key is in software or in a hardware
     * security module, which costs more. Changing this replaces the key, which destroys its versions.
     * @default "SOFTWARE"
     */
    protectionLevel?: "SOFTWARE" | "HSM";
    /**
     * When Cloud KMS creates a new version of the key. Earlier versions decrypt what they encrypted, and each costs a fee. `"none"` for no
     * rotation. Only with `"GOOGLE_SYMMETRIC_ENCRYPTION"`.
     * @default { every: "90 days" }
     */
    rotation?: check.Short<KeyRotation | "none", Duration>;
    /**
     * How long a version that is to be destroyed can be {@link https://cloud.google.com/kms/docs/destroy-restore restored}: `"1 day"` to
     * `"120 days"`. Then all data that it encrypted is lost. Changing this replaces the key, which destroys its versions.
     * @default "30 days"
     */
    destroyDelay?: Duration;
    /**
     * Protects the key from deletion and replacement, by Pulumi and by the provider. To destroy the key: set `false` and run `pulumi up`,
     * then make the change.
     * @default true, in each kind of environment, unless `slipway:protection` is off
     */
    protection?: boolean;
    /**
     * Labels of the key: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { key?: Transform<CryptoKeyArgs> };
}

/** Where a key exists. */
export interface ExistingKmsKeyArgs extends ExistingLocationArgs {
    /** The name of the key ring: `"data"`. */
    keyRing: string;
}

/** A key that exists already. */
export interface ExistingKmsKey
    extends Existing,
        AnyKmsKey,
        Pick<KmsKey, "encrypter" | "decrypter" | "signer" | "verifier" | "role"> {}

const limits = kmsLimits.rows;

const kmsKeyArgs = check.options<KmsKeyArgs>({
    name: nameWithoutSuffix,
    keyRing: check.component<AnyKmsKeyRing>("KmsKeyRing"),
    location,
    algorithm: check.oneOf(...(Object.keys(keyAlgorithms.rows) as KeyAlgorithm[])),
    protectionLevel: check.oneOf("SOFTWARE", "HSM"),
    rotation: check.literalOr<"none", check.Short<KeyRotation, Duration>>(
        "none",
        check.short(
            check.options<KeyRotation>({ every: durationWithin(limits.rotation) }, "every"),
            (every: Duration) => ({ every }),
        ),
    ),
    destroyDelay: durationWithin(limits.destroyDelay),
    protection: check.flag(),
    labels,
    transform: transforms("key"),
    ...componentArgs,
});

const purposeOf = (algorithm: KeyAlgorithm): string => keyAlgorithms.rows[algorithm].purpose;

function resolveArgs(name: string, args: KmsKeyArgs, environment: Environment) {
    return check.resolved(
        `KmsKey "${name}"`,
        args,
        kmsKeyArgs,
        ({ algorithm = "GOOGLE_SYMMETRIC_ENCRYPTION", ...given }) => {
            const isSymmetric = purposeOf(algorithm) === "ENCRYPT_DECRYPT";
            const {
                rotation = isSymmetric ? ({ every: "90 days" } as const) : "none",
                protectionLevel = "SOFTWARE",
                destroyDelay = "30 days",
                protection = environment.defaults.protectKeys,
            } = given;
            const at = given.keyRing?.location ?? given.location ?? environment.region;
            const completed = { name: given.name ?? name, location: at, algorithm, isSymmetric, protectionLevel };
            return { ...given, ...completed, rotation, destroyDelay, protection };
        },
        problems,
    );
}

type ResolvedArgs = ReturnType<typeof resolveArgs>;

function problems(
    {
        algorithm,
        protectionLevel,
        rotation,
        isSymmetric,
    }: Pick<Required<KmsKeyArgs>, "algorithm" | "protectionLevel" | "rotation"> & { isSymmetric: boolean },
    { keyRing, location }: KmsKeyArgs,
): (check.Problem | undefined)[] {
    return [
        check.when(
            keyRing !== undefined && location !== undefined,
            "location",
            "kms/location-with-ring",
            "cannot be combined with keyRing, whose location is the key's. Remove one of them.",
        ),
        check.when(
            rotation !== "none" && !isSymmetric,
            "rotation",
            "kms/rotation-unsupported",
            `is only for keys with GOOGLE_SYMMETRIC_ENCRYPTION (got a key with ${algorithm}). Remove it, and add versions by hand.`,
        ),
        check.when(
            (keyAlgorithms.rows[algorithm] as { onlyHsm?: boolean }).onlyHsm === true && protectionLevel !== "HSM",
            "algorithm",
            "kms/algorithm-only-hsm",
            `is only available with the protectionLevel HSM (got "${algorithm}").`,
        ),
    ];
}

/** The capabilities of a key. */
function offers(name: string, id: pulumi.Output<string>) {
    const { offered, role } = rolesOn(name, CryptoKeyIAMMember, { cryptoKeyId: id }, id);
    return {
        encrypter: offered("roles/cloudkms.cryptoKeyEncrypter"),
        decrypter: offered("roles/cloudkms.cryptoKeyDecrypter"),
        signer: offered("roles/cloudkms.signer"),
        verifier: offered("roles/cloudkms.verifier"),
        role,
    };
}

/**
 * A {@link https://cloud.google.com/kms/docs/key-management-service Cloud KMS} key: the `encryptionKey` of other components, or a key with
 * which code encrypts or signs. Cloud KMS rotates it. It is protected from deletion in each kind of environment, because what a destroyed key
 * encrypted is lost. Its name has a random suffix, because the name of a key can never be used again.
 * @example
 * ```ts
 * const key = new KmsKey("sales");
 * new PubSubTopic("sales", { encryptionKey: key });
 * ```
 */
export class KmsKey extends pulumi.ComponentResource implements AnyKmsKey {
    /** The key itself. */
    readonly key: CryptoKey;
    /** The ID of the key: `projects/acme-dev/locations/europe-west1/keyRings/data-1a2b3c/cryptoKeys/data-4d5e6f`. */
    readonly id: pulumi.Output<string>;
    /** The key ring, for other keys in it. */
    readonly keyRing: AnyKmsKeyRing;
    /** The region or multi-region of the key, or `"global"`. */
    readonly location: string;
    /** Grants encrypting with the key; the consumer receives its {@link id}. */
    readonly encrypter: Capability;
    /** Grants decrypting with the key; the consumer receives its {@link id}. */
    readonly decrypter: Capability;
    /** Grants signing, also with a MAC key; the consumer receives the key's {@link id}, to which it adds `/cryptoKeyVersions/1`. */
    readonly signer: Capability;
    /** Grants verifying and reading the public key; the consumer receives the key's {@link id}, to which it adds `/cryptoKeyVersions/1`. */
    readonly verifier: Capability;
    /** A capability of any role on the key, for roles that no other one has; the consumer receives its {@link id}. */
    readonly role: (role: string) => Capability;
    /** @internal */
    readonly isSymmetric: boolean;

    /**
     * A key that exists already and is not managed by the stack, which only grants access to it:
     * `KmsKey.existing("sales", { keyRing: "data" })`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingKmsKeyArgs): ExistingKmsKey {
        const format = check.nameOf(nameFormats.rows.kmsKey);
        const {
            keyRing,
            project,
            location: place = Environment.current().region,
        } = checkExisting("KmsKey", name, format, args, { keyRing: format, project: projectId, location }, ["keyRing"]);
        const find = async (at: Place, options: pulumi.InvokeOptions) => {
            const ring = `projects/${at.project}/locations/${at.location}/keyRings/${keyRing}`;
            const { id } = await getKMSCryptoKey({ name, keyRing: ring }, options);
            return { id };
        };
        const { id } = lookUp("KmsKey", name, format, { project, region: place }, find, "id");
        return { existing: "KmsKey", id, location: place, ...sharedOffers(offers(name, id)) };
    }

    constructor(name: string, args: KmsKeyArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const resolved = Environment.current().resolved((environment) => resolveArgs(name, args, environment));
        super("slipway:index:KmsKey", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: [api] });
        this.isSymmetric = resolved.isSymmetric;
        this.location = resolved.location;
        this.keyRing =
            resolved.keyRing ??
            new KmsKeyRing(
                name,
                { name: resolved.name, location: resolved.location, crossProject: resolved.crossProject },
                { parent: this },
            );
        const fresh = freshName("name", resolved.name, maxName);
        const inputs = { name: fresh.name, keyRing: this.keyRing.keyRing.id, ...keyInputs(resolved) };
        this.key = new CryptoKey(...child("key", name, inputs, { ...fresh.options, protect: resolved.protection }));
        this.id = this.key.id;
        const all = offers(name, this.id);
        ({ encrypter: this.encrypter, decrypter: this.decrypter, signer: this.signer } = all);
        ({ verifier: this.verifier, role: this.role } = all);
        this.registerOutputs({ key: this.key });
    }
}

/** The arguments of the key, without its name and its key ring. */
function keyInputs({ algorithm, protectionLevel, rotation, destroyDelay, protection, labels }: ResolvedArgs) {
    return {
        purpose: purposeOf(algorithm),
        versionTemplate: { algorithm, protectionLevel },
        rotationPeriod: rotation === "none" ? undefined : inSeconds(rotation.every),
        destroyScheduledDuration: inSeconds(destroyDelay),
        labels,
        deletionPolicy: protection ? "PREVENT" : "DELETE",
    };
}
