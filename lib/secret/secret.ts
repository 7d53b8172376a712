import { Secret as SecretResource } from "@pulumi/gcp/secretmanager/secret";
import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember";
import { SecretVersion } from "@pulumi/gcp/secretmanager/secretVersion";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability, type Grant, type SecretFile, type SecretVariable } from "../identity/capability";
import * as check from "../internal/check";
import { type Child, childrenOf } from "../internal/children";
import { type Decided, decided, type SecretArgs } from "./arguments";
import { definition, prerequisites } from "./definition";
import { filePath } from "./limits";
import { generated, sound } from "./value";

const deletionPolicies = { destroy: "DELETE", disable: "DISABLE", keep: "ABANDON" } as const;

/**
 * A secret of Secret Manager, with a value that is made at random unless it is given or comes from outside. Nobody may read
 * it who was not given {@link Secret.reader} or a {@link Secret.file}. In production Pulumi and the provider refuse to delete
 * it.
 */
export class Secret extends pulumi.ComponentResource {
    readonly secret: SecretResource;
    /** The version with the value, as its secret output `secretData`; nothing for an external secret. */
    readonly version?: SecretVersion;
    /** Reads the value, and has it in the environment variable by reference. */
    readonly reader: Capability<SecretVariable>;
    /**
     * Reads the value by the Secret Manager API, for code that runs where nothing can be mounted, as in App Engine; the variable has
     * the path of the version, `projects/acme-dev/secrets/api-key/versions/1`.
     */
    readonly accessor: Capability;

    private readonly component: string;
    private readonly grants: readonly Grant[];
    private readonly reference: { secret: pulumi.Input<string>; version: pulumi.Input<string> };

    constructor(name: string, given: SecretArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment.defaults);
        super("slipway:index:Secret", name, {}, inEnvironment(options, args.crossProject));
        const { protect } = environment.defaults;
        const child = childrenOf(this, args.transform);

        this.component = name;
        this.secret = new SecretResource(
            ...child("secret", name, definition(args, protect), {
                protect,
                dependsOn: prerequisites(name, args, environment),
                ignoreChanges: args.notifications?.nextRotationTime ? ["rotation.nextRotationTime"] : [],
            }),
        );
        this.version = args.external ? undefined : this.valued(name, args, child);
        this.reference = { secret: this.secret.id, version: this.read(args) };
        const { project, secretId, id } = this.secret;
        const on = { project, secretId };
        this.grants = capability(name, "roles/secretmanager.secretAccessor", SecretIamMember, on, id).grants;
        this.reader = { grants: this.grants, attachments: [{ kind: "secret-variable", ...this.reference }] };
        const path = pulumi.interpolate`${id}/versions/${this.reference.version}`;
        this.accessor = { value: path, grants: this.grants, attachments: [] };
        this.registerOutputs({ secret: this.secret, version: this.version });
    }

    /** Reads the value in a file at this absolute path, such as `/secrets/api-key/text`; the variable has the path. */
    file(path: string): Capability<SecretFile> {
        check.checked(
            `Secret "${this.component}"`,
            { file: path },
            check.options<{ file: string }>({ file: filePath }, "file"),
        );
        return { value: path, grants: this.grants, attachments: [{ kind: "secret-file", path, ...this.reference }] };
    }

    private valued(name: string, args: Decided, child: Child): SecretVersion {
        const { value } = args;
        // The program makes another random value whenever it runs, and only the first one counts: until the trigger changes,
        // which the engine answers by a new version, with the value of that run, before it lets go of the old one.
        const options = value
            ? { replacementTrigger: "given" }
            : { ignoreChanges: ["secretData"], replacementTrigger: { ...args.generate } };
        return new SecretVersion(
            ...child(
                "version",
                name,
                {
                    secret: this.secret.id,
                    secretData: value ? sound(`Secret "${name}"`, value) : pulumi.secret(generated(args.generate)),
                    deletionPolicy: deletionPolicies[args.replaced],
                },
                options,
            ),
        );
    }

    /** What consumers read, which waits for there being a version that they can read. */
    private read({ version }: Decided): pulumi.Input<string> {
        if (!this.version) {
            return version ?? "latest";
        }
        return version === undefined
            ? this.version.version
            : pulumi.all([version, this.version.version]).apply(([chosen]) => chosen);
    }
}
