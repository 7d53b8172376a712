import type { Network } from "@pulumi/gcp/compute/network";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../arguments/check";
import { isPlainObject } from "../arguments/value";
import type { NetworkOfProgram } from "../network/networkOf";

/** An {@link https://cloud.google.com/iam/docs/conditions-overview IAM condition}: the role only applies while it is true. */
export interface GrantCondition {
    /** A title, which policies show: 1 to 100 characters. */
    title: string;
    /** What the condition is for: up to 256 characters. */
    description?: string;
    /** An expression in the Common Expression Language, such as `resource.name.startsWith("projects/_/buckets/acme/objects/open/")`. */
    expression: string;
}

/** A role on one resource that a component offers to consumers. */
export interface Grant {
    /**
     * The role and the resource, such as `models-object-viewer`. Part of a child resource's name, and unique within a consumer.
     */
    readonly name: string;
    /**
     * Whether the resource's allow policy accepts conditions.
     * @default false
     */
    readonly acceptsConditions?: boolean;
    /**
     * Whether the stack does not manage the resource, so that other stacks may grant the same role to the same member.
     * @default false
     */
    readonly isShared?: boolean;
    /**
     * The options of a grant that has no consumer, such as another provider.
     * @default the options of the stack's environment
     */
    readonly options?: pulumi.CustomResourceOptions;
    /** Registers the grant for a member such as `serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com`. */
    readonly to: (
        name: string,
        member: pulumi.Input<string>,
        options: pulumi.CustomResourceOptions,
        condition?: GrantCondition,
    ) => pulumi.Resource;
}

/** Something that the consumer attaches to its workload, such as a secret file or a database socket. */
export interface Attachment {
    readonly kind: string;
}

/** Sets the environment variable to a secret's value by reference, so that no configuration contains the value. */
export interface SecretVariable extends Attachment {
    readonly kind: "secret-variable";
    /** The resource name of the secret, `projects/acme-dev/secrets/api-key`. */
    readonly secret: pulumi.Input<string>;
    /** A version number, or `latest`. */
    readonly version: pulumi.Input<string>;
}

/** Mounts a secret's value as a file; the environment variable contains the path. */
export interface SecretFile extends Attachment {
    readonly kind: "secret-file";
    /** The absolute path of the file, such as `/secrets/api-key/text`. */
    readonly path: string;
    readonly secret: pulumi.Input<string>;
    readonly version: pulumi.Input<string>;
}

/**
 * How a consumer connects to a database: through a Unix socket in the folder of its connection name, or to its IP address in
 * the network. SQL Server has no Unix sockets: the connector listens at a port of 127.0.0.1 instead, by default 1433.
 */
export type CloudSqlWay = check.OneOf<{ sockets: string; port?: number } | { network: true }>;

/** A VPC network: its resource, if the program defines it, or its ID. */
export type VpcNetwork = Network | pulumi.Input<string>;

/** The VPC network that contains a database's address. */
export interface CloudSqlRoute {
    readonly network: VpcNetwork;
    /** The component of the network, if the program has one. @internal */
    readonly component?: NetworkOfProgram;
    /**
     * The ID of a subnet of the network in a region, for consumers that connect through a subnet; undefined without a known subnet.
     */
    readonly subnetworkIn: (region: string) => pulumi.Input<string> | undefined;
}

/**
 * A connection to a Cloud SQL database. Consumers that support Unix sockets (App Engine, Cloud Run, the Cloud SQL Auth Proxy)
 * use one. Others connect to the instance's VPC network and use TLS.
 */
