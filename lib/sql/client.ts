import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import * as pulumi from "@pulumi/pulumi";
import type { Capability, CloudSqlClient, CloudSqlWay, Grant, SecretFile } from "../identity/capability";
import * as check from "../internal/check";
import { childrenOf } from "../internal/children";
import { fitted } from "../internal/names";
import { refusal } from "../internal/refusal";
import type { Secret } from "../secret";
import { iamUserOf } from "./accounts";
import type { Decided } from "./given";
import { iamUser } from "./names";
import type { Owner } from "./owner";
import type { Engine } from "./versions";

/** As whom a consumer connects, and to what. */
export interface ClientOptions {
    /**
     * One of `users`, whose password the consumer reads from a file: the variable `<name>_PASSWORD_FILE` has its path.
     * @default the consumer's own account, which signs in by IAM; SQL Server has no such users
     */
    user?: string;
    /**
     * One of `databases`, or one that every instance has.
     * @default the only one of `databases`; else `postgres` for PostgreSQL and none for the others
     */
    database?: string;
    /**
     * Database roles of the consumer's own account. `[]` lets it connect and nothing else, until somebody grants more in SQL.
     * @default ["cloudsqlsuperuser"], as users with a password have it: reads, writes and changes schemas; none for MySQL before 8.0
     */
    roles?: string[];
    /**
     * One of `replicas`, to read from.
     * @default the primary instance
     */
    replica?: string;
}

const ports = { postgres: 5432, mysql: 3306, sqlserver: 1433 } satisfies Record<Engine, number>;

const options = check.options<ClientOptions>({
    user: check.text(),
    database: check.text(),
    roles: check.list(check.text()),
    replica: check.text(),
});

/** Checks whom a consumer is to be. */
function chosen(owner: Owner, given: ClientOptions): ClientOptions {
    const { args } = owner;
    const one = (path: string, name: string | undefined, known: object): check.Problem | undefined => {
        const all = Object.keys(known).join(", ") || "none";
        return name === undefined || Object.hasOwn(known, name)
            ? undefined
            : { path, reason: `must be one of the ${path}s that the instance has: ${all} (got "${name}").` };
    };
    const system = { postgres: { postgres: {} }, mysql: { mysql: {} }, sqlserver: { master: {} } }[args.engine];
    return check.checked(`CloudSqlInstance "${owner.name}"`, given, options, (all) => [
        one("user", all.user, args.users),
        one("database", all.database, { ...args.databases, ...system }),
        one("replica", all.replica, args.replicas),
        all.user !== undefined && all.roles !== undefined
            ? { path: "roles", reason: `are those of the user "${all.user}". Give them in users.` }
            : undefined,
        all.roles !== undefined && args.version.startsWith("5.")
            ? { path: "roles", reason: `need MySQL 8.0 or newer (got version "${args.version}"). Leave them out.` }
            : undefined,
        all.user === undefined && args.engine === "sqlserver"
            ? { path: "user", reason: "is missing, as SQL Server knows no IAM users. Name one of users." }
            : undefined,
    ]);
}

/** The capability to connect, as somebody and to something. */
export function clientOf(owner: Owner, given: ClientOptions): Capability<CloudSqlClient> {
    const { args, name: component } = owner;
    const { user, replica, roles = rolesOf(args), database } = chosen(owner, given);
    const { instance, ...reached } = (replica && owner.replicas[replica]) || owner.primary;
    const { connectionName } = instance;
    const attachment: CloudSqlClient = {
        kind: "cloud-sql",
        component,
        engine: args.engine,
        connectionName,
        iam: user === undefined,
        port: ports[args.engine],
        ...reached,
        variables: (variable, member, way) => ({
            ...reachable(owner, replica, way),
            [variable]: url(args.engine, {
                // Whoever connects waits for both to be there, and is gone before they go.
                user: owner.users[user ?? ""]?.name ?? loginOf(args.engine, member),
                database: owner.databases[database ?? only(args)]?.name ?? database ?? only(args),
                connectionName,
                address: reached.address,
                way,
            }),
            [`${variable}_INSTANCE`]: connectionName,
            ...(way.network ? { [`${variable}_CA`]: certificate(instance) } : {}),
            ...(user === undefined ? {} : { [`${variable}_PASSWORD_FILE`]: passwordPath(owner, user) }),
        }),
    };
    return { grants: connecting(owner, user === undefined ? roles : undefined), attachments: [attachment] };
}

/** How long the path of a socket may be in Linux (`sun_path`), with the byte that ends it. */
const longestSocket = 108;

/** Refuses a name with which the path of a socket would be too long, of which a client would tell only when it connects. */
function reachable({ args, project, name }: Owner, replica: string | undefined, { sockets }: CloudSqlWay): object {
    const { region } = (replica && args.replicas[replica]) || args;
    const instance = `${args.name}${replica ? `-${replica}` : ""}-abcdef`;
    const end = args.engine === "postgres" ? "/.s.PGSQL.5432" : "";
    const length = `${sockets}/${project}:${region}:${instance}${end}`.length + 1;
    if (sockets !== undefined && args.engine !== "sqlserver" && length > longestSocket) {
        const reason = `must be ${length - longestSocket} characters shorter for a consumer with sockets, whose path must be shorter than ${longestSocket} bytes (got "${args.name}").`;
        throw refusal(`CloudSqlInstance "${name}"`, [{ path: "name", reason }]);
    }
    return {};
}

