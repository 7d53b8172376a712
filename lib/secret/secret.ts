import { Secret as SecretResource } from "@pulumi/gcp/secretmanager/secret";
import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember";
import { SecretVersion } from "@pulumi/gcp/secretmanager/secretVersion";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability, type Grant, type SecretFile, type SecretVariable } from "../identity/capability";
import * as check from "../internal/check";
import { type Child, childrenOf } from "../internal/children";
import { filePath, type SecretArgs } from "./arguments";
import { prerequisites, secretResourceArgs } from "./definition";
import { type ResolvedArgs, resolveArgs } from "./resolveArgs";
import { generateValue, validateValue } from "./value";

const deletionPolicies = { destroy: "DELETE", disable: "DISABLE", keep: "ABANDON" } as const;

/**
 * A Secret Manager secret. Its value is generated, passed in, or added outside of the program. Only consumers of
 * {@link Secret.reader}, {@link Secret.accessor} or {@link Secret.file} receive access. In production it is protected from
 * deletion.
 */
export class Secret extends pulumi.ComponentResource {
    /** The secret itself. */
    readonly secret: SecretResource;
    /** The version with the value in its secret output `secretData`; undefined for an external secret. */
    readonly version?: SecretVersion;
    /** Grants reading the value; the consumer receives the value in the environment variable, by reference. */
    readonly reader: Capability<SecretVariable>;
    /**
     * Grants reading the value with the Secret Manager API, for platforms that cannot mount secrets, such as App Engine; the
     * consumer receives the version's resource name, `projects/acme-dev/secrets/api-key/versions/1`.
     */
    readonly accessor: Capability;

    private readonly component: string;
    private readonly grants: readonly Grant[];
    private readonly reference: { secret: pulumi.Input<string>; version: pulumi.Input<string> };

    constructor(name: string, args: SecretArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = resolveArgs(name, args, environment.defaults);
        super("slipway:index:Secret", name, {}, inEnvironment(options, resolved.crossProject));
        const { protect } = environment.defaults;
        const child = childrenOf(this, resolved.transform);

        this.component = name;
        this.secret = new SecretResource(
            ...child("secret", name, secretResourceArgs(resolved, protect), {
                protect,
                dependsOn: prerequisites(name, resolved, environment),
                ignoreChanges: resolved.notifications?.nextRotationTime ? ["rotation.nextRotationTime"] : [],
            }),
        );
        this.version = resolved.external ? undefined : this.createVersion(name, resolved, child);
        this.reference = { secret: this.secret.id, version: this.consumedVersion(resolved) };
        const { project, secretId, id } = this.secret;
        const on = { project, secretId };
        this.grants = capability(name, "roles/secretmanager.secretAccessor", SecretIamMember, on, id).grants;
        this.reader = { grants: this.grants, attachments: [{ kind: "secret-variable", ...this.reference }] };
        const path = pulumi.interpolate`${id}/versions/${this.reference.version}`;
        this.accessor = { value: path, grants: this.grants, attachments: [] };
        this.registerOutputs({ secret: this.secret, version: this.version });
    }

    /**
     * Grants reading the value in a file at this absolute path, such as `/secrets/api-key/text`; the consumer receives the
     * path.
     */
    file(path: string): Capability<SecretFile> {
        check.checked(
            `Secret "${this.component}"`,
            { file: path },
            check.options<{ file: string }>({ file: filePath }, "file"),
        );
        return { value: path, grants: this.grants, attachments: [{ kind: "secret-file", path, ...this.reference }] };
    }

    private createVersion(name: string, args: ResolvedArgs, child: Child): SecretVersion {
        const { value } = args;
        // Each run generates another value, which is ignored until the trigger changes. The engine then creates a new version,
        // with the value of that run, before it deletes the old one.
        const options = value
            ? { replacementTrigger: "given" }
            : { ignoreChanges: ["secretData"], replacementTrigger: { ...args.generate } };
        return new SecretVersion(
            ...child(
                "version",
                name,
                {
                    secret: this.secret.id,
                    secretData: value
                        ? validateValue(`Secret "${name}"`, value)
                        : pulumi.secret(generateValue(args.generate)),
                    deletionPolicy: deletionPolicies[args.replaced],
                },
                options,
            ),
        );
    }

    /** The version that consumers read; known only after a version exists. */
    private consumedVersion({ version }: ResolvedArgs): pulumi.Input<string> {
        if (!this.version) {
            return version ?? "latest";
        }
        return version === undefined
            ? this.version.version
            : pulumi.all([version, this.version.version]).apply(([selected]) => selected);
    }
}