export interface CloudSqlClient extends Attachment {
    readonly kind: "cloud-sql";
    /** The name of the component that offers the connection. */
    readonly component: string;
    readonly engine: "postgres" | "mysql" | "sqlserver";
    /**
     * The {@link https://cloud.google.com/sql/docs/postgres/instance-info connection name},
     * `acme-dev:europe-west1:sales-1a2b3c`. All attachments of one instance have the identical string or the identical output,
     * so that consumers can compare them.
     */
    readonly connectionName: pulumi.Input<string>;
    /**
     * Whether the consumer signs in with IAM database authentication as its own service account; the Auth Proxy then supplies
     * the password.
     */
    readonly iam: boolean;
    /**
     * The IPv4 address of the instance and its TLS port. For a Private Service Connect endpoint that is created elsewhere (no
     * `route`), its DNS name.
     */
    readonly address: pulumi.Input<string>;
    readonly port: number;
    /**
     * The type of `address`: in a VPC network, by private services access (`private`) or Private Service Connect (`psc`), or
     * public.
     */
    readonly addressType: "private" | "psc" | "public";
    /**
     * Whether the instance has a public address, possibly in addition to `address`. App Engine's sockets connect to public addresses
     * only.
     */
    readonly hasPublicAddress: boolean;
    /** Undefined for a public address, and for an endpoint that is created elsewhere. */
    readonly route?: CloudSqlRoute;
    /**
     * The environment variables with the connection's settings: a URL in the variable itself, and more in further variables.
     * Their names are the same for every member. Registers no resources.
     * @param member the consumer's service account, as `serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com`
     */
    readonly variables: (
        variable: string,
        member: pulumi.Input<string>,
        way: CloudSqlWay,
    ) => Record<string, pulumi.Input<string>>;
}

/**
 * What one component lets another do: `models.reader`, `sales.publisher`, `predict.invoker`. A consumer takes capabilities as
 * `uses: { MODELS: models.reader }`, grants them to its own service account, mounts their attachments, and sets the environment
 * variable to their value. A capability with an attachment that a consumer cannot mount does not compile there.
 */
export interface Capability<Needed extends Attachment = never> {
    /**
     * The value of the environment variable: a bucket's name, a topic's path, a URL; undefined if an attachment sets the
     * variable.
     */
    readonly value?: pulumi.Input<string>;
    readonly grants: readonly Grant[];
    /**
     * Grants of `grants` that only code with a client library needs, such as the metadata that `get_bucket` reads first: service agents do
     * not get them, and neither does everyone (`allUsers`).
     * @default none
     */
    readonly forCode?: readonly Grant[];
    readonly attachments: readonly Needed[];
}

/** The capabilities that a consumer uses, by environment variable. */
export type Uses<Mountable extends Attachment = never> = Record<string, Capability<Mountable>>;

/** What a service of Google, or everyone, gets of a capability: all grants but those for code. */
export function withoutCode({ grants, forCode = [] }: Pick<Capability, "grants" | "forCode">): readonly Grant[] {
    return grants.filter((grant) => !forCode.includes(grant));
}

/** A capability for a service of Google: no grants for code, and no value. */
export const forService = (capability: Pick<Capability, "grants" | "forCode">): Capability => ({
    grants: withoutCode(capability),
    attachments: [],
});

/** The result of {@link use}. */
export interface Used<Mountable extends Attachment> {
    env: Record<string, pulumi.Input<string>>;
    /** The grants, which must exist before the code starts. */
    grants: pulumi.Resource[];
    attachments: Attached<Mountable>[];
}

/** An attachment, and the environment variable that it sets. */
export interface Attached<Mountable extends Attachment> {
    variable: string;
    /** Where its `uses` are in the arguments: `sidecars.proxy.`, or nothing for the component itself. */
    at: string;
    attachment: Mountable;
}

/** All attachments of the capabilities. */
export function attachmentsOf<Mountable extends Attachment>(uses: Uses<Mountable>, at = ""): Attached<Mountable>[] {
    return Object.entries(uses).flatMap(([variable, { attachments }]) => {
        return attachments.map((attachment) => ({ at, variable, attachment }));
    });
}

/** The attachments of one kind. */
export function ofKind<Mountable extends Attachment, Kind extends Mountable["kind"]>(
    kind: Kind,
    attached: Attached<Mountable>[],
) {
    type Item = Attached<Extract<Mountable, { kind: Kind }>>;
    return attached.filter((item) => item.attachment.kind === kind) as Attached<Mountable>[] as Item[];
}

