import type { Database } from "@pulumi/gcp/sql/database";
import { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import type { User } from "@pulumi/gcp/sql/user";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { encryptionGrants } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { ExistingOf, requireKnown } from "../environment/existing";
import type { Capability, CloudSqlClient, SecretFile } from "../internal/access/capability";
import { withChangeWarning } from "../internal/engine/changeWarning";
import type { Child } from "../internal/engine/children";
import { freshName } from "../internal/engine/freshName";
import type { NetworkOr } from "../internal/network/networkOf";
import { signalsOfDatabase, signalsOfWorkflow } from "../monitoring/signals/data";
import type { Secret } from "../secretmanager";
import { changeWarning, trackedArgs } from "./changes";
import { type ClientOptions, clientCapability, passwordCapability, projectGrant } from "./client";
import {
    type InstanceEndpoint,
    type InstanceNetwork,
    instanceEndpoint,
    networkDependencies,
    resolveNetwork,
} from "./connectivity";
import type { InstanceContext } from "./context";
import { createDatabases } from "./databases";
import { type ExistingInstanceArgs, readInstance, resolveExisting, verifiedConnectionName } from "./existing";
import { createExports, type Exports } from "./exports";
import { type CloudSqlInstanceArgs, type ResolvedArgs, resolveArgs } from "./instanceArgs";
import { administrators } from "./names";
import { protectionOfReplica, protections } from "./protection";
import type { ResolvedReplica } from "./replicas";
import { instanceDefinition, replicaDefinition } from "./settings";
import { machineWarning } from "./tiers";
import { createIamUser, createUsers, generatePassword } from "./users";
import { versionWarning } from "./versions";

const api = "sqladmin.googleapis.com";

/** The project ID, a colon and the name have {@link https://cloud.google.com/sql/docs/postgres/instance-settings at most 98 characters}. */
const maxNameLength = 97;

/**
 * A Cloud SQL instance of PostgreSQL, MySQL or SQL Server, with its databases, users and replicas. By default it has only a private
 * address, accepts only encrypted connections, and consumers sign in with IAM. In production it has a standby in another zone, and
 * nobody can delete it. {@link CloudSqlInstance.existing} adds databases, users and exports to an instance that it does not manage.
 * @example
 * ```ts
 * const sales = new CloudSqlInstance("sales", {
 *     cpu: 2,
 *     memory: "8 GiB",
 *     databases: { predictions: {} },
 *     users: { reporting: {} },
 * });
 * new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} }, uses: { DATABASE: sales.client } });
 * ```
 */
export class CloudSqlInstance extends pulumi.ComponentResource {
    /** The primary instance; an existing one as it was read. */
    readonly instance: DatabaseInstance;
    /** The databases, by name. */
    readonly databases: Readonly<Record<string, Database>>;
    /** The built-in users, by name. */
    readonly users: Readonly<Record<string, User>>;
    /** The secrets with the passwords of the built-in users, by user name. */
    readonly passwords: Readonly<Record<string, Secret>>;
    /**
     * The secret with the password of the default user, `postgres`, `root` or `sqlserver`, for emergencies. Undefined with
     * `passwordPolicy: false`, when nobody can sign in as that user; SQL Server always has it.
     */
    readonly administrator?: Secret;
    /** The replicas, by name. */
    readonly replicas: Readonly<Record<string, DatabaseInstance>>;
    /** The resources that export databases; undefined without `exports`. */
    readonly exports?: Exports;
    /** The connection name for Google's connectors and the Auth Proxy: `acme-dev:europe-west1:sales-1a2b3c`. */
    readonly connectionName: pulumi.Output<string>;

    private readonly context: InstanceContext;

    /**
     * An instance that exists already, and that the component does not manage. It only adds what the arguments ask for: databases, users,
     * exports, and the grants of clients.
     *
     * @param name the name of the instance in Google Cloud, which is also the component's
     */
    static existing(
        name: string,
        args: ExistingInstanceArgs = {},
        options?: pulumi.ComponentResourceOptions,
    ): CloudSqlInstance {
        requireKnown("CloudSqlInstance", name, args);
        return new CloudSqlInstance(name, new ExistingOf(args) as object, options);
    }

    constructor(name: string, args: CloudSqlInstanceArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved =
            (args as object) instanceof ExistingOf
                ? resolveExisting(name, (args as ExistingOf<ExistingInstanceArgs>).args, environment)
                : environment.resolved(() => resolveArgs(name, args, environment));
        const title = `CloudSqlInstance "${name}"`;
        const network = resolveNetwork(resolved);
        const { isExisting } = resolved;
        const own = inEnvironment(options, resolved.crossProject);
        super(
            "slipway:index:CloudSqlInstance",
            name,
            isExisting ? {} : trackedArgs(resolved, network !== undefined),
            isExisting ? own : withChangeWarning(own, title, changeWarning),
        );
        const { child, observe, bindTags } = component(this, name, resolved);

        if (isExisting) {
            this.instance = readInstance(name, resolved, child);
            this.connectionName = verifiedConnectionName(title, resolved, this.instance);
        } else {
            this.warn(title, resolved);
            this.administrator = this.createAdministrator(name, resolved);
            const dependsOn = [
                ...environment.enable(api),
                ...networkDependencies(network),
                ...encryptionGrants(environment, name, resolved, api),
            ];
            const parts = { network, administrator: this.administrator, dependsOn };
            this.instance = createPrimary(name, resolved, parts, environment, child);
            this.connectionName = this.instance.connectionName;
        }
        const { users, passwords } = createUsers(name, resolved, this.instance, child, this);
        this.users = users;
        this.passwords = passwords;
        this.databases = createDatabases(name, resolved, this.instance, Object.values(users), child);
        this.replicas = this.createReplicas(name, resolved, network, environment, child);
        this.context = {
            name,
            component: this,
            resolved,
            project: resolved.project,
            primary: instanceEndpoint(name, this.instance, resolved, network, resolved.region),
            replicas: this.replicaEndpoints(name, resolved, network),
            databases: this.databases,
            users,
            passwords,
        };
        this.createIamUsers(name, resolved, child);
        this.exports = resolved.exports && createExports(this.context, resolved.exports, child, environment);
        const databaseId = (instance: DatabaseInstance) => pulumi.interpolate`${instance.project}:${instance.name}`;
        const replicas = Object.entries(this.replicas).map(([key, replica]) => [key, databaseId(replica)]);
        const { max_connections: max } = resolved.flags as { max_connections?: number };
        const signals = signalsOfDatabase(
            resolved.engine,
            databaseId(this.instance),
            Object.fromEntries(replicas),
            max === undefined ? undefined : Number(max),
        );
        const { workflow } = this.exports ?? {};
        observe(
            "Data",
            [...signals, ...(workflow ? signalsOfWorkflow(workflow.name, resolved.region) : [])],
            resolved.alerts,
        );
        bindTags(this.instance);
        this.registerOutputs({ instance: this.instance.name, connectionName: this.connectionName });
    }

    /**
     * Lets the consumer connect as its own account, which can read, write and change schemas; the consumer receives a URL, and the
     * connection name in `<name>_INSTANCE`.
     */
    get client(): Capability<CloudSqlClient> {
        return clientCapability(this.context, {});
    }

    /** Lets the consumer connect as its own account to another database, with other roles, or to a replica. */
    as(options: Omit<ClientOptions, "user"> & { user?: undefined }): Capability<CloudSqlClient>;
    /** Lets the consumer connect as one of `users`; it receives the password in a file. */
    as(options: ClientOptions): Capability<CloudSqlClient | SecretFile>;
    as(options: ClientOptions): Capability<CloudSqlClient | SecretFile> {
        const { grants, attachments } = clientCapability(this.context, options);
        const password = options.user === undefined ? undefined : passwordCapability(this.context, options.user);
        return {
            grants: [...grants, ...(password?.grants ?? [])],
            attachments: [...attachments, ...(password?.attachments ?? [])],
        };
    }

    /** The password policy applies to the default user from the start, and SQL Server requires its password. */
    private createAdministrator(name: string, resolved: ResolvedArgs): Secret | undefined {
        const user = administrators[resolved.engine];
        return resolved.passwordPolicy !== false || resolved.engine === "sqlserver"
            ? generatePassword(`${name}-${user}`, { user }, resolved, this)
            : undefined;
    }

    private warn(component: string, { engine, version, tier, highAvailability }: ResolvedArgs): void {
        const warnings = [versionWarning(engine, version), machineWarning(tier, highAvailability)];
        for (const text of warnings.filter((warning) => warning !== undefined)) {
            // Not a log of this resource: that would wait for the registration, which waits for the hook, which logs as well.
            pulumi.log.warn(`${component}: ${text}`);
        }
    }

    private createReplicas(
        name: string,
        resolved: ResolvedArgs,
        network: NetworkOr<InstanceNetwork> | undefined,
        environment: Environment,
        child: Child,
    ): Record<string, DatabaseInstance> {
        const replicas = Object.entries(resolved.replicas).map(([key, replica]) => {
            const fresh = freshName("name", `${resolved.name}-${key}`, maxNameLength - environment.project.length);
            const { encryptionKey } = replica;
            const grants = encryptionGrants(environment, `${name}-${key}`, { ...resolved, encryptionKey }, api);
            const instance = new DatabaseInstance(
                ...child(
                    "replica",
                    `${name}-${key}`,
                    {
                        name: fresh.name,
                        masterInstanceName: replica.promoted ? undefined : this.instance.name,
                        ...replicaDefinition(resolved, replica, network, environment),
                    },
                    {
                        ...fresh.options,
                        ignoreChanges: [...(fresh.options.ignoreChanges as string[]), ...ignoredSettings(resolved)],
                        protect: protectionOfReplica(replica.promoted, resolved.protection).protect,
                        dependsOn: [...networkDependencies(network), ...grants],
                    },
                ),
            );
            return [key, instance];
        });
        return Object.fromEntries(replicas);
    }

    private replicaEndpoints(name: string, resolved: ResolvedArgs, network: NetworkOr<InstanceNetwork> | undefined) {
        const endpoints = Object.entries(this.replicas).map(([key, instance]): [string, InstanceEndpoint] => {
            const { region, publicAddress } = resolved.replicas[key] as ResolvedReplica;
            return [key, instanceEndpoint(`${name}-${key}`, instance, { ...resolved, publicAddress }, network, region)];
        });
        return Object.fromEntries(endpoints);
    }

    /** Lets `iamUsers` connect and creates their database users. */
    private createIamUsers(name: string, resolved: ResolvedArgs, child: Child): void {
        for (const [member, { roles = [] }] of Object.entries(resolved.iamUsers)) {
            const userName = `${name}-${member.replace(/^\w+:/, "").replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
            for (const role of ["client", "instanceUser"] as const) {
                projectGrant(this.context, role).to(`${userName}-${role}`, member, { parent: this });
            }
            createIamUser(userName, resolved, this.instance, { component: name, member, roles }, child);
        }
    }
}

/** Cloud SQL increases the size of a disk with `autoIncrease`, and a disk cannot shrink. */
const ignoredSettings = ({ storage }: ResolvedArgs) => (storage.autoIncrease ? ["settings.diskSize"] : []);

interface Prerequisites {
    network: NetworkOr<InstanceNetwork> | undefined;
    administrator?: Secret;
    dependsOn: pulumi.Resource[];
}

function createPrimary(
    name: string,
    resolved: ResolvedArgs,
    { network, administrator, dependsOn }: Prerequisites,
    environment: Environment,
    child: Child,
): DatabaseInstance {
    const fresh = freshName("name", resolved.name, maxNameLength - environment.project.length);
    const { engine, timeZone, privateServiceConnect } = resolved;
    // The provider would update these in place, which Cloud SQL refuses.
    const replaceOnChanges = [engine, timeZone ?? "", resolved.storage.type, privateServiceConnect !== undefined];
    return new DatabaseInstance(
        ...child(
            "instance",
            name,
            {
                name: fresh.name,
                ...instanceDefinition(resolved, network, environment),
                rootPassword: administrator?.version?.secretData as pulumi.Output<string> | undefined,
            },
            {
                ...fresh.options,
                replacementTrigger: [resolved.name, ...replaceOnChanges],
                ignoreChanges: [...(fresh.options.ignoreChanges as string[]), ...ignoredSettings(resolved), "clone"],
                protect: protections[resolved.protection].protect,
                dependsOn,
            },
        ),
    );
}
