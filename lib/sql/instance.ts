import type { Database } from "@pulumi/gcp/sql/database";
import { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import type { User } from "@pulumi/gcp/sql/user";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import type { Capability, CloudSqlClient, SecretFile } from "../identity/capability";
import { encryptionGrants } from "../identity/encryption";
import { type Child, childrenOf } from "../internal/children";
import { freshName } from "../internal/fresh";
import { warning } from "../internal/warning";
import type { Network } from "../network";
import type { Secret } from "../secret";
import { builtInUsers, databases, iamUserOf, password } from "./accounts";
import type { CloudSqlInstanceArgs } from "./arguments";
import { changeWarning, lasting } from "./changes";
import { type ClientOptions, clientOf, passwordOf, projectGrant } from "./client";
import type { ExistingNetwork } from "./connectivity";
import { decided } from "./decided";
import { definition, replicaDefinition } from "./definition";
import { type Exports, exporting } from "./exporting";
import type { Decided } from "./given";
import { administrators } from "./names";
import type { Owner, Reached } from "./owner";
import { protections } from "./protection";
import { connectionTo, networkOf, reached } from "./reach";
import { machineWarning } from "./tiers";
import { deprecation } from "./versions";

const api = "sqladmin.googleapis.com";

/** How long the name of an instance may be: with the project's id and a colon 98 characters ("Instance settings"). */
const longest = 97;

/**
 * An instance of Cloud SQL: PostgreSQL, MySQL or SQL Server, with its databases, users and replicas. It has a private address alone
 * and takes only encrypted connections; who uses it signs in by IAM. In production it has a standby in another zone, and nobody can
 * delete it.
 */
export class CloudSqlInstance extends pulumi.ComponentResource {
    /** The primary instance. */
    readonly instance: DatabaseInstance;
    /** By their names. */
    readonly databases: Readonly<Record<string, Database>>;
    /** The users with a password, by their names. */
    readonly users: Readonly<Record<string, User>>;
    /** The secrets with their passwords, by the users' names. */
    readonly passwords: Readonly<Record<string, Secret>>;
    /**
     * The secret with the password of the user that every instance has, `postgres`, `root` or `sqlserver`, for when nobody else gets in.
     * There is none, and nobody can sign in as that user, without a `passwordPolicy`; SQL Server has it always.
     */
    readonly administrator?: Secret;
    /** The replicas, by their names. */
    readonly replicas: Readonly<Record<string, DatabaseInstance>>;
    /** What exports to a bucket; nothing without `exports`. */
    readonly exports?: Exports;
    /** By which Google's connectors and the Auth Proxy find it: `acme-dev:europe-west1:sales-1a2b3c`. */
    readonly connectionName: pulumi.Output<string>;

    private readonly owner: Owner;

    constructor(name: string, given: CloudSqlInstanceArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment);
        const component = `CloudSqlInstance "${name}"`;
        const network = networkOf(args);
        super(
            "slipway:index:CloudSqlInstance",
            name,
            lasting(args, network !== undefined),
            warning(inEnvironment(options, args.crossProject), component, (before, now) =>
                changeWarning(component, before, now as ReturnType<typeof lasting>),
            ),
        );
        this.tell(component, args);
        const child = childrenOf(this, args.transform);

        const ready = [
            ...environment.enable(api),
            ...connectionTo(network),
            ...encryptionGrants(environment, name, args, api),
        ];
        this.administrator = this.administered(name, args);
        this.instance = primary(name, args, { network, administrator: this.administrator, ready }, environment, child);
        this.connectionName = this.instance.connectionName;
        const { users, passwords } = builtInUsers(name, args, this.instance, child, this);
        this.users = users;
        this.passwords = passwords;
        this.databases = databases(name, args, this.instance, Object.values(users), child);
        this.replicas = this.replicated(name, args, network, environment, child);
        this.owner = {
            name,
            component: this,
            args,
            project: environment.project,
            primary: reached(name, this.instance, args, network, args.region),
            replicas: this.reachedReplicas(name, args, network),
            databases: this.databases,
            users,
            passwords,
        };
        this.admit(name, args, child);
        this.exports = args.exports && exporting(this.owner, args.exports, child, environment);
        this.registerOutputs({ instance: this.instance.name, connectionName: this.connectionName });
    }

    /**
     * Connects as the consumer's own account, which reads, writes and changes schemas. The consumer gets a URL, and by
     * `<name>_INSTANCE` the connection name.
     */
    get client(): Capability<CloudSqlClient> {
        return clientOf(this.owner, {});
    }

    /** Connects as the consumer's own account, to another database, with other roles or to a replica. */
    as(options: Omit<ClientOptions, "user"> & { user?: undefined }): Capability<CloudSqlClient>;
    /** Connects as one of `users`, whose password is in a file. */
    as(options: ClientOptions): Capability<CloudSqlClient | SecretFile>;
    as(options: ClientOptions): Capability<CloudSqlClient | SecretFile> {
        const { grants, attachments } = clientOf(this.owner, options);
        const password = options.user === undefined ? undefined : passwordOf(this.owner, options.user);
        return {
            grants: [...grants, ...(password?.grants ?? [])],
            attachments: [...attachments, ...(password?.attachments ?? [])],
        };
    }

    /** A policy is about this password from the start, and SQL Server cannot be without it. */
    private administered(name: string, args: Decided): Secret | undefined {
        return args.passwordPolicy !== false || args.engine === "sqlserver"
            ? password(`${name}-${administrators[args.engine]}`, undefined, args, this)
            : undefined;
    }

    private tell(component: string, { engine, version, tier, highAvailability }: Decided): void {
        const all = [deprecation(engine, version), machineWarning(tier, highAvailability)];
        for (const text of all.filter((one) => one !== undefined)) {
            // Not of this resource: the log would wait until it is registered, and its hook, which logs as well, for the log.
            pulumi.log.warn(`${component}: ${text}`);
        }
    }

    private replicated(
        name: string,
        args: Decided,
        network: Network | ExistingNetwork | undefined,
        environment: Environment,
        child: Child,
    ): Record<string, DatabaseInstance> {
        const made = Object.entries(args.replicas).map(([key, replica]) => {
            const fresh = freshName("name", `${args.name}-${key}`, longest - environment.project.length);
            const { encryptionKey } = replica;
            const grants = encryptionGrants(environment, `${name}-${key}`, { ...args, encryptionKey }, api);
            const instance = new DatabaseInstance(
                ...child(
                    "replica",
                    `${name}-${key}`,
                    {
                        name: fresh.name,
                        masterInstanceName: replica.promoted ? undefined : this.instance.name,
                        ...replicaDefinition(args, replica, network, environment),
                    },
                    {
                        ...fresh.options,
                        ignoreChanges: [...(fresh.options.ignoreChanges ?? []), ...grownByItself(args)],
                        protect: replica.promoted && protections[args.protection].protect,
                        dependsOn: [...connectionTo(network), ...grants],
                    },
                ),
            );
            return [key, instance];
        });
        return Object.fromEntries(made);
    }

    private reachedReplicas(name: string, args: Decided, network: Network | ExistingNetwork | undefined) {
        const all = Object.entries(this.replicas).map(([key, instance]): [string, Reached] => {
            const { region, publicAddress } = args.replicas[key] ?? args;
            return [key, reached(`${name}-${key}`, instance, { ...args, publicAddress }, network, region)];
        });
        return Object.fromEntries(all);
    }

    /** Lets those in who sign in by IAM and are no consumers. */
    private admit(name: string, args: Decided, child: Child): void {
        for (const [member, { roles = [] }] of Object.entries(args.iamUsers)) {
            const whose = `${name}-${member.replace(/^\w+:/, "").replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
            for (const role of ["client", "instanceUser"] as const) {
                projectGrant(this.owner, role).to(`${whose}-${role}`, member, { parent: this });
            }
            iamUserOf(whose, args, this.instance, { member, roles }, child);
        }
    }
}

/** A disk that grows by itself has another size soon, and cannot have a smaller one. */
const grownByItself = ({ storage }: Decided) => (storage.autoIncrease ? ["settings.diskSize"] : []);

interface Before {
    network: Network | ExistingNetwork | undefined;
    administrator?: Secret;
    ready: pulumi.Resource[];
}

function primary(
    name: string,
    args: Decided,
    { network, administrator, ready }: Before,
    environment: Environment,
    child: Child,
): DatabaseInstance {
    const fresh = freshName("name", args.name, longest - environment.project.length);
    const { engine, timeZone, privateServiceConnect } = args;
    // What the provider would try to change where it is, and Cloud SQL refuses.
    const others = [engine, timeZone ?? "", args.storage.type, privateServiceConnect !== undefined];
    return new DatabaseInstance(
        ...child(
            "instance",
            name,
            {
                name: fresh.name,
                ...definition(args, network, environment),
                rootPassword: administrator?.version?.secretData as pulumi.Output<string> | undefined,
            },
            {
                ...fresh.options,
                replacementTrigger: [args.name, ...others],
                ignoreChanges: [...(fresh.options.ignoreChanges ?? []), ...grownByItself(args), "clone"],
                protect: protections[args.protection].protect,
                dependsOn: ready,
            },
        ),
    );
}
