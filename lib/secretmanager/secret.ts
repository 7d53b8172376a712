import { getSecret } from "@pulumi/gcp/secretmanager/getSecret";
import { Secret as SecretResource } from "@pulumi/gcp/secretmanager/secret";
import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember";
import { SecretVersion } from "@pulumi/gcp/secretmanager/secretVersion";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { encryptionGrants } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { checkExisting, type Existing, type ExistingArgs, lookUp, type Place } from "../environment/existing";
import type { Capability, Grant, SecretFile, SecretVariable } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { noted } from "../internal/engine/creationNote";
import { projectId } from "../stack/settings/projectId";
import { replication } from "./replicas";
import { filePath, resolveArgs, type SecretArgs, secretId } from "./secretArgs";
import { api, commonInputs, prerequisites, resourceOptions } from "./secretResource";
import { createVersions, externalNote, secretVersion } from "./versions";

const fileArgs = check.options<{ file: string }>({ file: filePath }, "file");

const label = (name: string) => `Secret "${name}"`;

/** A secret that exists already. */
export interface ExistingSecret extends Existing, Pick<Secret, "reader" | "accessor" | "file" | "role"> {
    readonly secret: Pick<SecretResource, "id" | "secretId">;
}

/** Where a secret exists, and which version consumers read. */
export interface ExistingSecretArgs extends ExistingArgs {
    /**
     * A version number such as `"3"`, or `"latest"`, which functions resolve when they are deployed.
     * @default "latest"
     */
    version?: string;
}

/** A secret, and the version that consumers read. */
interface Reference {
    secret: pulumi.Input<string>;
    version: pulumi.Input<string>;
}

/** The capabilities of a secret. */
function offers(
    name: string,
    on: { project: pulumi.Input<string>; secretId: pulumi.Input<string> },
    { secret, version }: Reference,
) {
    const { offered, role } = rolesOn(name, SecretIamMember, on, secret);
    const accessor = offered("roles/secretmanager.secretAccessor");
    const variable: SecretVariable = { kind: "secret-variable", secret, version };
    return {
        reader: { grants: accessor.grants, attachments: [variable] },
        accessor: { ...accessor, value: pulumi.interpolate`${secret}/versions/${version}` },
        role,
    };
}

/** The capability to read a value in a file. */
function fileCapability(
    component: string,
    path: string,
    grants: readonly Grant[],
    reference: Reference,
): Capability<SecretFile> {
    check.checked(component, { file: path }, fileArgs);
    return { value: path, grants, attachments: [{ kind: "secret-file", path, ...reference }] };
}

/**
 * A Secret Manager secret. Its value is generated, passed in, or added outside of the program. Only consumers of
 * {@link Secret.reader}, {@link Secret.accessor} or {@link Secret.file} receive access. In production it is protected from
 * deletion.
 * @example
 * ```ts
 * const key = new Secret("signing-key", { generate: { length: 64 } });
 * new ServerlessFunction("sign", { source: "./sign", trigger: { http: {} }, uses: { SIGNING_KEY: key.reader } });
 * ```
 */
export class Secret extends pulumi.ComponentResource {
    /** The secret itself. */
    readonly secret: SecretResource;
    /**
     * The version with the value in its secret output `secretData`; undefined for an external secret. With `versions` it is the one that
     * `version` names, or the last one that is not disabled.
     */
    readonly version?: SecretVersion;
    /** The versions of the argument `versions` by their names. */
    readonly versions: Readonly<Record<string, SecretVersion>>;
    /** Grants reading the value; the consumer receives the value in the environment variable, by reference. */
    readonly reader: Capability<SecretVariable>;
    /**
     * Grants reading the value with the Secret Manager API, for platforms that cannot mount secrets, such as App Engine; the
     * consumer receives the version's resource name, `projects/acme-dev/secrets/api-key/versions/1`.
     */
    readonly accessor: Capability;

    /** A capability of any role on the secret, for roles that no other one has; the consumer receives the secret's resource name. */
    readonly role: (role: string) => Capability;

    private readonly component: string;
    private readonly reference: Reference;

    /**
     * A secret that exists already and is not managed by the stack, which only grants access to it: `Secret.existing("api-key")`. The
     * preview fails if there is none.
     */
    static existing(name: string, args: ExistingSecretArgs = {}): ExistingSecret {
        const checks = { version: secretVersion, project: projectId };
        const { version = "latest", project: owner } = checkExisting("Secret", name, secretId, args, checks);
        const find = async ({ project }: Place, options: pulumi.InvokeOptions) => {
            const { id } = await getSecret({ secretId: name, project }, options);
            return { id, project, secretId: name };
        };
        const secret = lookUp("Secret", name, secretId, { project: owner }, find, "id", "project", "secretId");
        const reference = { secret: secret.id, version };
        const all = sharedOffers(offers(name, secret, reference));
        const file = (path: string) => fileCapability(label(name), path, all.accessor.grants, reference);
        return { existing: "Secret", secret, file, ...all };
    }

    constructor(name: string, args: SecretArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment.defaults));
        super("slipway:index:Secret", name, {}, inEnvironment(options, resolved.crossProject));
        const { child, bindTags } = component(this, name, resolved);

        this.component = name;
        const inputs = { ...commonInputs(resolved, environment), replication: replication(resolved) };
        const dependsOn = [
            ...prerequisites(environment, name, resolved),
            ...replicaGrants(environment, name, resolved),
        ];
        const own = resourceOptions(resolved, environment, dependsOn);
        const note = externalNote(label(name), name, resolved, { project: environment.project });
        this.secret = new SecretResource(...noted(child, note)("secret", name, inputs, own));
        const created = createVersions(label(name), name, this.secret.id, resolved, SecretVersion, child);
        this.version = created.current;
        this.versions = created.named;
        this.reference = { secret: this.secret.id, version: created.consumed };
        const { project, secretId } = this.secret;
        const all = offers(name, { project, secretId }, this.reference);
        ({ reader: this.reader, accessor: this.accessor, role: this.role } = all);
        bindTags(this.secret);
        this.registerOutputs({ secret: this.secret, version: this.version });
    }

    /**
     * Grants reading the value in a file at this absolute path, such as `/secrets/api-key/text`; the consumer receives the
     * path.
     */
    file(path: string): Capability<SecretFile> {
        return fileCapability(label(this.component), path, this.accessor.grants, this.reference);
    }
}

/** The roles that the service agent of Secret Manager needs on the keys of replicas. */
function replicaGrants(environment: Environment, name: string, { replicas = {}, crossProject }: SecretArgs) {
    return Object.entries(replicas).flatMap(([region, replica]) => {
        return encryptionGrants(environment, `${name}-${region}`, { ...replica, crossProject }, api);
    });
}