/** The secret files without duplicates: several variables may refer to one file. */
export function distinctFiles(attached: Attached<Attachment>[]): Attached<SecretFile>[] {
    const files = ofKind("secret-file", attached as Attached<SecretFile>[]);
    const isSame = ({ attachment: one }: Attached<SecretFile>, { attachment: other }: Attached<SecretFile>) =>
        one.path === other.path && one.secret === other.secret && one.version === other.version;
    return files.filter((file, index) => files.findIndex((other) => isSame(file, other)) === index);
}

/** A service account of several consumers, which registers the roles of all of them, each once. */
export interface SharedAccount {
    /** @internal */
    readonly grant: (grant: Grant) => pulumi.Resource;
}

/**
 * Grants all capabilities that a consumer uses to its service account, as children of the consumer.
 *
 * @param account the account, if it is not the consumer's own
 */
export function use<Mountable extends Attachment>(
    consumer: string,
    uses: Uses<Mountable>,
    member: pulumi.Input<string>,
    options: pulumi.CustomResourceOptions,
    account?: SharedAccount,
): Used<Mountable> {
    // Two variables may use one capability. Its role is granted once, as deleting one of two equal grants would revoke both.
    const grants = new Set(Object.values(uses).flatMap((each) => each.grants));
    const used = Object.entries(uses);
    return {
        env: Object.fromEntries(used.flatMap(([variable, { value }]) => (value ? [[variable, value]] : []))),
        grants: [...grants].map((grant) => {
            return account ? account.grant(grant) : grant.to(`${consumer}-${grant.name}`, member, options);
        }),
        attachments: attachmentsOf(uses),
    };
}

/** Checks the name of an environment variable. */
export const variableName = check.matching(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    "an environment variable's name must have only letters, digits and _, and not start with a digit",
);

/** Checks the name of an environment variable that a service does not set itself. */
export const variableOf = (service: string, own: RegExp): check.Check<string> =>
    check.pipe(
        variableName,
        check.refine((name) => !own.test(String(name)), `is set by ${service} itself\nChoose another name.`),
    );

/**
 * Checks the name of an {@link https://cloud.google.com/run/docs/container-contract#env-vars environment variable} that users of Cloud Run
 * and of functions may set. Cloud Run answers: "The following reserved env names were provided: PORT. These values are automatically set by
 * the system." Reserved names of functions: https://cloud.google.com/functions/docs/configuring/env-var#newer_runtimes
 */
export const variable = variableOf(
    "Cloud Run",
    /^(X_GOOGLE_.*|PORT|K_SERVICE|K_REVISION|K_CONFIGURATION|FUNCTION_TARGET|FUNCTION_SIGNATURE_TYPE)$/,
);

/** What `uses` is in errors. */
export const usesWording =
    "must be capabilities by the variables that have their values, such as { MODELS: models.reader }";

/** Checks the `uses` argument of a consumer that can mount these kinds of attachments. */
export const uses = (name: check.Check<string>, ...mountable: string[]): check.Check<Uses<Attachment>> =>
    check.record(name, mountableCapability(mountable), usesWording);

/** Checks a capability with any attachments. */
export const anyCapability: check.Check<Capability<Attachment>> = check.custom(
    isCapability,
    "must be a capability, such as models.reader or sales.publisher",
);

/** Checks the `uses` argument of a consumer that cannot set variables. */
export const capabilities = check.short(
    check.list(anyCapability, "must be a list of capabilities"),
    (all: Uses<Attachment>) => Object.values(all),
    (value) => isPlainObject(value) && !isCapability(value),
);

/** Checks a capability whose attachments must be of these kinds. */
export function mountableCapability(mountable: string[]): check.Check<Capability<Attachment>> {
    const unmountable = (value: unknown) => {
        const kinds = (value as Capability<Attachment>).attachments.map(({ kind }) => kind);
        return kinds.filter((kind) => !mountable.includes(kind));
    };
    return check.pipe(
        anyCapability,
        check.refine(
            (value) => unmountable(value).length === 0,
            ({ input }) => `needs what cannot be mounted here: ${unmountable(input).join(", ")}`,
        ),
    );
}

function isCapability(value: unknown): boolean {
    const isObject = typeof value === "object" && value !== null;
    return isObject && "grants" in value && "attachments" in value;
}