/** Reads the password of a built-in user from a file. */
export function passwordOf(owner: Owner, user: string): Capability<SecretFile> {
    const { grants, attachments } = (owner.passwords[user] as Secret).file(passwordPath(owner, user));
    return { grants, attachments };
}

const passwordPath = ({ name }: Owner, user: string) => `/secrets/${name}-${user}/password`;

/** The roles of a consumer that names none: MySQL knows roles from 8.0 on. */
const rolesOf = ({ version }: Decided) => (version.startsWith("5.") ? [] : ["cloudsqlsuperuser"]);

function loginOf(engine: Engine, member: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.output(member).apply((whom) => iamUser(engine, whom).login);
}

/** The database of a consumer that names none. */
function only({ engine, databases }: Decided): string {
    const names = Object.keys(databases);
    return names.length === 1 ? (names[0] as string) : engine === "postgres" ? "postgres" : "";
}

/** The certificate authority of the server is none of the secrets that the provider takes all of it for. */
function certificate({ serverCaCerts }: DatabaseInstance): pulumi.Output<string> {
    return pulumi.unsecret(serverCaCerts).apply((all) => all.map(({ cert }) => cert).join("\n"));
}

interface Target {
    user: pulumi.Input<string>;
    database: pulumi.Input<string>;
    connectionName: pulumi.Input<string>;
    address: pulumi.Input<string>;
    way: CloudSqlWay;
}

/** A URL without the password, which no variable may have. */
function url(engine: Engine, { way, ...later }: Target): pulumi.Output<string> {
    return pulumi.output(later).apply(({ user, database, connectionName, address }) => {
        const whom = encodeURIComponent(user);
        const path = encodeURIComponent(database);
        const port = ports[engine];
        if (engine === "sqlserver") {
            return way.network
                ? `sqlserver://${whom}@${address}:${port}/${path}?encrypt=true`
                : `sqlserver://${whom}@127.0.0.1:${way.port ?? port}/${path}`;
        }
        if (way.network) {
            return engine === "postgres"
                ? `postgresql://${whom}@${address}:${port}/${path}?sslmode=require`
                : `mysql://${whom}@${address}:${port}/${path}?ssl-mode=REQUIRED`;
        }
        const socket = `${way.sockets}/${connectionName}`;
        return engine === "postgres"
            ? `postgresql://${whom}@/${path}?host=${socket}`
            : `mysql://${whom}@localhost/${path}?unix_socket=${socket}`;
    });
}

/** The grants of an instance, each once, as a consumer grants none twice that is the same. */
const granted = new WeakMap<Owner, Map<string, Grant>>();

function once(owner: Owner, name: string, to: Grant["to"]): Grant {
    const known = granted.get(owner) ?? new Map<string, Grant>();
    const grant = known.get(name) ?? { name, to };
    granted.set(owner, known.set(name, grant));
    return grant;
}

/** Lets a member connect to the instance by Google's connectors; by IAM it is also a user of it, with these roles. */
function connecting(owner: Owner, roles: string[] | undefined): Grant[] {
    const client = projectGrant(owner, "client");
    if (roles === undefined) {
        return [client];
    }
    const { args, primary, name: component } = owner;
    const user = once(owner, `${component}-user`, (name, member, options) => {
        const child = childrenOf(options.parent as pulumi.ComponentResource, args.transform, options);
        return iamUserOf(name, args, primary.instance, { member, roles }, child);
    });
    return [client, projectGrant(owner, "instanceUser"), user];
}

/** A role of the project that holds for the instance and its replicas alone ("Use IAM Conditions"). */
export function projectGrant(owner: Owner, role: "client" | "instanceUser" | "viewer"): Grant {
    const { args, primary, name: component } = owner;
    const name = `${component}-${role === "instanceUser" ? "instance-user" : role}`;
    return once(owner, name, (child, member, options) => {
        const made = childrenOf(options.parent as pulumi.ComponentResource, args.transform, options);
        return new IAMMember(
            ...made("iamGrant", child, {
                project: primary.instance.project,
                role: `roles/cloudsql.${role}`,
                member,
                condition: { title: fitted(`Only ${args.name}`, 100), expression: conditionOf(owner) },
            }),
        );
    });
}

function conditionOf({ primary, replicas }: Owner): pulumi.Output<string> {
    const all = [primary, ...Object.values(replicas)].map(({ instance: { project, name } }) => {
        return pulumi.interpolate`resource.name == "projects/${project}/instances/${name}"`;
    });
    return pulumi.all(all).apply((names) => `resource.service == "sqladmin.googleapis.com" && (${names.join(" || ")})`);
}
