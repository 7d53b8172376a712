import type { Network } from "@pulumi/gcp/compute/network";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";

/** A role on one resource that a component gives to whoever uses it. */
export interface Grant {
    /** What is granted on what, such as `models-object-viewer`: part of a child's name, and once in a consumer. */
    readonly name: string;
    /** Registers the grant for a member such as `serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com`. */
    readonly to: (name: string, member: pulumi.Input<string>, options: pulumi.CustomResourceOptions) => pulumi.Resource;
}

/** Something that must be attached to what runs the code, such as a secret's file or a database's socket. */
export interface Attachment {
    readonly kind: string;
}

/** Sets the environment variable to a secret's text, by reference: the text itself is in no configuration. */
export interface SecretVariable extends Attachment {
    readonly kind: "secret-variable";
    /** The secret's path, `projects/acme-dev/secrets/api-key`. */
    readonly secret: pulumi.Input<string>;
    /** A number, or `latest`. */
    readonly version: pulumi.Input<string>;
}

/** Puts a secret's text into a file; the variable has its path. */
export interface SecretFile extends Attachment {
    readonly kind: "secret-file";
    /** The absolute path of the file, such as `/secrets/api-key/text`. */
    readonly path: string;
    readonly secret: pulumi.Input<string>;
    readonly version: pulumi.Input<string>;
}

/**
 * How a consumer reaches a database: by a socket in the folder of its connection name, or by its address in the network. SQL
 * Server has no sockets: what would make them listens at a port of 127.0.0.1 instead, 1433 unless it is another one.
 */
export type CloudSqlWay = check.OneOf<{ sockets: string; port?: number } | { network: true }>;

/** A VPC network: its resource, where the program has it, or its id. */
export type VpcNetwork = Network | pulumi.Input<string>;

/** The network in which a database has its address. */
export interface CloudSqlRoute {
    readonly network: VpcNetwork;
    /** The id of a subnet of it in a region, for what gets there by addresses of a subnet; nothing where none is known. */
    readonly subnetworkIn: (region: string) => pulumi.Input<string> | undefined;
}

/**
 * A way to a database of Cloud SQL. A consumer gives the code a socket where it can have one, as App Engine, Cloud Run and the
 * Cloud SQL Auth Proxy do, and else lets it into the network of the instance, which it then reaches with TLS.
 */
export interface CloudSqlClient extends Attachment {
    readonly kind: "cloud-sql";
    /** The name of the component that offers it. */
    readonly component: string;
    readonly engine: "postgres" | "mysql" | "sqlserver";
    /**
     * `acme-dev:europe-west1:sales-1a2b3c`, by which a socket and the Auth Proxy are told. Of one instance it is always the same
     * text or the same output, by which consumers know that two attachments are of one.
     */
    readonly connectionName: pulumi.Input<string>;
    /** Whether the consumer signs in by IAM as its own account: the Auth Proxy then has the password. */
    readonly iam: boolean;
    /**
     * The IPv4 address of the instance, or its name where its endpoint of Private Service Connect is made elsewhere and there is no
     * route; and the port for TLS.
     */
    readonly address: pulumi.Input<string>;
    readonly port: number;
    /** Which of its addresses that is: of a VPC network (by private services access or Private Service Connect) or public. */
    readonly addressType: "private" | "psc" | "public";
    /** Whether it has a public address, be it beside that one: the sockets of App Engine lead to no other. */
    readonly hasPublicAddress: boolean;
    /** Nothing for a public address, and for an endpoint that is made elsewhere. */
    readonly route?: CloudSqlRoute;
    /**
     * The environment variables by which the code connects: a URL in the variable itself, and beside it what is no part of one.
     * Their names are the same for every member, and nothing is registered.
     *
     * @param member the consumer's account, as `serviceAccount:predict-run@acme-dev.iam.gserviceaccount.com`
     */
    readonly variables: (
        variable: string,
        member: pulumi.Input<string>,
        way: CloudSqlWay,
    ) => Record<string, pulumi.Input<string>>;
}

/**
 * What one component lets another do: `models.reader`, `sales.publisher`, `predict.invoker`. A consumer takes
 * capabilities as `uses: { MODELS: models.reader }`, grants them to its own service account, attaches what they need, and
 * gives the code their value in the environment variable of that name. One whose attachments a consumer cannot mount
 * does not compile there.
 */
export interface Capability<Needed extends Attachment = never> {
    /** What the code gets: a bucket's name, a topic's path, a URL; nothing where an attachment sets the variable. */
    readonly value?: pulumi.Input<string>;
    readonly grants: readonly Grant[];
    readonly attachments: readonly Needed[];
}

/** The constructor of a provider's `…IAMMember` type, whose other arguments tell the resource. */
type Member<On extends object> = new (
    name: string,
    args: On & { role: string; member: pulumi.Input<string> },
    options: pulumi.CustomResourceOptions,
) => pulumi.Resource;

