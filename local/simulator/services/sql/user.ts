import { cloudSqlUserNames } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { type Context, type Inputs, oneOf, type TypeRules } from "../../rules/rules";
import { hasIamAuthentication } from "./flags";
import { api, instanceName, invalid, requireWritable } from "./names";
import { verifyPassword } from "./passwords";
import { engineOf } from "./versions";

const kinds = [
    "BUILT_IN",
    "CLOUD_IAM_USER",
    "CLOUD_IAM_SERVICE_ACCOUNT",
    "CLOUD_IAM_GROUP",
    "CLOUD_IAM_GROUP_USER",
    "CLOUD_IAM_GROUP_SERVICE_ACCOUNT",
    "ENTRAID_USER",
];

const isBuiltIn = ({ type = "" }: Inputs) => type === "" || type === "BUILT_IN";
const isIam = ({ type = "" }: Inputs) => type.startsWith("CLOUD_IAM_");
const where = ({ name, instance }: Inputs) => `user ${name} into instance ${instance}`;
const fullName = ({ project, instance, host = "", name }: Inputs) =>
    `${instanceName(project, instance)}/users/${name}/${host === "%" || host === "" ? "-" : host}`;

/** The engine's limit of the name, of which MySQL stores the part before `@` for an IAM user. */
function verifyLength({ name, ...inputs }: Inputs, databaseVersion: string): void {
    const { postgres, mysql, earlyMysql, sqlserver } = cloudSqlUserNames.rows;
    const engine = engineOf(databaseVersion);
    if (engine === "MYSQL") {
        const stored = isIam(inputs) ? name.split("@")[0] : name;
        const { max } = databaseVersion === "MYSQL_5_6" ? earlyMysql : mysql;
        if (stored.length > max) {
            throw invalid(`String '${stored}' is too long for user name (should be no longer than ${max}).`);
        }
        return;
    }
    const { max } = engine === "POSTGRES" ? postgres : sqlserver;
    // PostgreSQL truncates the name. The provider does not find the user then.
    if (name.length > max) {
        throw invalid(`The name of a user must have ${max} characters at most: ${name}.`);
    }
}

