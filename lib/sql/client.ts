import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../facts/names";
import type { Capability, CloudSqlClient, CloudSqlWay, Grant, SecretFile } from "../internal/access/capability";
import { maxTitle, titleByStack } from "../internal/access/roles";
import { argumentsError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { shortenName } from "../internal/arguments/names";
import { childrenOf } from "../internal/engine/children";
import type { Secret } from "../secretmanager";
import type { InstanceContext, InstanceOfClients } from "./context";
import { databaseUser } from "./names";
import { createIamUser } from "./users";
import type { Engine } from "./versions";

/** The user as which a consumer connects, and the database. */
export interface ClientOptions {
    /**
     * One of `users`. The consumer reads the password from the file whose path is in `<name>_PASSWORD_FILE`.
     * @default the consumer's own account, which signs in with IAM; SQL Server has no IAM users
     */
    user?: string;
    /**
     * One of `databases`, or a database that every instance has.
     * @default the only one of `databases`; otherwise `postgres` for PostgreSQL and none for the other engines
     */
    database?: string;
    /**
     * Database roles of the consumer's own account. With `[]` it can only connect, until somebody grants privileges in SQL.
     * @default ["cloudsqlsuperuser"], as for built-in users: reads, writes and changes schemas; none for MySQL before 8.0
     */
    roles?: string[];
    /**
     * One of `replicas`, for reads.
     * @default the primary instance
     */
    replica?: string;
}

const ports = { postgres: 5432, mysql: 3306, sqlserver: 1433 } satisfies Record<Engine, number>;

const clientOptions = check.options<ClientOptions>({
    user: check.text(),
    database: check.text(),
    roles: check.list(check.text()),
    replica: check.text(),
});

/** Checks the options of a client against the users, databases and replicas of the instance. */
function validateOptions(context: InstanceContext, options: ClientOptions): ClientOptions {
    const { resolved } = context;
    const unknownName = (path: string, name: string | undefined, known: object): check.Problem | undefined => {
        const names = Object.keys(known).join(", ") || "none";
        return check.when(
            name !== undefined && !Object.hasOwn(known, name),
            path,
            "sql/database-or-user-unknown",
            `must be one of the ${path}s that the instance has: ${names} (got "${name}").`,
        );
    };
    const system = { postgres: { postgres: {} }, mysql: { mysql: {} }, sqlserver: { master: {} } }[resolved.engine];
    return check.checked(
        `CloudSqlInstance "${context.name}"`,
        options,
        clientOptions,
        ({ user, database, replica, roles }) => [
            unknownName("user", user, resolved.users),
            unknownName("database", database, { ...resolved.databases, ...system }),
            unknownName("replica", replica, resolved.replicas),
            check.when(
                user !== undefined && roles !== undefined,
                "roles",
                "sql/roles-of-named-user",
                `are set by the user "${user}". Set them in users.`,
            ),
            check.when(
                roles !== undefined && resolved.version.startsWith("5."),
                "roles",
                "sql/roles-of-version",
                `need MySQL 8.0 or newer (got version "${resolved.version}"). Remove them.`,
            ),
            check.when(
                user === undefined && resolved.engine === "sqlserver",
                "user",
                "sql/user-missing",
                "is required, because SQL Server does not support IAM users. Name one of users.",
            ),
        ],
    );
}

/** The capability to connect as this user to this database. */
export function clientCapability(context: InstanceContext, options: ClientOptions): Capability<CloudSqlClient> {
    const { resolved, name: component } = context;
    const {
        user,
        replica,
        roles = defaultRoles(resolved),
        database = defaultDatabase(resolved),
    } = validateOptions(context, options);
    const { instance, ...endpoint } = (replica && context.replicas[replica]) || context.primary;
    const { connectionName } = instance;
    const attachment: CloudSqlClient = {
        kind: "cloud-sql",
        component,
        engine: resolved.engine,
        connectionName,
        iam: user === undefined,
        port: ports[resolved.engine],
        ...endpoint,
        variables: (variable, member, way) => {
            validateSocketPath(context, replica, way);
            return {
                [variable]: databaseUrl(resolved.engine, {
                    // As outputs, so that the consumer is created after the user and the database and deleted before them.
                    user: context.users[user ?? ""]?.name ?? loginName(resolved.engine, member),
                    database: context.databases[database]?.name ?? database,
                    connectionName,
                    address: endpoint.address,
                    way,
                }),
                [`${variable}_INSTANCE`]: connectionName,
                ...(way.network ? { [`${variable}_CA`]: serverCertificates(instance) } : {}),
                ...(user === undefined ? {} : { [`${variable}_PASSWORD_FILE`]: passwordPath(context, user) }),
            };
        },
    };
    return { grants: connectGrants(context, user === undefined ? roles : undefined), attachments: [attachment] };
}

/** The length of a socket path in Linux (`sun_path`), with its terminating byte. */
const maxSocketPath = 108;

/** Refuses a name with which the socket path would be too long: clients fail only when they connect. */
function validateSocketPath(
    { resolved, project, name }: InstanceContext,
    replica: string | undefined,
    { sockets }: CloudSqlWay,
): void {
    const { region } = (replica && resolved.replicas[replica]) || resolved;
    const instance = resolved.isExisting ? resolved.name : `${resolved.name}${replica ? `-${replica}` : ""}-abcdef`;
    const suffix = resolved.engine === "postgres" ? "/.s.PGSQL.5432" : "";
    const length = `${sockets}/${project}:${region}:${instance}${suffix}`.length + 1;
    if (sockets !== undefined && resolved.engine !== "sqlserver" && length > maxSocketPath) {
        const reason = `must have at most ${resolved.name.length - (length - maxSocketPath)} characters for a consumer with sockets, whose path must be shorter than ${maxSocketPath} bytes (got "${resolved.name}").`;
        throw argumentsError(`CloudSqlInstance "${name}"`, [check.problem("name", "sql/socket-path-too-long", reason)]);
    }
}

/** The capability to read the password of a built-in user from a file. */
export function passwordCapability(context: InstanceContext, user: string): Capability<SecretFile> {
    const { grants, attachments } = (context.passwords[user] as Secret).file(passwordPath(context, user));
    return { grants, attachments };
}

const passwordPath = ({ name }: InstanceContext, user: string) =>
    `/secrets/${shortenName(`${name}-${user}`, nameFormats.rows.secret.max)}/password`;

/** The roles of a consumer without `roles`. MySQL has roles since 8.0. */
const defaultRoles = ({ version }: InstanceOfClients) => (version.startsWith("5.") ? [] : ["cloudsqlsuperuser"]);

function loginName(engine: Engine, member: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.output(member).apply((principal) => databaseUser(engine, principal).login);
}

/** The database of a consumer without `database`. */
function defaultDatabase({ engine, databases }: InstanceOfClients): string {
    const names = Object.keys(databases);
    return names.length === 1 ? (names[0] as string) : engine === "postgres" ? "postgres" : "";
}

/** The CA certificates of the server. The provider marks them as secret, although they are public. */
function serverCertificates({ serverCaCerts }: DatabaseInstance): pulumi.Output<string> {
    return pulumi.unsecret(serverCaCerts).apply((all) => all.map(({ cert }) => cert).join("\n"));
}

interface Target {
    user: pulumi.Input<string>;
    database: pulumi.Input<string>;
    connectionName: pulumi.Input<string>;
    address: pulumi.Input<string>;
    way: CloudSqlWay;
}

/** The URL without the password, which must not be in an environment variable. */
function databaseUrl(engine: Engine, { way, ...outputs }: Target): pulumi.Output<string> {
    return pulumi.output(outputs).apply(({ user, database, connectionName, address }) => {
        const login = encodeURIComponent(user);
        const path = encodeURIComponent(database);
        const port = ports[engine];
        if (engine === "sqlserver") {
            return way.network
                ? `sqlserver://${login}@${address}:${port}/${path}?encrypt=true`
                : `sqlserver://${login}@127.0.0.1:${way.port ?? port}/${path}`;
        }
        if (way.network) {
            return engine === "postgres"
                ? `postgresql://${login}@${address}:${port}/${path}?sslmode=require`
                : `mysql://${login}@${address}:${port}/${path}?ssl-mode=REQUIRED`;
        }
        const socket = `${way.sockets}/${connectionName}`;
        return engine === "postgres"
            ? `postgresql://${login}@/${path}?host=${socket}`
            : `mysql://${login}@localhost/${path}?unix_socket=${socket}`;
    });
}

/**
 * The grants of each instance. A consumer compares grants by identity, to create none of them twice. An IAM user has no condition: it
 * cannot connect without its conditional roles.
 */
const grantsByInstance = new WeakMap<InstanceContext, Map<string, Grant>>();

function cachedGrant(context: InstanceContext, name: string, to: Grant["to"]): Grant {
    const known = grantsByInstance.get(context) ?? new Map<string, Grant>();
    const grant = known.get(name) ?? { name, to, acceptsConditions: true };
    grantsByInstance.set(context, known.set(name, grant));
    return grant;
}

/** Lets a member connect with Google's connectors. With `roles`, it is also an IAM user with these database roles. */
function connectGrants(context: InstanceContext, roles: string[] | undefined): Grant[] {
    const client = projectGrant(context, "client");
    if (roles === undefined) {
        return [client];
    }
    const { resolved, primary, name: component } = context;
    const user = cachedGrant(context, `${component}-user`, (name, member, options) => {
        const child = childrenOf(options.parent as pulumi.ComponentResource, resolved.transform, options);
        return createIamUser(name, resolved, primary.instance, { component, member, roles }, child);
    });
    return [client, projectGrant(context, "instanceUser"), user];
}

/**
 * Grants a role of the project for the instance and its replicas only, by an
 * {@link https://cloud.google.com/sql/docs/postgres/iam-conditions IAM condition}.
 */
export function projectGrant(context: InstanceContext, role: "client" | "editor" | "instanceUser"): Grant {
    const { resolved, primary, name: component } = context;
    const name = `${component}-${role === "instanceUser" ? "instance-user" : role}`;
    return cachedGrant(context, name, (child, member, options, condition) => {
        const grantChild = childrenOf(options.parent as pulumi.ComponentResource, resolved.transform, options);
        const title = condition ? `${condition.title}, only ${resolved.name}` : `Only ${resolved.name}`;
        const own = instanceCondition(context);
        return new IAMMember(
            ...grantChild("iamGrant", child, {
                project: primary.instance.project,
                role: `roles/cloudsql.${role}`,
                member,
                condition: {
                    title: resolved.isExisting ? titleByStack(title) : shortenName(title, maxTitle),
                    expression: condition ? pulumi.interpolate`${own} && (${condition.expression})` : own,
                },
            }),
        );
    });
}

function instanceCondition({ primary, replicas }: InstanceContext): pulumi.Output<string> {
    const all = [primary, ...Object.values(replicas)].map(({ instance: { project, name } }) => {
        return pulumi.interpolate`resource.name == "projects/${project}/instances/${name}"`;
    });
    return pulumi.all(all).apply((names) => `resource.service == "sqladmin.googleapis.com" && (${names.join(" || ")})`);
}