/** A role as part of a child's name: `object-viewer` of `roles/storage.objectViewer`. */
export const roleName = (role: string): string =>
    role.replace(/^.*[./]/, "").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * A capability that is one role on one resource:
 * `capability("sales", "roles/pubsub.publisher", TopicIAMMember, { topic }, topic)`.
 *
 * @param component the name of the component that offers it
 */
export function capability<On extends object>(
    component: string,
    role: string,
    member: Member<On>,
    on: On,
    value: pulumi.Input<string>,
): Capability {
    const to: Grant["to"] = (child, whom, options) => new member(child, { ...on, role, member: whom }, options);
    return { value, grants: [{ name: `${component}-${roleName(role)}`, to }], attachments: [] };
}

/** What a consumer uses, by the environment variable that tells its code. */
export type Uses<Mountable extends Attachment = never> = Record<string, Capability<Mountable>>;

/** What becomes of a consumer's `uses`. */
export interface Used<Mountable extends Attachment> {
    /** Environment variables by name. */
    environment: Record<string, pulumi.Input<string>>;
    /** What must be there before the code starts. */
    grants: pulumi.Resource[];
    attachments: Attached<Mountable>[];
}

/** An attachment, and the environment variable by which the code knows of it. */
export interface Attached<Mountable extends Attachment> {
    variable: string;
    attachment: Mountable;
}

/** All attachments of what is used. */
export function attachedTo<Mountable extends Attachment>(uses: Uses<Mountable>): Attached<Mountable>[] {
    return Object.entries(uses).flatMap(([variable, { attachments }]) => {
        return attachments.map((attachment) => ({ variable, attachment }));
    });
}

/** The attachments of one kind, each with its variable. */
export function ofKind<Mountable extends Attachment, Kind extends Mountable["kind"]>(
    kind: Kind,
    attached: Attached<Mountable>[],
) {
    type Item = Attached<Extract<Mountable, { kind: Kind }>>;
    return attached.filter((item) => item.attachment.kind === kind) as Attached<Mountable>[] as Item[];
}

/** The files of secrets, each once, however many variables tell of it. */
export function filesOnce(attached: Attached<Attachment>[]): Attached<SecretFile>[] {
    const files = ofKind("secret-file", attached as Attached<SecretFile>[]);
    const isSame = ({ attachment: one }: Attached<SecretFile>, { attachment: other }: Attached<SecretFile>) =>
        one.path === other.path && one.secret === other.secret && one.version === other.version;
    return files.filter((file, index) => files.findIndex((other) => isSame(file, other)) === index);
}

/** Grants all that a consumer uses to its account, as children of the consumer. */
export function use<Mountable extends Attachment>(
    consumer: string,
    uses: Uses<Mountable>,
    member: pulumi.Input<string>,
    options: pulumi.CustomResourceOptions,
): Used<Mountable> {
    // Two variables may tell of one capability: a role is granted once, as taking one of two away would take both.
    const grants = new Set(Object.values(uses).flatMap((each) => each.grants));
    const used = Object.entries(uses);
    return {
        environment: Object.fromEntries(used.flatMap(([variable, { value }]) => (value ? [[variable, value]] : []))),
        grants: [...grants].map(({ name, to }) => to(`${consumer}-${name}`, member, options)),
        attachments: attachedTo(uses),
    };
}

/** The name of an environment variable. */
export const variableName = check.matching(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    "an environment variable's name must have only letters, digits and _, and not start with a digit",
);

/** The name of an environment variable that a user may set ("Configure environment variables"). */
export const variable: check.Check = check.pipe(
    variableName,
    check.refine(
        (name) =>
            !/^(X_GOOGLE_.*|PORT|K_SERVICE|K_REVISION|K_CONFIGURATION|FUNCTION_TARGET|FUNCTION_SIGNATURE_TYPE)$/.test(
                String(name),
            ),
        "is set by Cloud Run itself\nChoose another name.",
    ),
);

/** Checks the `uses` argument of a consumer that can mount these kinds of attachments. */
export function uses(...mountable: string[]): check.Check {
    return check.record(variable, mountableCapability(mountable));
}

/** Checks a capability, of which all attachments are of these kinds. */
export function mountableCapability(mountable: string[]): check.Check {
    const unmountable = (given: unknown) => {
        const kinds = (given as Capability<Attachment>).attachments.map(({ kind }) => kind);
        return kinds.filter((kind) => !mountable.includes(kind));
    };
    return check.pipe(
        check.custom(isCapability, "must be a capability, such as models.reader or sales.publisher"),
        check.refine(
            (given) => unmountable(given).length === 0,
            ({ input }) => `needs what cannot be mounted here: ${unmountable(input).join(", ")}`,
        ),
    );
}

function isCapability(given: unknown): boolean {
    const isObject = typeof given === "object" && given !== null;
    return isObject && "grants" in given && "attachments" in given;
}
