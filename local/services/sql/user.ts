import { type Context, type Inputs, oneOf, type TypeRules } from "../../rules/rules";
import { api, instanceName, invalid, noInstance } from "./names";
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
const where = ({ name, instance }: Inputs) => `user ${name} into instance ${instance}`;

function verify(inputs: Inputs, { cloud }: Context): void {
    const { project, instance, name, password, passwordWo, type } = inputs;
    const found = cloud.store.read(instanceName(project, instance));
    if (!found) {
        throw noInstance();
    }
    const { databaseVersion, masterInstanceName } = found.state;
    const engine = engineOf(String(databaseVersion));
    if (masterInstanceName) {
        throw invalid("This operation isn't valid for a read replica instance.");
    }
    if (!isBuiltIn(inputs) && (password || passwordWo)) {
        throw invalid("Password must not be specified for IAM users.");
    }
    if (!isBuiltIn(inputs) && engine === "SQLSERVER" && type !== "ENTRAID_USER") {
        throw invalid("IAM authentication is not supported for SQL Server.");
    }
    // "Add an IAM user or service account to the database": the names of accounts in PostgreSQL lack the end.
    if (type === "CLOUD_IAM_SERVICE_ACCOUNT" && engine === "POSTGRES" && name.endsWith(".gserviceaccount.com")) {
        throw invalid(
            'Database username for Cloud IAM service account should be created without ".gserviceaccount.com" suffix.',
        );
    }
    if (inputs.host && engine !== "MYSQL") {
        throw invalid("Host is only supported for MySQL instances.");
    }
    if (engine === "SQLSERVER" && isBuiltIn(inputs) && !password && !passwordWo) {
        throw invalid("Password is required for SQL Server users.");
    }
}

export const user: TypeRules = {
    noun: "SQL User",
    doing: (verb, inputs) =>
        verb === "create" ? `Error, failed to insert ${where(inputs)}` : `Error, failed to update${where(inputs)}`,
    deleting: ({ name, instance }) => `Error, failed to deleteuser ${name} in instance ${instance}`,
    api,
    autoname: "name",
    id: ({ name, host = "", instance }) => `${name}/${host}/${instance}`,
    name: ({ project, instance, host = "", name }) => `${instanceName(project, instance)}/users/${name}/${host || "-"}`,
    exclusive: [{ properties: ["password", "passwordWo"] }],
    refused: { type: oneOf("type", ...kinds) },
    replaceOnChange: ["host", "iamEmail", "instance", "name", "project", "type"],
    compared: { type: (type) => (isBuiltIn({ type: String(type) }) ? "" : String(type)) },
    computed: [
        "sqlServerUserDetails.disabled",
        "sqlServerUserDetails.serverRoles",
        "passwordPolicy.statuses",
        "passwordPolicy.statuses.locked",
        "passwordPolicy.statuses.passwordExpirationTime",
    ],
    verify,
    state: (inputs) => ({
        host: inputs.host ?? "",
        iamEmail: inputs.iamEmail ?? (isBuiltIn(inputs) ? "" : inputs.name),
        sqlServerUserDetails: [],
        ...(inputs.passwordPolicy && {
            passwordPolicy: { statuses: [{ locked: false, passwordExpirationTime: "" }], ...inputs.passwordPolicy },
        }),
    }),
};