/** "IAM authentication": types of IAM users and their names. */
function verifyIam(inputs: Inputs, instance: Inputs): void {
    const { name, host, password, passwordWo, passwordPolicy, type } = inputs;
    const engine = engineOf(instance.databaseVersion);
    if (engine === "SQLSERVER") {
        throw invalid("IAM authentication is not supported for SQL Server.");
    }
    if (type.startsWith("CLOUD_IAM_GROUP_")) {
        throw invalid(`Users of type ${type} are added when a member of the group signs in for the first time.`);
    }
    if (password || passwordWo || host) {
        throw invalid("For IAM users, password or hostname should not be specified.");
    }
    if (passwordPolicy) {
        throw invalid("For IAM users, password policy should not be specified.");
    }
    if (!hasIamAuthentication(instance)) {
        const flag = engine === "MYSQL" ? "cloudsql_iam_authentication" : "cloudsql.iam_authentication";
        throw invalid(`The flag ${flag} must be on for IAM users.`);
    }
    if (!name.includes("@")) {
        throw invalid(
            `Database user cannot be created. Provided Cloud IAM user account "${name}" is not in valid format. Please specify full email address Eg: iamuser@gmail.com..`,
        ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/16693");
    }
    // "Add an IAM user or service account to the database": names of service accounts in PostgreSQL omit the suffix.
    if (type === "CLOUD_IAM_SERVICE_ACCOUNT" && engine === "POSTGRES" && name.endsWith(".gserviceaccount.com")) {
        throw invalid(
            'Database username for Cloud IAM service account should be created without ".gserviceaccount.com" suffix.',
        );
    }
}

/** "Built-in database authentication". */
function verifyBuiltIn(inputs: Inputs, instance: Inputs): void {
    const { name, password, passwordWo, passwordPolicy } = inputs;
    const engine = engineOf(instance.databaseVersion);
    if (engine === "SQLSERVER" && !password && !passwordWo) {
        throw invalid("Password is required for SQL Server users.");
    }
    if (passwordPolicy && (engine === "SQLSERVER" || /^MYSQL_5_/.test(instance.databaseVersion))) {
        throw invalid(`Password policy is not supported for database version ${instance.databaseVersion}.`);
    }
    if (passwordPolicy?.enablePasswordVerification && engine !== "MYSQL") {
        throw invalid("Password verification is only supported for MySQL instances.");
    }
    verifyPassword(instance.settings.passwordValidationPolicy, name, password ?? passwordWo);
}

function verify(inputs: Inputs, { cloud }: Context): void {
    const instance = requireWritable(cloud, inputs);
    const { databaseVersion } = instance;
    if (inputs.host && engineOf(databaseVersion) !== "MYSQL") {
        throw new Error(`Error: Host field is only supported for MySQL instances: ${databaseVersion}`);
    }
    verifyLength(inputs, databaseVersion);
    if (inputs.databaseRoles?.length > 0 && !/^(POSTGRES|MYSQL_8)_/.test(databaseVersion)) {
        throw invalid(`Database roles are not supported for database version ${databaseVersion}.`);
    }
    if (isIam(inputs)) {
        verifyIam(inputs, instance);
    } else if (isBuiltIn(inputs)) {
        verifyBuiltIn(inputs, instance);
    } else if (engineOf(databaseVersion) !== "SQLSERVER") {
        throw invalid(`Users of type ${inputs.type} are only supported for SQL Server instances.`);
    }
}

/**
 * MySQL names IAM users by the part before `@`, and IAM groups by the whole email; built-in users have any host by
 * default.
 */
function known({ name, host, type }: Inputs, databaseVersion: string): Inputs {
    if (engineOf(databaseVersion) !== "MYSQL") {
        return { name, host: "", iamEmail: "" };
    }
    const [before = "", ...rest] = name.split("@");
    const short = type === "CLOUD_IAM_GROUP" ? `${before}@${rest.join("@").toLowerCase()}` : before;
    return isIam({ type })
        ? { name: short, host: "%", iamEmail: name.includes("@") ? name : undefined }
        : { name, host: host || "%", iamEmail: "" };
}

/** The objects that a user owns in existing databases: PostgreSQL does not delete such users. */
function owned({ project, instance, ...user }: Inputs, cloud: Cloud): string[] {
    const objects = (cloud.simulated.of(fullName({ project, instance, ...user })).ownsObjects ?? {}) as Record<
        string,
        number
    >;
    return Object.entries(objects)
        .filter(([name]) => cloud.store.read(`${instanceName(project, instance)}/databases/${name}`))
        .map(([name, count]) => `${count} ${count === 1 ? "object" : "objects"} in database ${name}`);
}

/** The status of a password, which the provider leaves out if it has no value (`flattenPasswordPolicy`). */
function statusesOf({ passwordExpirationDuration = "" }: Inputs, cloud: Cloud): Inputs[] {
    const seconds = Number.parseFloat(passwordExpirationDuration);
    const ends = new Date(cloud.now().getTime() + 1000 * seconds);
    return seconds > 0 ? [{ locked: false, passwordExpirationTime: ends.toISOString() }] : [];
}

export const user: TypeRules = {
    noun: "SQL User",
    cost: "free",
    errorPrefix: (verb, inputs) =>
        verb === "create"
            ? `Error, failed to insert ${where(inputs)}`
            : `Error, failed to updateuser ${inputs.name} into user ${inputs.instance}`,
    deleteErrorPrefix: ({ name, instance }) => `Error, failed to deleteuser ${name} in instance ${instance}`,
    api,
    id: ({ name, host = "", instance }) => `${name}/${host}/${instance}`,
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/sql/resource_sql_user.go
    importIds: ({ project, instance, host, name }) => [
        `${project}/${instance}/${name}`,
        `${project}/${instance}/${host}/${name}`,
    ],
    name: fullName,
    validators: { type: oneOf("type", ...kinds) },
    validateInputs: ({ passwordWo, passwordWoVersion }) =>
        (passwordWo === undefined) === (passwordWoVersion === undefined)
            ? undefined
            : "all of `password_wo,password_wo_version` must be specified",
    same: {
        name: (desired, found, { type = "" }) =>
            desired === found ||
            (isIam({ type }) &&
                [0, 1].some(
                    (index) => known({ name: desired, type: index ? type : "CLOUD_IAM_USER" }, "MYSQL").name === found,
                )),
    },
    simulated: { ownsObjects: "{ [key: string]: number }" },
    verify,
    state: (inputs, { cloud }, old) => {
        const { databaseVersion } = requireWritable(cloud, inputs);
        return {
            ...known({ ...inputs, host: inputs.host ?? old?.host }, databaseVersion),
            ...(old && { name: old.name, host: old.host, iamEmail: old.iamEmail }),
            sqlServerUserDetails:
                engineOf(databaseVersion) === "SQLSERVER" && isBuiltIn(inputs)
                    ? [{ disabled: false, serverRoles: ["CustomerDbRootRole"] }]
                    : [],
            ...(inputs.passwordPolicy && {
                passwordPolicy: { statuses: statusesOf(inputs.passwordPolicy, cloud), ...inputs.passwordPolicy },
            }),
        };
    },
    remove: (state, { cloud }) => {
        const objects = owned(state, cloud);
        const { databaseVersion } = requireWritable(cloud, state);
        if (engineOf(databaseVersion) === "POSTGRES" && objects.length > 0) {
            throw invalid(
                `failed to delete user ${state.name}: . role "${state.name}" cannot be dropped because some objects depend on it Details: ${objects.join("\n")}.`,
            );
        }
    },
    calls: {
        create: ["sqladmin.users.insert", "sqladmin.operations.get", "sqladmin.users.list"],
        read: ["sqladmin.users.list", "sqladmin.instances.get"],
        update: ["sqladmin.users.update", "sqladmin.operations.get", "sqladmin.users.list"],
        delete: ["sqladmin.users.delete", "sqladmin.operations.get"],
    },
};
